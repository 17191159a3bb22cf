import { tzOffset } from "@date-fns/tz";

import type { Config } from "../../domain/config.ts";
import { addDays } from "../../domain/day.ts";
import type { Instant } from "../../domain/ids.ts";
import type { Day } from "../../domain/preventive-action.ts";
import { isoWeekOf } from "../../domain/week.ts";

/** From the first instant on, up to the last one but not including it. */
export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * What the digest of an ISO week (`2026-W47`, the week in which it is posted) looks back on: the seven local days before
 * the day on which it is posted. Throws a RangeError when the week is not one of the calendar.
 */
export function periodOf(week: string, digest: Pick<Config["digest"], "day" | "timezone">): Period {
  const posted = addDays(mondayOf(week), DAYS.indexOf(digest.day));
  return { from: midnight(addDays(posted, -7), digest.timezone), until: midnight(posted, digest.timezone) };
}

/** The first instant of a calendar day in a zone; where the clocks jump over midnight, the instant of the jump. */
export function midnight(day: Day, zone: string): Instant {
  const wall = Date.parse(`${day}T00:00:00Z`);
  const before = wall - offsetAt(zone, wall - DAY_MS);
  const after = wall - offsetAt(zone, wall + DAY_MS);
  const shown = [before, after].filter((at) => at + offsetAt(zone, at) === wall).sort((a, b) => a - b);
  return new Date(shown[0] ?? before).toISOString();
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function mondayOf(week: string): Day {
  const [, year = "", number = ""] = /^(\d{4})-W(\d{2})$/u.exec(week) ?? [];
  // The fourth of January is always in the first week.
  const fourth: Day = `${year}-01-04`;
  const monday = year === "" ? undefined : addDays(fourth, 1 - isoDay(fourth) + 7 * (Number(number) - 1));
  if (monday === undefined || isoWeekOf(monday) !== week)
    throw new RangeError(`"${week}" is no week of the calendar: write it as 2026-W47`);
  return monday;
}

/** 1 is Monday, 7 is Sunday. */
function isoDay(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

function offsetAt(zone: string, at: number): number {
  return tzOffset(zone, new Date(at)) * MINUTE_MS;
}
