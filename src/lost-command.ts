import { apply } from "./apply/apply.ts";
import { type BreakerLimits, createBreaker } from "./apply/breaker.ts";
import type { Change } from "./domain/change.ts";
import { Delivery } from "./domain/delivery.ts";
import type { Event } from "./domain/event.ts";
import type { IssueRef } from "./domain/ids.ts";
import { Hopeless, PermanentFailure } from "./domain/refusal.ts";
import { classifyGitHubError } from "./github/errors.ts";
import { accept } from "./inbox/inbox.ts";
import { slashCalls } from "./plan/slash.ts";
import type { ReadDeps } from "./read/deps.ts";
import type { Render } from "./render/render.ts";
import type { Database } from "./store/database.ts";

type Lost = Extract<Event, { kind: "command-lost" }>;

/**
 * A delivery was given up. Where it was a person's command, they are told by a delivery of its own, which is no command:
 * nothing follows when that fails too. Nothing is said where the app cannot write or there is nobody to read it.
 */
export async function noteLost(database: Database, delivery: Delivery, error: unknown): Promise<void> {
  const { event, actor, issue } = delivery;
  const why = whyLost(error);
  if (event.kind !== "comment-created" || actor?.kind !== "person" || issue === undefined || why === undefined) return;
  if (slashCalls(event.body, event.commentId).length === 0) return;
  const lost: Lost = { kind: "command-lost", commentId: event.commentId, lost: delivery.id, why };
  await accept(database, Delivery.parse({ ...delivery, id: `lost:${delivery.id.slice(0, 200)}`, event: lost }));
}

/** Undefined: the issue is gone, or the app may not write there. */
function whyLost(error: unknown): Lost["why"] | undefined {
  if (error instanceof Hopeless) return error.why;
  if (error instanceof PermanentFailure) return undefined;
  const { kind } = classifyGitHubError(error);
  return kind === "server" || kind === "network" || kind === "ambiguous" ? "unreachable" : undefined;
}

/** The sign on the comment, each time; the words once per issue. */
export async function answerLost(
  { issue, actor, id, event }: Delivery & { readonly event: Lost },
  attempt: number,
  { deps, parts }: { deps: ReadDeps; parts: AnswerParts },
): Promise<void> {
  if (issue === undefined || actor === undefined) return;
  const { octokit, database, installationId, slots, self } = deps;
  const { config } = await deps.config.readConfig(octokit, { ...issue, id: issue.repositoryId });
  if (config.mode === "dry-run") return;
  const breaker = createBreaker({
    database,
    installationId,
    issue,
    asked: true,
    now: parts.now,
    limits: parts.breaker,
  });
  await apply(changesFor(issue, actor.login, event), {
    octokit: breaker.guard(octokit),
    database,
    installationId,
    delivery: { id, attempt },
    render: parts.render,
    slots,
    self,
    now: () => parts.now().toISOString(),
    look: attempt > 1,
    bodyRead: undefined,
    bodyPlanned: undefined,
    knownLabels: [],
    madeLabel: async () => undefined,
  }).finally(() => breaker.remember());
}

interface AnswerParts {
  readonly render: Render;
  readonly now: () => Date;
  readonly breaker?: Partial<BreakerLimits> | undefined;
}

function changesFor(issue: IssueRef, who: string, { commentId, why, lost }: Lost): Change[] {
  const call = { template: "postmortem/lost", view: { who, why: WORDS[why], delivery: lost } } as const;
  return [
    { kind: "react", issue, commentId, reaction: "confused" },
    { kind: "put-comment", issue, slot: "lost", once: true, call },
  ];
}

const WORDS: Readonly<Record<Lost["why"], string>> = {
  refused: "GitHub did not take what was to be written",
  unreachable: "GitHub could not be reached for a day",
  mistaken: "the app made a mistake",
};
