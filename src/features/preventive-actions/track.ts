import type { Config } from "../../domain/config.ts";
import { addWorkingDays } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { ActionStatus, Day, PreventiveAction } from "../../domain/preventive-action.ts";
import { type ParsedAction, parseActions } from "./parse/parse-actions.ts";

/** What tracking looks at. */
export type TrackFacts = Pick<IssueFacts, "issue" | "config" | "today" | "now">;

/** What is written in the body, joined with what is known of each action from before. */
export function trackActions(facts: TrackFacts, postmortem: Postmortem): PreventiveAction[] {
  const parsed = parsedBody(facts.issue.body);
  const known = pairUp(parsed, postmortem.actions);
  return parsed.map((written, index) => joined(written, known[index], { facts, postmortem }));
}

/** The written entry of a tracked action, for edits of the body. */
export function writtenAction(body: string, key: string): ParsedAction | undefined {
  return parsedBody(body).find((written) => written.key === key);
}

let last: { readonly body: string; readonly parsed: readonly ParsedAction[] } | undefined;

/** Several rules and commands look at the same body in turn: it is parsed once. */
export function parsedBody(body: string): readonly ParsedAction[] {
  if (last?.body !== body) last = { body, parsed: parseActions(body) };
  return last.parsed;
}

/** Actions are named by their place in the list, counted from 1, or by the beginning of their words. */
export function actionNamed(word: string, actions: readonly PreventiveAction[]): PreventiveAction | undefined {
  const place = /^#?(\d{1,3})$/u.exec(word)?.[1];
  if (place !== undefined) return actions[Number(place) - 1];
  const wanted = word.toLowerCase();
  const hits = actions.filter(({ text }) => text.toLowerCase().startsWith(wanted));
  return hits.length === 1 ? hits[0] : undefined;
}

/** The working days that a severity leaves for an action. */
export function suppliedDue(since: Day, severity: number | undefined, config: Config): Day {
  const days = config["due-days"][severityKey(severity)] ?? 90;
  return addWorkingDays(since, days, config.reminders.holidays);
}

/** By key; an entry whose words were changed keeps what is known when it still stands in the same place. */
function pairUp(parsed: readonly ParsedAction[], known: readonly PreventiveAction[]): (PreventiveAction | undefined)[] {
  const byKey = new Map(known.map((action) => [action.key, action]));
  const kept = new Set(parsed.map(({ key }) => key));
  return parsed.map(({ key }, index) => {
    const same = byKey.get(key);
    if (same !== undefined) return same;
    const inPlace = known[index];
    return inPlace !== undefined && !kept.has(inPlace.key) && parsed.length === known.length ? inPlace : undefined;
  });
}

function joined(
  written: ParsedAction,
  known: PreventiveAction | undefined,
  { facts, postmortem }: { facts: TrackFacts; postmortem: Postmortem },
): PreventiveAction {
  const since = known?.since ?? facts.today;
  const status = statusOf(written, known);
  return {
    ...(known === undefined ? {} : kept(known, status)),
    ...defined({ owner: written.owner, reason: written.reason, type: written.type ?? known?.type }),
    ...(status === "open" ? {} : { settledAt: known?.settledAt ?? facts.now }),
    key: written.key,
    text: written.text,
    due: written.due ?? suppliedDue(since, postmortem.severity, facts.config),
    dueSupplied: written.due === undefined,
    status,
    since,
    reminded: known !== undefined && known.owner === written.owner ? known.reminded : [],
  };
}

/** What the body cannot say. */
function kept(known: PreventiveAction, status: ActionStatus): Partial<PreventiveAction> {
  const evidence = status === "open" ? undefined : known.evidence;
  const { trackedBy, snoozedUntil, escalatedAt, remindNext } = known;
  return defined({ evidence, trackedBy, snoozedUntil, escalatedAt, remindNext });
}

function statusOf(written: ParsedAction, known: PreventiveAction | undefined): ActionStatus {
  if (written.status === "done") return known?.evidence === undefined ? "ticked" : "delivered";
  return written.status;
}

function severityKey(severity: number | undefined): "1" | "2" | "3" | "4" {
  if (severity === 1) return "1";
  if (severity === 2) return "2";
  return severity === 4 ? "4" : "3";
}
