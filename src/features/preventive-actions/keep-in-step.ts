import type { Change } from "../../domain/change.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import { isSettled, type PreventiveAction } from "../../domain/preventive-action.ts";
import { dropAction, tick } from "./parse/edit-actions.ts";
import { parseActions } from "./parse/parse-actions.ts";
import type { ParsedAction } from "./parse/parsed-action.ts";
import { trackActions, writtenAction } from "./track.ts";

/**
 * Three texts of the same: what was agreed last (the store), what the list says, what the tracking issue says. Whoever
 * left the agreement is followed by the other. It goes by what is so, not by what events tell, so events may come late,
 * twice or in another order. Our own writes come back as events by ourselves, which nobody listens to.
 */
export function keepInStep(facts: IssueFacts): Change[] {
  const { postmortem, stored, config } = facts;
  if (postmortem === undefined || stored === undefined || config.mode !== "active") return [];
  const agreements = stored.actions.filter(({ trackedBy }) => trackedBy !== undefined);
  if (agreements.length === 0) return [];
  const actions = trackActions(facts, postmortem);
  return agreements.flatMap((agreed) => {
    const action = actions.find(({ trackedBy }) => trackedBy === agreed.trackedBy);
    if (action === undefined) return [];
    if (isSettled(action) !== isSettled(agreed)) return trackerFollows(action);
    const isChanged = facts.tracker?.name === agreed.trackedBy && isClosed(facts) !== isSettled(agreed);
    return isChanged ? listFollows(facts, postmortem, action) : [];
  });
}

function isClosed({ tracker }: IssueFacts): boolean {
  return tracker?.state === "closed";
}

function trackerFollows(action: PreventiveAction): Change[] {
  const tracker = /^(?<owner>[^/]+)\/(?<repo>[^#]+)#(?<number>\d+)$/u.exec(action.trackedBy ?? "")?.groups;
  if (tracker === undefined) return [];
  const place = { owner: tracker["owner"] ?? "", repo: tracker["repo"] ?? "", number: Number(tracker["number"]) };
  if (!isSettled(action)) return [{ kind: "set-tracked-state", tracker: place, state: "open", reason: "reopened" }];
  const isDone = action.status === "ticked" || action.status === "delivered";
  return [{ kind: "set-tracked-state", tracker: place, state: "closed", reason: isDone ? "completed" : "not_planned" }];
}

function listFollows(facts: IssueFacts, postmortem: Postmortem, action: PreventiveAction): Change[] {
  const body = bodyAfter(facts, action);
  if (body === undefined) return [];
  const now = { ...facts, issue: { ...facts.issue, body } };
  return [{ kind: "put-body", issue: facts.issue.ref, body }, remembered(now, { postmortem, action })];
}

/** The body as the tracking issue wants it; undefined when people's own way of writing leaves no way to say it. */
function bodyAfter(facts: IssueFacts, action: PreventiveAction): string | undefined {
  const { body } = facts.issue;
  const written = writtenAction(body, action.key);
  if (written === undefined) return undefined;
  if (isClosed(facts)) return isCompleted(facts) ? tick(body, written, true) : dropAction(body, written, whyNot(facts));
  const open = opened(body, written);
  return open === body ? undefined : open;
}

/** Without our strike, and without a tick below it. */
function opened(body: string, written: ParsedAction): string {
  const bare = written.status === "open" || written.status === "done" ? body : withoutStrike(body, written);
  const again = parseActions(bare).find(({ start }) => start === written.start);
  return again?.status === "done" ? tick(bare, again, false) : bare;
}

function isCompleted({ tracker }: IssueFacts): boolean {
  return tracker?.stateReason !== "not_planned" && tracker?.stateReason !== "duplicate";
}

function whyNot({ tracker }: IssueFacts): string {
  return `${tracker?.name ?? ""} was closed as ${tracker?.stateReason === "duplicate" ? "a duplicate" : "not planned"}`;
}

/** Takes back our own way of striking out: `~~words~~ — dropped: reason`. */
function withoutStrike(body: string, { start, end }: { readonly start: number; readonly end: number }): string {
  const words = body.slice(start, end);
  const open = words.replace(/~~(?<words>[\s\S]*)~~ — (?:dropped|n\/a): [^\n]*/u, "$<words>");
  return `${body.slice(0, start)}${open}${body.slice(end)}`;
}

/** An issue closed as completed shows the delivery; one that is open again shows nothing. */
function remembered(
  facts: IssueFacts,
  { postmortem, action }: { postmortem: Postmortem; action: PreventiveAction },
): Change {
  const actions = trackActions(facts, postmortem).map((one) => {
    if (one.trackedBy !== action.trackedBy) return one;
    const { evidence: _, ...bare } = one;
    if (!isClosed(facts) || !isCompleted(facts)) return bare;
    return { ...bare, status: "delivered" as const, evidence: one.evidence ?? one.trackedBy ?? "" };
  });
  return { kind: "save-postmortem", postmortem: { ...postmortem, actions } };
}
