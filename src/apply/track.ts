import { createHash } from "node:crypto";

import { z } from "zod";

import type { Change, ChangeOf } from "../domain/change.ts";
import { withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import { addressOf, statusOf } from "./address.ts";
import { findSettled } from "./again.ts";
import { putComment } from "./comments.ts";
import type { ApplyDeps } from "./deps.ts";

/** An action of a postmortem and the issue that tracks it now, `owner/repo#7`. */
export interface Tracked {
  readonly issue: ChangeOf<"track-action">["issue"];
  readonly key: string;
  readonly trackedBy: string;
  /** The id of that issue's repository. */
  readonly trackedIn: number;
}

const Opened = z.object({ id: z.number(), number: z.number() });
type Opened = z.infer<typeof Opened>;

const Listed = z.array(Opened.extend({ body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }));

/**
 * Opens the issue that tracks an action, once: it is noted the moment GitHub answers, and after a crash in between it is
 * found again by its marker. Then it becomes a sub-issue; where GitHub refuses that, its text links back all the same.
 */
export async function trackAction(change: ChangeOf<"track-action">, deps: ApplyDeps): Promise<Tracked | undefined> {
  const look = async (): Promise<Opened | undefined> => lookFor(change, deps);
  const known = (await knownTracker(change, deps)) ?? (deps.look ? await findSettled(look, deps) : undefined);
  const opened = known ?? (await open(change, deps));
  if (opened === undefined) return undefined;
  if (change.attach) await attach(change, opened, deps);
  const { issue, key, owner, repo, repositoryId: trackedIn } = change;
  return { issue, key, trackedBy: `${owner}/${repo}#${opened.number}`, trackedIn };
}

/** The issue that tracks an action is closed or open, as the list says. One that is gone is let be. */
export async function setTrackedState(
  { tracker, state, reason }: ChangeOf<"set-tracked-state">,
  deps: ApplyDeps,
): Promise<void> {
  await deps.octokit
    .request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
      ...addressOf(tracker),
      state,
      state_reason: reason,
    })
    .catch(passOver([404, 410, 403]));
}

/** What is remembered of a plan, with the numbers of the issues that it opened. */
export function withTracked(changes: readonly Change[], tracked: readonly Tracked[]): Change[] {
  if (tracked.length === 0) return [...changes];
  return changes.map((change) => {
    if (change.kind !== "save-postmortem") return change;
    const { postmortem } = change;
    const actions = postmortem.actions.map((action) => {
      const mine = tracked.find(({ key, issue }) => key === action.key && issue.number === postmortem.ref.number);
      return mine === undefined ? action : { ...action, trackedBy: mine.trackedBy, trackedIn: mine.trackedIn };
    });
    return { ...change, postmortem: { ...postmortem, actions } };
  });
}

async function open(change: ChangeOf<"track-action">, deps: ApplyDeps): Promise<Opened | undefined> {
  const { owner, repo, title } = change;
  const body = `${deps.slots.mark(change.issue, slotOf(change))}\n${deps.render(change.call)}`;
  try {
    const { data: answer } = await deps.octokit.request("POST /repos/{owner}/{repo}/issues", {
      owner,
      repo,
      title,
      body,
    });
    const opened = Opened.parse(answer);
    await remember(change, opened, deps);
    return opened;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 403 && status !== 404 && status !== 410) throw error;
    await sayWhy(change, deps);
    return undefined;
  }
}

/** A 422 is the cap of sub-issues, or that it is one already. */
async function attach(change: ChangeOf<"track-action">, { id }: Opened, deps: ApplyDeps): Promise<void> {
  await deps.octokit
    .request("POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
      ...addressOf(change.issue),
      sub_issue_id: id,
    })
    .catch(passOver([422, 404, 403]));
}

async function sayWhy({ issue, owner, repo, asked }: ChangeOf<"track-action">, deps: ApplyDeps): Promise<void> {
  const sentences = [
    `${owner}/${repo} takes no issues from this app: its issues may be off, or the app is not installed there.`,
  ];
  const call = { template: "postmortem/sorry", view: { who: asked.who, sentences } } as const;
  await putComment({ kind: "put-comment", issue, slot: `untracked.${asked.commentId}`, once: true, call }, deps);
}

async function lookFor(change: ChangeOf<"track-action">, deps: ApplyDeps): Promise<Opened | undefined> {
  const { owner, repo } = change;
  const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    creator: deps.self.login,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 100,
  });
  const ours = Listed.parse(answer).find(
    ({ user, body }) => user?.login === deps.self.login && deps.slots.holds(body ?? "", change.issue, slotOf(change)),
  );
  if (ours === undefined) return undefined;
  const opened = { id: ours.id, number: ours.number };
  await remember(change, opened, deps);
  return opened;
}

async function knownTracker(change: ChangeOf<"track-action">, deps: ApplyDeps): Promise<Opened | undefined> {
  const value = await withInstallation(deps.database, deps.installationId, (db) =>
    kept(db, deps.installationId, keptAs(change)),
  );
  return value === undefined ? undefined : Opened.parse(value);
}

async function remember(change: ChangeOf<"track-action">, value: Opened, deps: ApplyDeps): Promise<void> {
  await withInstallation(deps.database, deps.installationId, (db) =>
    keep(db, deps.installationId, { key: keptAs(change), value, now: deps.now() }),
  );
}

function keptAs({ issue, owner, repo, key }: ChangeOf<"track-action">): string {
  return `${slotOf({ key })}:${issue.repositoryId}#${issue.number}:${owner}/${repo}`.toLowerCase();
}

/** A key holds letters of any script; a slot does not. */
function slotOf({ key }: Pick<ChangeOf<"track-action">, "key">): string {
  return `track.${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;
}

function passOver(statuses: readonly number[]): (error: unknown) => void {
  return (error) => {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  };
}
