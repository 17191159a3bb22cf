import { z } from "zod";

import type { Octokit } from "../github/octokit.ts";
import type { InstallationId, IssueRef } from "../domain/ids.ts";
import { RetryLater } from "../inbox/retry.ts";
import { type Database, queryInstallation, withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";

/** How much the app may write on one issue, whatever happens there. */
export interface BreakerLimits {
  /** Comments that nobody asked for: each of them sends mail to everybody on the issue. */
  readonly commentsPerDay: number;
  /** Everything else that shows: bodies, labels, assignees, states, edits, and comments that were asked for. */
  readonly writesPerHour: number;
  /** Receipts of commands; they tell nobody, so there may be more of them. */
  readonly reactionsPerHour: number;
}

/** A day of an issue has one status, one guard and one reminder at most; an hour of an incident has many notes. */
export const BREAKER_LIMITS: BreakerLimits = { commentsPerDay: 3, writesPerHour: 60, reactionsPerHour: 240 };

export interface BreakerDeps {
  readonly database: Database;
  readonly installationId: InstallationId;
  readonly issue: Pick<IssueRef, "repositoryId" | "number">;
  /** A person wrote a command, or an edit that is given back: what it is answered with was asked for. */
  readonly asked: boolean;
  readonly now: () => Date;
  readonly limits?: Partial<BreakerLimits> | undefined;
}

/** Ends loops: with other bots, with machines that write as people, and with mistakes of our own. */
export interface Breaker {
  /** The same client, but a write beyond the limits of the issue is not sent: it throws `RetryLater`. */
  guard(octokit: Octokit): Octokit;
  /** Remembers what was written, so that a restart does not start the count anew. Call it in the end, always. */
  remember(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const SPANS = { comments: 24 * HOUR_MS, writes: HOUR_MS, reactions: HOUR_MS } as const;
type Count = keyof typeof SPANS;

/** When each was written, in milliseconds since 1970; only what still counts is kept. */
const Written = z.object({
  comments: z.array(z.number()),
  writes: z.array(z.number()),
  reactions: z.array(z.number()),
});
type Written = z.infer<typeof Written>;

/**
 * The breaker of one issue during one delivery. Deliveries of an issue are worked on one at a time, so nobody else counts
 * meanwhile. What GitHub answered with an error does not count. A refused write loses nothing: the delivery is put off
 * until there is room, and its plan is made again.
 */
export function createBreaker(deps: BreakerDeps): Breaker {
  const limits = { ...BREAKER_LIMITS, ...deps.limits };
  const most: Record<Count, number> = {
    comments: limits.commentsPerDay,
    writes: limits.writesPerHour,
    reactions: limits.reactionsPerHour,
  };
  const place = `${deps.issue.repositoryId}#${deps.issue.number}`;
  const key = `breaker:${place}`;
  let written: Written | undefined;

  function findRoom(counts: readonly Count[], known: Written): void {
    const now = deps.now().getTime();
    for (const count of counts) {
      const recent = (known[count] = known[count].filter((at) => at > now - SPANS[count] && at <= now));
      const oldest = recent[recent.length - most[count]];
      if (oldest !== undefined) throw tripped(place, { count, most: most[count], wait: oldest + SPANS[count] - now });
    }
  }

  return {
    guard: ({ request }) => ({
      request: new Proxy(request, {
        async apply(target, self, args: unknown[]): Promise<unknown> {
          const counts = countsOf(String(args[0]), deps.asked);
          if (counts.length === 0) return Reflect.apply(target, self, args);
          written ??= await readWritten(deps, key);
          findRoom(counts, written);
          const answer: unknown = await Reflect.apply(target, self, args);
          // Not what failed: else GitHub failing three times would keep an issue without its comment for a day.
          for (const count of counts) written[count].push(deps.now().getTime());
          return answer;
        },
      }),
    }),
    async remember() {
      if (written === undefined) return;
      await withInstallation(deps.database, deps.installationId, (db) =>
        keep(db, deps.installationId, { key, value: written, now: deps.now().toISOString() }),
      );
    },
  };
}

/** What a request counts as. Reading counts as nothing. */
function countsOf(route: string, asked: boolean): Count[] {
  if (route.startsWith("GET ")) return [];
  if (route.endsWith("/reactions")) return ["reactions"];
  const isComment = route.startsWith("POST ") && route.endsWith("/{issue_number}/comments");
  return isComment && !asked ? ["comments", "writes"] : ["writes"];
}

const SAID: Readonly<Record<Count, string>> = {
  comments: "comments that nobody asked for in 24 hours",
  writes: "writes in an hour",
  reactions: "reactions in an hour",
};

function tripped(place: string, { count, most, wait }: { count: Count; most: number; wait: number }): RetryLater {
  return new RetryLater(
    `Issue ${place} has had ${most} ${SAID[count]}: the rest waits. If no person did this, a bot answers us.`,
    { retryAfterMs: wait },
  );
}

async function readWritten({ database, installationId }: BreakerDeps, key: string): Promise<Written> {
  const value = await queryInstallation(database, installationId, (db) => kept(db, installationId, key));
  return value === undefined ? { comments: [], writes: [], reactions: [] } : Written.parse(value);
}
