import type { Change } from "../../../domain/change.ts";
import { addDays } from "../../../domain/day.ts";
import type { Event } from "../../../domain/event.ts";
import type { IssueFacts } from "../../../domain/facts.ts";
import type { Postmortem } from "../../../domain/postmortem.ts";
import type { Day, PreventiveAction } from "../../../domain/preventive-action.ts";
import type { ReminderGroupView } from "../../../domain/template-call.ts";
import { actionView } from "../../postmortem/status-view.ts";
import { trackActions } from "../track.ts";
import { isWorkingTime, wantedOn } from "./wanted.ts";

type RemindDue = Extract<Event, { kind: "remind-due" }>;

/** Put on once an action was escalated, taken off when all of those are settled. */
export const OVERDUE = "overdue";
/** People who park issues put this label on them; bots leave those in peace. */
export const FROZEN = "lifecycle/frozen";

/** Mentions older than this are of no use to the weekly cap. */
const MENTIONS_KEPT_DAYS = 14;

/**
 * Says on one postmortem what was chosen for today, as far as it is still so: the body may have changed since. One
 * comment for all owners, which takes the place of the one before; escalations are said once and stay.
 */
export function remind(facts: IssueFacts, postmortem: Postmortem, event: RemindDue): Change[] {
  if (!mayNow(facts, postmortem, event)) return [];
  const actions = trackActions(facts, postmortem);
  const due = event.remind.map(({ owner, keys }) => pick("remind", owner, { keys, actions, facts })).filter(hasActions);
  const late = event.escalate
    .map(({ lead, keys }) => pick("escalate", lead, { keys, actions, facts }))
    .filter(hasActions);
  if (due.length === 0 && late.length === 0) return [];
  return [
    ...said(facts, due),
    ...escalated(facts, late),
    { kind: "save-postmortem", postmortem: remembered({ ...postmortem, actions }, { due, late, facts }) },
  ];
}

function mayNow({ config, now, today, issue }: IssueFacts, postmortem: Postmortem, event: RemindDue): boolean {
  if (!config.reminders.enabled || config.mode !== "active" || event.day !== today) return false;
  if (postmortem.remind === false || issue.labels.includes(FROZEN)) return false;
  return isWorkingTime(config, { now, today });
}

interface Group {
  readonly who: string | undefined;
  readonly mentioned: boolean;
  readonly actions: readonly (PreventiveAction & { readonly place: number })[];
}

function pick(
  kind: "remind" | "escalate",
  who: string | undefined,
  { keys, actions, facts }: { keys: readonly string[]; actions: readonly PreventiveAction[]; facts: IssueFacts },
): Group {
  const chosen = actions
    .map((action, index) => ({ ...action, place: index + 1 }))
    .filter(({ key }) => keys.includes(key))
    .filter((action) => wantedOn(facts.today, action, facts.config) === kind)
    .filter(({ owner }) => kind === "escalate" || owner?.toLowerCase() === who?.toLowerCase());
  const mentioned = who !== undefined && (facts.mentionable ?? []).includes(who.toLowerCase());
  return { who, mentioned, actions: chosen };
}

function hasActions({ actions }: Group): boolean {
  return actions.length > 0;
}

function said(facts: IssueFacts, groups: readonly Group[]): Change[] {
  if (groups.length === 0) return [];
  const view = { day: facts.today, groups: groups.map((group) => viewOf(group, facts.today)) };
  const call = { template: "preventive-actions/reminder", view } as const;
  return [{ kind: "put-comment", issue: facts.issue.ref, slot: "reminder", once: false, fresh: true, call }];
}

function escalated(facts: IssueFacts, groups: readonly Group[]): Change[] {
  if (groups.length === 0) return [];
  const view = { day: facts.today, groups: groups.map((group) => viewOf(group, facts.today)) };
  const call = { template: "preventive-actions/escalated", view } as const;
  const slot = `escalated.${facts.today}`;
  return [
    { kind: "put-comment", issue: facts.issue.ref, slot, once: true, call },
    { kind: "set-labels", issue: facts.issue.ref, add: [OVERDUE], remove: [] },
  ];
}

function viewOf({ who, mentioned, actions }: Group, today: Day): ReminderGroupView {
  return {
    ...(who === undefined ? {} : { who }),
    mentioned,
    actions: actions.map((action) => ({
      ...actionView(action, today),
      place: action.place,
      times: action.reminded.filter((day) => action.due !== undefined && day >= action.due).length,
    })),
  };
}

/** With what was said today, so that tomorrow's choice knows of it. */
function remembered(
  postmortem: Postmortem,
  { due, late, facts }: { due: readonly Group[]; late: readonly Group[]; facts: IssueFacts },
): Postmortem {
  const { today, now } = facts;
  const reminded = new Set(due.flatMap(({ actions }) => actions.map(({ key }) => key)));
  const passedOn = new Set(late.flatMap(({ actions }) => actions.map(({ key }) => key)));
  const who = [...due, ...late].flatMap((group) => (group.who !== undefined && group.mentioned ? [group.who] : []));
  const recent = (postmortem.mentions ?? []).filter(({ day }) => day > addDays(today, -MENTIONS_KEPT_DAYS));
  return {
    ...postmortem,
    actions: postmortem.actions.map((action) => {
      const { remindNext: _, ...rest } = action;
      if (reminded.has(action.key)) return { ...rest, reminded: [...action.reminded, today] };
      return passedOn.has(action.key) ? { ...action, escalatedAt: now } : action;
    }),
    mentions: [...recent, ...who.map((login) => ({ who: login, day: today }))],
  };
}
