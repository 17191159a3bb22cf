import { addDays } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { HotspotRowView, LinkedCount } from "../../domain/template-call.ts";
import { midnight, type Period } from "./period.ts";
import { during, labelled, proven } from "./search-links.ts";
import { sparkline } from "./sparkline.ts";
import { days, daysSince, heldBy, ofCategory, openedIn, othersOf, type Week } from "./week.ts";

/** A row for each category that has anything to say, in the order of the taxonomy; the others by name. */
export function hotspotRows(week: Week): { rows: HotspotRowView[]; quiet: string[] } {
  const rows = week.facts.categories.map(({ key, title }) => categoryRow(week, { key, title }));
  const isQuiet = (row: HotspotRowView): boolean => row.year.n === 0 && row.openActions === 0;
  return { rows: rows.filter((row) => !isQuiet(row)), quiet: rows.filter(isQuiet).map(({ title }) => title) };
}

/** Every postmortem: the n of the table. */
export function allRow(week: Week): HotspotRowView {
  return rowOf(week, "All postmortems", { terms: [], of: week.counted });
}

/** Those without the label of any category that exists. */
export function uncategorisedRow(week: Week): HotspotRowView {
  const { hotspot } = week.facts.config.labels;
  const terms = week.facts.categories.map(({ key }) => `-${labelled(`${hotspot}${key}`)}`);
  const of = week.counted.filter(({ category }) => category === undefined || !week.keys.has(category));
  return rowOf(week, "Uncategorised", { terms, of });
}

/** Those that touch other categories too. No label says so: the digest lists them instead of linking a search. */
export function severalRow(week: Week): HotspotRowView {
  const of = week.counted.filter((postmortem) => othersOf(week, postmortem).length > 0);
  return rowOf(week, "In more than one category", { of });
}

/** How many were opened in a period, with the search that finds them. Without terms no search can. */
export function openedCount(
  week: Week,
  period: Period,
  { terms, of }: { terms?: readonly string[]; of: readonly Postmortem[] },
): LinkedCount {
  const found = openedIn(of, period);
  if (terms === undefined) return { n: found.length, parts: [] };
  return proven(week.scope, [...terms, during("created", period, week.facts.timeZone)], found);
}

/** The last 13 weeks, oldest first. */
export function lastWeeks(week: Week): Period[] {
  const at = (back: number): string => midnight(addDays(week.untilDay, -7 * back), week.facts.timeZone);
  return Array.from({ length: 13 }, (_, index) => ({ from: at(13 - index), until: at(12 - index) }));
}

function categoryRow(week: Week, { key, title }: { key: string; title: string }): HotspotRowView {
  const terms = [labelled(`${week.facts.config.labels.hotspot}${key}`)];
  return rowOf(week, title, { terms, of: ofCategory(week, key) });
}

function rowOf(
  week: Week,
  title: string,
  which: { terms?: readonly string[]; of: readonly Postmortem[] },
): HotspotRowView {
  const open = heldBy(which.of).filter(({ action }) => action.status === "open");
  const oldest = Math.max(...open.map(({ action }) => daysSince(week, action.since)));
  return defined({
    title,
    period: openedCount(week, week.period, which),
    quarter: openedCount(week, week.quarter, which),
    year: openedCount(week, week.year, which),
    spark: sparkline(lastWeeks(week).map((one) => openedIn(which.of, one).length)),
    openActions: open.length,
    oldest: open.length === 0 ? undefined : days(oldest),
  });
}
