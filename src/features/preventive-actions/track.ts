import type { Config } from "../../domain/config.ts";
import { addWorkingDays } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { ActionStatus, Day, PreventiveAction } from "../../domain/preventive-action.ts";
import { linkNames } from "./link-name.ts";
import { parseActions } from "./parse/parse-actions.ts";
import type { ParsedAction } from "./parse/parsed-action.ts";

/** What tracking looks at. */
export type TrackFacts = Pick<IssueFacts, "issue" | "config" | "today" | "now" | "proofs">;

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
  const links = linkNames(written.links, facts.issue);
  const evidence = evidenceOf(
    written,
    known,
    facts.proofs?.find((name) => links.includes(name)),
  );
  const status = statusOf(written, evidence);
  return {
    ...kept(known),
    ...defined({ evidence, links: links.length === 0 ? undefined : links.slice(0, MOST_LINKS) }),
    ...defined({ owner: written.owner, reason: written.reason, type: written.type ?? known?.type }),
    ...(status === "open" ? {} : { settledAt: known?.settledAt ?? facts.now }),
    key: written.key,
    text: written.text,
    due: written.due ?? suppliedDue(since, postmortem.severity, facts.config),
    dueSupplied: written.due === undefined,
    status,
    since,
    reminded: remindersOf(known, written),
  };
}

/** A new owner has not been reminded of anything yet. */
function remindersOf(known: PreventiveAction | undefined, { owner }: ParsedAction): Day[] {
  return known !== undefined && known.owner === owner ? known.reminded : [];
}

/** Enough to recognise a pull request by. */
const MOST_LINKS = 5;

/** What the body cannot say. */
function kept(known: PreventiveAction | undefined): Partial<PreventiveAction> {
  if (known === undefined) return {};
  const { trackedBy, trackedIn, snoozedUntil, escalatedAt, remindNext } = known;
  return defined({ trackedBy, trackedIn, snoozedUntil, escalatedAt, remindNext });
}

/** What is known already stands. The issue that tracks it is none: the app closes that when the box is ticked. */
function evidenceOf(
  { status }: ParsedAction,
  known: PreventiveAction | undefined,
  proof: string | undefined,
): string | undefined {
  if (status === "open") return undefined;
  return known?.evidence ?? (status === "done" && proof !== known?.trackedBy ? proof : undefined);
}

function statusOf({ status }: ParsedAction, evidence: string | undefined): ActionStatus {
  if (status === "done") return evidence === undefined ? "ticked" : "delivered";
  return status;
}

function severityKey(severity: number | undefined): "1" | "2" | "3" | "4" {
  if (severity === 1) return "1";
  if (severity === 2) return "2";
  return severity === 4 ? "4" : "3";
}
