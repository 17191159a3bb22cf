import { z } from "zod";

import type { Delivery } from "../domain/delivery.ts";
import { Hopeless, PermanentFailure } from "../domain/refusal.ts";
import { classifyGitHubError } from "../github/errors.ts";
import { parkInstallation } from "../inbox/keeping.ts";
import { RetryLater } from "../inbox/retry.ts";
import type { Database } from "../store/database.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** A suspended installation is looked at again this often, should the news of its return get lost. */
const SUSPENDED_MS = 3_600_000;

export type Handle = (delivery: Delivery, attempt: number) => Promise<void>;

export interface WorkDeps {
  readonly handle: Handle;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Runs `handle` and turns GitHub's refusals into what the inbox understands: a limit or a suspension parks the whole
 * installation and holds nobody else up; an installation that is gone buries the delivery.
 */
export function createWork({ handle, database, metrics, log, now }: WorkDeps): Handle {
  return async function work(delivery, attempt) {
    const startedAt = performance.now();
    try {
      await handle(delivery, attempt);
      metrics.count("jobs", { outcome: "done" });
      const ms = Math.round(performance.now() - startedAt);
      log.info({ delivery: delivery.id, event: delivery.event.kind, attempt, ms }, "delivery done");
    } catch (error) {
      const failure = await understood(error, delivery, attempt);
      metrics.count("jobs", { outcome: failure instanceof PermanentFailure ? "buried" : "failed" });
      throw failure;
    }
  };

  async function understood(error: unknown, delivery: Delivery, attempt: number): Promise<unknown> {
    if (error instanceof PermanentFailure || error instanceof RetryLater) return error;
    const { kind, retryAfterMs = 60_000 } = classifyGitHubError(error, () => now().getTime());
    if (kind === "forbidden" && /archived/iu.test(String(error)))
      return new PermanentFailure("The repository is archived", { cause: error });
    if (kind === "gone") return new PermanentFailure("GitHub says it is gone for good", { cause: error });
    const hopeless = whyHopeless(error, { kind, attempt });
    if (hopeless !== undefined) return hopeless;
    if (delivery.event.kind === "command-lost" && attempt >= UNTOLD_FROM)
      return new PermanentFailure("Whoever wrote the command could not be told", { cause: error });
    if (kind === "limited") {
      await park(delivery, retryAfterMs);
      return error;
    }
    if (kind !== "suspended") return error;
    await park(delivery, SUSPENDED_MS);
    // Parked it waits long enough, and is free the moment the suspension ends.
    return new RetryLater("The installation is suspended", { retryAfterMs: 1_000, cause: error });
  }

  async function park({ installationId }: Delivery, ms: number): Promise<void> {
    await parkInstallation(database, installationId, new Date(now().getTime() + ms).toISOString());
  }
}

/** A copy of GitHub that lags behind may refuse what it does not know yet: a refusal is believed from this attempt on. */
const REFUSED_FROM = 4;
/** About two minutes of trying. */
const MISTAKEN_FROM = 7;
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError, z.ZodError];

/** An apology is not worth holding up its issue for long. */
const UNTOLD_FROM = 3;

/** What fails the same way each time must not hold up everything after it on its issue for a day. */
function whyHopeless(error: unknown, { kind, attempt }: { kind: string; attempt: number }): Hopeless | undefined {
  if (kind === "invalid" && attempt >= REFUSED_FROM)
    return new Hopeless("GitHub does not accept what was to be written", { why: "refused", cause: error });
  if (attempt < MISTAKEN_FROM || !MISTAKES.some((mistake) => error instanceof mistake)) return undefined;
  return new Hopeless("The app cannot deal with this delivery", { why: "mistaken", cause: error });
}
