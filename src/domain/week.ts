import { getISOWeek, getISOWeekYear, parseISO } from "date-fns";

import type { Day } from "./preventive-action.ts";

/** The ISO week that a calendar day lies in, `2026-W47`: it belongs to the year of its Thursday. */
export function isoWeekOf(day: Day): string {
  const date = parseISO(day);
  return `${getISOWeekYear(date)}-W${String(getISOWeek(date)).padStart(2, "0")}`;
}
