import type { Config } from "../../../domain/config.ts";
import { addDays, dayIn, isWorkingDay } from "../../../domain/day.ts";
import type { Event } from "../../../domain/event.ts";
import type { RemindingFacts, TeamFunction } from "../../../domain/facts.ts";
import type { Instant } from "../../../domain/ids.ts";
import type { Postmortem } from "../../../domain/postmortem.ts";
import type { Day, PreventiveAction } from "../../../domain/preventive-action.ts";
import { leadOf } from "./lead.ts";
import { wantedOn } from "./wanted.ts";

type RemindDue = Extract<Event, { kind: "remind-due" }>;

/** What is to be said on one postmortem today. */
export interface Reminding {
  readonly postmortem: Postmortem;
  readonly event: RemindDue;
}

/** Days over which the cap counts: any seven in a row, so that no week of any calendar has more. */
const WEEK_DAYS = 7;

/**
 * Whom to remind today in all repositories of a tenant. One mention covers all that a person has to do on an issue;
 * nobody gets more than the cap in any seven days. Escalations go first, then what is due longest; what does not fit
 * waits for a later day. The same state gives the same choice.
 */
export function chooseReminders(facts: RemindingFacts, { day, now }: { day: Day; now: Instant }): Reminding[] {
  const spent = mentionsOf(facts.postmortems, day);
  const wishes = facts.postmortems.flatMap((postmortem) => wishesOf(postmortem, facts, { day, now }));
  const granted = wishes.toSorted(byUrgency).filter((wish) => spend(spent, wish));
  return facts.postmortems.flatMap((postmortem) => {
    const mine = granted.filter((wish) => wish.postmortem === postmortem);
    return mine.length === 0 ? [] : [{ postmortem, event: eventOf(mine, day) }];
  });
}

interface Wish {
  readonly postmortem: Postmortem;
  readonly kind: "remind" | "escalate";
  /** Who is mentioned; nobody when there is no lead to turn to. */
  readonly who: string | undefined;
  readonly keys: readonly string[];
  /** The earliest due day among them. */
  readonly due: Day;
  readonly cap: number;
}

function wishesOf(postmortem: Postmortem, facts: RemindingFacts, { day, now }: { day: Day; now: Instant }): Wish[] {
  const settings = facts.settings.get(postmortem.ref.repositoryId);
  if (settings === undefined || !mayRemind(postmortem, settings.config, { day, now })) return [];
  const groups = new Map<string, Wish>();
  for (const action of postmortem.actions) {
    const kind = wantedOn(day, action, settings.config);
    if (kind !== undefined) addTo(groups, wishFor(action, kind, { postmortem, ...settings }));
  }
  return [...groups.values()];
}

function mayRemind(postmortem: Postmortem, config: Config, { day, now }: { day: Day; now: Instant }): boolean {
  if (postmortem.starting || postmortem.remind === false || postmortem.frozen === true) return false;
  if (!config.reminders.enabled || config.mode !== "active") return false;
  return dayIn(config.digest.timezone, now) === day && isWorkingDay(day, config.reminders.holidays);
}

function wishFor(
  action: PreventiveAction,
  kind: Wish["kind"],
  { postmortem, config, functions }: { postmortem: Postmortem; config: Config; functions: readonly TeamFunction[] },
): Wish {
  const who = kind === "remind" ? action.owner : leadOf(action.owner, postmortem, functions);
  const due = action.due ?? action.since;
  return { postmortem, kind, who, keys: [action.key], due, cap: config.reminders["per-week"] };
}

function addTo(groups: Map<string, Wish>, wish: Wish): void {
  const group = `${wish.kind} ${wish.who?.toLowerCase() ?? ""}`;
  const before = groups.get(group);
  const joined = before && {
    ...before,
    keys: [...before.keys, ...wish.keys],
    due: before.due < wish.due ? before.due : wish.due,
  };
  groups.set(group, joined ?? wish);
}

function byUrgency(a: Wish, b: Wish): number {
  if (a.kind !== b.kind) return a.kind === "escalate" ? -1 : 1;
  if (a.due !== b.due) return a.due < b.due ? -1 : 1;
  return (
    a.postmortem.ref.repositoryId - b.postmortem.ref.repositoryId || a.postmortem.ref.number - b.postmortem.ref.number
  );
}

function mentionsOf(postmortems: readonly Postmortem[], day: Day): Map<string, number> {
  const since = addDays(day, 1 - WEEK_DAYS);
  const spent = new Map<string, number>();
  for (const { mentions = [] } of postmortems) {
    for (const mention of mentions) {
      const who = mention.who.toLowerCase();
      if (mention.day >= since) spent.set(who, (spent.get(who) ?? 0) + 1);
    }
  }
  return spent;
}

/** Takes one mention from what is left to a person; false when nothing is. */
function spend(spent: Map<string, number>, { who, cap }: Wish): boolean {
  if (who === undefined) return true;
  const before = spent.get(who.toLowerCase()) ?? 0;
  if (before >= cap) return false;
  spent.set(who.toLowerCase(), before + 1);
  return true;
}

function eventOf(granted: readonly Wish[], day: Day): RemindDue {
  return {
    kind: "remind-due",
    day,
    remind: granted
      .filter(({ kind }) => kind === "remind")
      .map(({ who = "", keys }) => ({ owner: who, keys: [...keys] })),
    escalate: granted
      .filter(({ kind }) => kind === "escalate")
      .map(({ who, keys }) => ({ ...(who === undefined ? {} : { lead: who }), keys: [...keys] })),
  };
}
