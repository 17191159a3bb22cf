import { addDays } from "../../domain/day.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { DigestView } from "../../domain/template-call.ts";
import { clip } from "./clip.ts";
import { byKeys } from "./ordering.ts";
import { midnight } from "./period.ts";
import { dayOf, isWithin, openedIn, othersOf, type Week } from "./week.ts";

/** One postmortem worth reading: published or reviewed this week, else one published in 13 weeks, in turn. */
export function readingOf(week: Week): Pick<DigestView, "reading"> {
  const named = week.counted.filter(({ restricted }) => !restricted);
  const published = named.filter(({ publishedAt }) => isWithin(publishedAt, week.period)).toSorted(GRAVEST)[0];
  if (published !== undefined) return recommend(week, published, "published this week");
  const reviewed = named.filter(({ reviewedAt }) => isWithin(reviewedAt, week.period)).toSorted(GRAVEST)[0];
  if (reviewed !== undefined) return recommend(week, reviewed, "reviewed this week");
  const earlier = named.filter(({ publishedAt }) => isWithin(publishedAt, week.quarter)).toSorted(GRAVEST);
  const inTurn = earlier[Number(week.facts.week.name.slice(-2)) % Math.max(1, earlier.length)];
  return inTurn === undefined ? {} : recommend(week, inTurn, `published on ${dayOf(week, inTurn.publishedAt ?? "")}`);
}

/** The gravest incident opened in the same week a year (52 weeks) before. */
export function yearAgoOf(week: Week): Pick<DigestView, "yearAgo"> {
  const at = (back: number): string => midnight(addDays(week.untilDay, -back), week.facts.timeZone);
  const then = openedIn(week.counted, { from: at(371), until: at(364) });
  const one = then.filter(({ restricted }) => !restricted).toSorted(GRAVEST)[0];
  if (one === undefined) return {};
  const open = one.actions.filter(({ status }) => status === "open").length;
  const outcome = one.actions.length === 0 ? "no preventive actions" : `${open} of ${one.actions.length} actions open`;
  return { yearAgo: { title: clip(one.title, 100), url: one.url, on: dayOf(week, one.openedAt), outcome } };
}

const GRAVEST = byKeys(({ severity, openedAt, url }: Postmortem) => [severity ?? 5, Date.parse(openedAt), url]);

function recommend(week: Week, postmortem: Postmortem, why: string): Pick<DigestView, "reading"> {
  const { title, url } = postmortem;
  return { reading: { title: clip(title, 100), url, why, summary: summaryOf(week, postmortem) } };
}

/** What the record says of it, in one line. */
function summaryOf(week: Week, postmortem: Postmortem): string {
  const { severity, category, actions } = postmortem;
  const keys = new Set([...(category === undefined ? [] : [category]), ...othersOf(week, postmortem)]);
  const titles = week.facts.categories.filter(({ key }) => keys.has(key)).map(({ title }) => title);
  const delivered = actions.filter(({ status }) => status === "delivered").length;
  return [
    severity === undefined ? "Severity unknown" : `Severity ${severity}`,
    `opened on ${dayOf(week, postmortem.openedAt)}`,
    ...(titles.length === 0 ? [] : [titles.join(" and ")]),
    ...(actions.length === 0 ? [] : [`${delivered} of ${count(actions.length)} delivered`]),
  ].join(", ");
}

function count(actions: number): string {
  return actions === 1 ? "1 preventive action" : `${actions} preventive actions`;
}
