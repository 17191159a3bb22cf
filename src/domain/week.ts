// One by one: the whole of it is 300 files, and a second of every start.
import { getISOWeek } from "date-fns/getISOWeek";
import { getISOWeekYear } from "date-fns/getISOWeekYear";
import { parseISO } from "date-fns/parseISO";

import type { Day } from "./preventive-action.ts";

/** The ISO week that a calendar day lies in, `2026-W47`: it belongs to the year of its Thursday. */
export function isoWeekOf(day: Day): string {
  const date = parseISO(day);
  return `${getISOWeekYear(date)}-W${String(getISOWeek(date)).padStart(2, "0")}`;
}
