import { tzOffset } from "@date-fns/tz";

import type { Instant } from "../domain/ids.ts";
import type { Day } from "../domain/preventive-action.ts";
import { isoWeekOf } from "../domain/week.ts";
import type { Schedule } from "../store/tenants.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const ISO_DAYS = { monday: 1, tuesday: 2, wednesday: 3, thursday: 4, friday: 5, saturday: 6, sunday: 7 } as const;

/**
 * The latest moment up to `now` at which a digest was due, and the ISO week (`2026-W47`) of that day in the tenant's
 * zone. A time that the clocks jump over is due as much later; one that comes twice is due the first time.
 */
export function digestDue(
  schedule: Pick<Schedule, "day" | "time" | "timezone">,
  now: Instant,
): { week: string; dueAt: Instant } {
  const today = localDay(Date.parse(now), schedule.timezone);
  const inThisWeek = today + (ISO_DAYS[schedule.day] - isoDay(today)) * DAY_MS;
  const due = instantOf(inThisWeek, schedule.time, schedule.timezone);
  if (due <= Date.parse(now)) return { week: isoWeek(inThisWeek), dueAt: iso(due) };
  const inLastWeek = inThisWeek - 7 * DAY_MS;
  return { week: isoWeek(inLastWeek), dueAt: iso(instantOf(inLastWeek, schedule.time, schedule.timezone)) };
}

/** The working day whose reminders are due now in the tenant's zone, or undefined outside its hours. */
export function remindersDue(schedule: Pick<Schedule, "timezone" | "reminders">, now: Instant): Day | undefined {
  const { reminders, timezone } = schedule;
  if (reminders === undefined) return undefined;
  const local = Date.parse(now) + tzOffset(timezone, new Date(now)) * MINUTE_MS;
  const time = iso(local).slice(11, 16);
  if (time < reminders.from || time >= reminders.until) return undefined;
  const day = iso(local).slice(0, 10);
  const works = isoDay(startOfDay(local)) <= 5 && !reminders.holidays.includes(day);
  return works ? day : undefined;
}

// A calendar day is held as the UTC midnight of its date: arithmetic on it knows no time zone.

function localDay(instant: number, timezone: string): number {
  return startOfDay(instant + tzOffset(timezone, new Date(instant)) * MINUTE_MS);
}

function startOfDay(local: number): number {
  return Math.floor(local / DAY_MS) * DAY_MS;
}

/** 1 is Monday, 7 is Sunday. */
function isoDay(day: number): number {
  return new Date(day).getUTCDay() || 7;
}

function isoWeek(day: number): string {
  return isoWeekOf(iso(day).slice(0, 10));
}

/** When a wall clock in the zone shows this day and time, by the offsets in force a day before and a day after. */
function instantOf(day: number, time: string, timezone: string): number {
  const wall = day + Date.parse(`1970-01-01T${time}:00.000Z`);
  const before = wall - tzOffset(timezone, new Date(wall - DAY_MS)) * MINUTE_MS;
  const after = wall - tzOffset(timezone, new Date(wall + DAY_MS)) * MINUTE_MS;
  const shown = [before, after]
    .filter((instant) => instant + tzOffset(timezone, new Date(instant)) * MINUTE_MS === wall)
    .sort((a, b) => a - b);
  // Jumped over: the offset from before the jump gives the time as much later as the clocks were put forward.
  return shown[0] ?? before;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
