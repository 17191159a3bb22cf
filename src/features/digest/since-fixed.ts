import { addDays, daysBetween } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { SinceFixedView } from "../../domain/template-call.ts";
import { clip } from "./clip.ts";
import { openedCount } from "./hotspot-rows.ts";
import { byKeys } from "./ordering.ts";
import { midnight } from "./period.ts";
import { labelled } from "./search-links.ts";
import { dayOf, days, type Held, heldBy, ofCategory, type Week } from "./week.ts";

/** Per category: incidents before and since its last delivered action, over equally many days where history allows. */
export function sinceFixedRows(week: Week): SinceFixedView[] {
  return week.facts.categories.flatMap(({ key, title }) => {
    const last = lastDelivered(week, key);
    const row = last === undefined ? undefined : rowOf(week, { key, title, last });
    return row === undefined ? [] : [row];
  });
}

/** Below this, on either side, chance alone explains nearly any difference. */
const FEWEST = 5;
const LONGEST_DAYS = 364;

function lastDelivered(week: Week, key: string): Held | undefined {
  return heldBy(ofCategory(week, key))
    .filter(({ action }) => action.status === "delivered" && settledOn(week, action) < week.day)
    .toSorted(byKeys(({ action, postmortem }) => [settledOn(week, action), postmortem.url, action.key]))
    .at(-1);
}

function rowOf(
  week: Week,
  { key, title, last }: { key: string; title: string; last: Held },
): SinceFixedView | undefined {
  const on = settledOn(week, last.action);
  const [first] = week.counted;
  const sinceDays = Math.min(LONGEST_DAYS, daysBetween(on, week.untilDay));
  const beforeDays = Math.min(sinceDays, daysBetween(dayOf(week, first?.openedAt ?? on), on));
  if (beforeDays <= 0) return undefined;
  const which = { terms: [labelled(`${week.facts.config.labels.hotspot}${key}`)], of: ofCategory(week, key) };
  const at = (day: string): string => midnight(day, week.facts.timeZone);
  const before = openedCount(week, { from: at(addDays(on, -beforeDays)), until: at(on) }, which);
  const since = openedCount(week, { from: at(on), until: at(addDays(on, sinceDays)) }, which);
  const { restricted, url } = last.postmortem;
  return defined({
    title,
    on,
    action: restricted ? undefined : { text: clip(last.action.text, 100), url },
    before,
    beforeDays: days(beforeDays),
    since,
    sinceDays: days(sinceDays),
    verdict: before.n < FEWEST || since.n < FEWEST ? "too few to tell" : "counts, not proof",
  });
}

function settledOn(week: Week, { settledAt }: Held["action"]): string {
  return settledAt === undefined ? "9999-12-31" : dayOf(week, settledAt);
}
