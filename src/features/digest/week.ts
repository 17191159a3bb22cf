import { tzOffset } from "@date-fns/tz";

import { addDays, dayIn, daysBetween } from "../../domain/day.ts";
import type { WeekFacts } from "../../domain/facts.ts";
import type { Instant } from "../../domain/ids.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { Day, PreventiveAction } from "../../domain/preventive-action.ts";
import { byKeys } from "./ordering.ts";
import { midnight, type Period } from "./period.ts";
import { type Scope, scopeOf } from "./search-links.ts";

/** A week's facts, put in order once: who counts, and the windows that everything is counted in. */
export interface Week {
  readonly facts: WeekFacts;
  readonly scope: Scope;
  /** Oldest first; drills are no incidents. */
  readonly counted: readonly Postmortem[];
  readonly period: Period;
  /** The 13 weeks that end with the period, and the 52. */
  readonly quarter: Period;
  readonly year: Period;
  /** The day that ages and due days are measured on: the first after the period, or today when that is earlier. */
  readonly day: Day;
  /** The first day after the period. */
  readonly untilDay: Day;
  /** The keys of the categories there are. */
  readonly keys: ReadonlySet<string>;
}

/** An action with the postmortem that it comes from. */
export interface Held {
  readonly postmortem: Postmortem;
  readonly action: PreventiveAction;
}

export function weekFrom(facts: WeekFacts): Week {
  const { from, until } = facts.week;
  const untilDay = dayIn(facts.timeZone, until);
  const today = dayIn(facts.timeZone, facts.now);
  const back = (days: number): Instant => midnight(addDays(untilDay, -days), facts.timeZone);
  return {
    facts,
    scope: scopeOf(facts),
    counted: facts.postmortems.filter(({ drill }) => !drill).toSorted(OLDEST_FIRST),
    period: { from, until },
    quarter: { from: back(91), until },
    year: { from: back(364), until },
    day: today < untilDay ? today : untilDay,
    untilDay,
    keys: new Set(facts.categories.map(({ key }) => key)),
  };
}

const OLDEST_FIRST = byKeys(({ openedAt, url }: Postmortem) => [Date.parse(openedAt), url]);

export function isWithin(at: Instant | undefined, { from, until }: Period): boolean {
  if (at === undefined) return false;
  const ms = Date.parse(at);
  return ms >= Date.parse(from) && ms < Date.parse(until);
}

export function openedIn(postmortems: readonly Postmortem[], period: Period): Postmortem[] {
  // Asked many times over all of them: the bounds are read once.
  const [from, until] = [Date.parse(period.from), Date.parse(period.until)];
  return postmortems.filter(({ openedAt }) => {
    const at = Date.parse(openedAt);
    return at >= from && at < until;
  });
}

/** Those that carry the label of the category, which is that of the main one. */
export function ofCategory(week: Week, key: string): Postmortem[] {
  return week.counted.filter(({ category }) => category === key);
}

/** The other categories that it touches, in the order of the taxonomy. */
export function othersOf(week: Week, { category, contributing }: Postmortem): string[] {
  return [...week.keys].filter((key) => key !== category && contributing.includes(key));
}

export function heldBy(postmortems: readonly Postmortem[]): Held[] {
  return postmortems.flatMap((postmortem) => postmortem.actions.map((action) => ({ postmortem, action })));
}

/** The calendar day of what is written as a day or as an instant. */
export function dayOf(week: Week, at: string): Day {
  if (at.length === 10) return at;
  // Asked for every action of every postmortem: the offset is far quicker to have than a formatted date.
  const minutes = tzOffset(week.facts.timeZone, new Date(at));
  return new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString().slice(0, 10);
}

/** Whole days up to the digest's day; never negative. */
export function daysSince(week: Week, at: string): number {
  return Math.max(0, daysBetween(dayOf(week, at), week.day));
}

const MINUTE_MS = 60_000;

export function days(n: number): string {
  return n === 1 ? "1 day" : `${n} days`;
}
