import { allows } from "../../domain/actor.ts";
import type { Change } from "../../domain/change.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { PreventiveAction } from "../../domain/preventive-action.ts";
import { actionView } from "../postmortem/status-view.ts";
import { trackActions } from "../preventive-actions/track.ts";

/** Somebody below maintain is asked twice at most; then the app gives way. */
const MOST_REOPENINGS = 2;

export interface Closing {
  readonly at: string;
  readonly reason?: string;
}

/**
 * What a close leads to. With actions open, `enforce` reopens and lists them, `warn` lists them; a maintainer's second
 * close, `/postmortem close-anyway` and "not planned" stand, and are recorded.
 */
export function guardClose(facts: IssueFacts, postmortem: Postmortem, closing: Closing): Change[] {
  const open = trackActions(facts, postmortem).filter(isInTheWay);
  const guard = facts.config.mode === "active" ? facts.config["close-guard"] : "off";
  if (open.length === 0 || guard === "off" || postmortem.closedAnyway !== undefined)
    return [closed(postmortem, closing)];
  const decision = decisionOf(facts, closing);
  if (decision !== undefined) {
    return [closed(overridden(facts, postmortem, decision), closing), listed(facts, open, "close-guard/warned")];
  }
  if (guard === "warn") return [closed(postmortem, closing), listed(facts, open, "close-guard/warned")];
  if (standsNow(facts, postmortem))
    return [closed(overridden(facts, postmortem, "closed again with actions open"), closing)];
  return [
    { kind: "set-issue-state", issue: facts.issue.ref, state: "open", reason: "reopened" },
    listed(facts, open, "close-guard/reopened"),
    { kind: "save-postmortem", postmortem: { ...postmortem, guarded: postmortem.guarded + 1 } },
  ];
}

/** What has an issue of its own is looked after there. */
function isInTheWay({ status, trackedBy }: PreventiveAction): boolean {
  return status === "open" && trackedBy === undefined;
}

/** "Not planned" and "duplicate" are decisions about the postmortem itself, when a person takes them. */
function decisionOf({ actor }: IssueFacts, { reason }: Closing): string | undefined {
  if (actor.kind !== "person" || (reason !== "not_planned" && reason !== "duplicate")) return undefined;
  return `closed as ${reason.replace("_", " ")}`;
}

function standsNow(facts: IssueFacts, postmortem: Postmortem): boolean {
  if (postmortem.guarded === 0) return false;
  return allows(facts.role, "maintain") || postmortem.guarded >= MOST_REOPENINGS;
}

function overridden(facts: IssueFacts, postmortem: Postmortem, reason: string): Postmortem {
  return { ...postmortem, closedAnyway: { by: facts.actor.login, reason, at: facts.now } };
}

function closed(postmortem: Postmortem, closing: Closing): Change {
  return {
    kind: "save-postmortem",
    postmortem: { ...postmortem, stage: "closed", issueState: "closed", closedAt: closing.at, guarded: 0 },
  };
}

function listed(
  facts: IssueFacts,
  open: readonly PreventiveAction[],
  template: "close-guard/reopened" | "close-guard/warned",
): Change {
  const actions = open.map((action) => actionView(action, facts.today));
  const call =
    template === "close-guard/warned"
      ? ({ template, view: { actions, n: open.length } } as const)
      : ({ template, view: { who: facts.actor.login, actions, n: open.length } } as const);
  return { kind: "put-comment", issue: facts.issue.ref, slot: "close-guard", once: false, call };
}

/** The stage an issue comes back to. */
export function reopened(postmortem: Postmortem): Postmortem {
  const { closedAt: _, closedAnyway: __, ...rest } = postmortem;
  return { ...rest, issueState: "open", stage: postmortem.reviewedAt === undefined ? "draft" : "reviewed" };
}
