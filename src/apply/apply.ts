import type { Change } from "../domain/change.ts";
import { unreachable } from "../domain/refusal.ts";
import { setAssignees } from "./assignees.ts";
import { putBody } from "./body.ts";
import { putComment } from "./comments.ts";
import type { ApplyDeps } from "./deps.ts";
import { tellOnce } from "../notify/tell-once.ts";
import { openIssue, setIssueState } from "./issues.ts";
import { setLabels } from "./labels.ts";
import { setTrackedState, trackAction, type Tracked } from "./track.ts";
import { react } from "./reactions.ts";

/** What GitHub would not do, without being an error: told to people. */
export interface Applied {
  /** People who were to be assigned and were silently left out. */
  readonly dropped: readonly string[];
  /** Actions that have an issue of their own now. */
  readonly tracked: readonly Tracked[];
}

/** Carries changes out on GitHub, in order. Safe to repeat: what is done already is found and left alone. */
export async function apply(changes: readonly Change[], deps: ApplyDeps): Promise<Applied> {
  const dropped: string[] = [];
  const tracked: Tracked[] = [];
  for (const change of changes) {
    if (change.kind === "track-action") {
      const opened = await trackAction(change, deps);
      if (opened !== undefined) tracked.push(opened);
    } else if (change.kind === "set-tracked-state") await setTrackedState(change, deps);
    else if (change.kind === "notify") await tellOnce(change, deps);
    else dropped.push(...(await applyOne(change, deps)));
  }
  return { dropped, tracked };
}

const NOBODY: readonly string[] = [];

async function applyOne(
  change: Exclude<Change, { kind: "track-action" | "set-tracked-state" | "notify" }>,
  deps: ApplyDeps,
): Promise<readonly string[]> {
  switch (change.kind) {
    case "put-body":
      await putBody(change, deps);
      return NOBODY;
    case "set-labels":
      await setLabels(change, deps);
      return NOBODY;
    case "set-assignees":
      return setAssignees(change, deps);
    case "put-comment":
      await putComment(change, deps);
      return NOBODY;
    case "react":
      await react(change, deps);
      return NOBODY;
    case "set-issue-state":
      await setIssueState(change, deps);
      return NOBODY;
    case "open-issue":
      await openIssue(change, deps);
      return NOBODY;
    case "save-postmortem":
    case "forget-postmortem":
    case "forget-tenant":
    case "save-tenant":
    case "rename-repository":
    case "rename-owner":
    case "archive-repository":
    case "forget-repository":
    case "refresh-later":
    case "send":
      return NOBODY;
    default:
      return unreachable(change);
  }
}
