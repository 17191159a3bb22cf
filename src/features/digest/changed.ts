import { addDays, daysBetween } from "../../domain/day.ts";
import type { ChangedView } from "../../domain/template-call.ts";
import { openedCount } from "./hotspot-rows.ts";
import { midnight, type Period } from "./period.ts";
import { usualMost } from "./poisson.ts";
import { labelled } from "./search-links.ts";
import { dayOf, ofCategory, type Week } from "./week.ts";

/**
 * Categories with more incidents than their own history predicts, in the week or else in the quarter.
 * `young` says so when there is too little history to predict from.
 */
export function changedViews(week: Week): { changed: ChangedView[]; young?: string } {
  const changed = week.facts.categories.flatMap((category) => {
    const found = WINDOWS.map((window) => changeIn(week, category, window)).find((one) => one !== undefined);
    return found === undefined ? [] : [found];
  });
  const known = weeksBefore(week, 1, 52);
  const [{ least }] = WINDOWS;
  return known >= least ? { changed } : { changed, young: `${known} of the ${least} weeks that it takes` };
}

interface Window {
  readonly words: string;
  readonly weeks: number;
  /** Weeks of history before it that are looked at, at most and at least. */
  readonly history: number;
  readonly least: number;
}

const WINDOWS = [
  { words: "this week", weeks: 1, history: 51, least: 8 },
  { words: "in 13 weeks", weeks: 13, history: 39, least: 26 },
] as const satisfies readonly Window[];

/** Fewer than this are never called a change: where next to nothing is expected, a second incident would be one. */
const FEWEST = 3;

function changeIn(week: Week, category: { key: string; title: string }, window: Window): ChangedView | undefined {
  const weeks = weeksBefore(week, window.weeks, window.history);
  if (weeks < window.least) return undefined;
  const start = back(week, window.weeks);
  const which = {
    terms: [labelled(`${week.facts.config.labels.hotspot}${category.key}`)],
    of: ofCategory(week, category.key),
  };
  const count = openedCount(week, { from: start, until: week.period.until }, which);
  const earlier: Period = { from: back(week, window.weeks + weeks), until: start };
  const before = openedCount(week, earlier, which);
  const expected = (before.n / weeks) * window.weeks;
  const most = usualMost(expected);
  if (count.n < FEWEST || count.n <= most) return undefined;
  return { title: category.title, count, words: window.words, before, weeks, expected: expected.toFixed(1), most };
}

function back(week: Week, weeks: number): string {
  return midnight(addDays(week.untilDay, -7 * weeks), week.facts.timeZone);
}

/** Whole weeks between the first postmortem there is and the start of the window. */
function weeksBefore(week: Week, windowWeeks: number, most: number): number {
  const [first] = week.counted;
  if (first === undefined) return 0;
  const all = Math.floor(daysBetween(dayOf(week, first.openedAt), week.untilDay) / 7);
  return Math.max(0, Math.min(most, all - windowWeeks));
}
