import type { Instant } from "./ids.ts";
import type { Day } from "./preventive-action.ts";

const DAY_MS = 86_400_000;

/** The calendar day of an instant in a time zone. */
export function dayIn(zone: string, at: Instant): Day {
  const parts = formatOf(zone)
    .formatToParts(new Date(at))
    .map((part) => [part.type, part.value] as const);
  const of = new Map(parts);
  return `${of.get("year")}-${of.get("month")}-${of.get("day")}`;
}

/** Dear to make, and there are some hundred zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  formats.set(timeZone, known);
  return known;
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one day to another; negative when `until` is earlier. */
export function daysBetween(from: Day, until: Day): number {
  return Math.round((Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Monday to Friday and no public holiday. */
export function isWorkingDay(day: Day, holidays: readonly Day[]): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.includes(day);
}

/** The day that lies `count` working days after `day`. */
export function addWorkingDays(day: Day, count: number, holidays: readonly Day[]): Day {
  let reached = day;
  for (let left = count; left > 0;) {
    reached = addDays(reached, 1);
    if (isWorkingDay(reached, holidays)) left -= 1;
  }
  return reached;
}

/** Is this a day of the calendar, written as 2026-12-01? `2026-02-30` is not. */
export function isCalendarDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && addDays(text, 0) === text
  );
}
