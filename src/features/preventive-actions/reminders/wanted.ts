import type { Config } from "../../../domain/config.ts";
import { addWorkingDays, isWorkingDay } from "../../../domain/day.ts";
import type { Instant } from "../../../domain/ids.ts";
import type { Day, PreventiveAction } from "../../../domain/preventive-action.ts";

/** Working days before the due day on which the owner hears of it first. */
const BEFORE = 3;
/** Working days from one reminder to the next, from the due day on: on the day, 3 later, 7 later, 14 later, 28 later. */
const GAPS = [3, 4, 7, 14];
const WIDEST = 28;

/**
 * What an action calls for on a working day: nothing while it is settled, snoozed or not due soon; reminders that grow
 * rarer; after as many unanswered ones as the configuration says one escalation; then nothing ever again.
 */
export function wantedOn(today: Day, action: PreventiveAction, config: Config): "remind" | "escalate" | undefined {
  const { due, owner, status } = action;
  if (status !== "open" || owner === undefined || due === undefined) return undefined;
  if (action.reminded.includes(today)) return undefined;
  if (action.remindNext === true) return "remind";
  if (action.escalatedAt !== undefined || isSnoozed(action, today)) return undefined;
  const { holidays } = config.reminders;
  if (today < due) return isNear(action.reminded, { today, due, holidays }) ? "remind" : undefined;
  return afterDue(
    action.reminded.filter((day) => day >= due),
    { today, config },
  );
}

function afterDue(
  unanswered: readonly Day[],
  { today, config }: { today: Day; config: Config },
): "remind" | "escalate" | undefined {
  const last = unanswered.at(-1);
  if (last === undefined) return "remind";
  const gap = GAPS[unanswered.length - 1] ?? WIDEST;
  if (today < addWorkingDays(last, gap, config.reminders.holidays)) return undefined;
  return unanswered.length >= config.reminders["escalate-after"] ? "escalate" : "remind";
}

function isSnoozed({ snoozedUntil }: Pick<PreventiveAction, "snoozedUntil">, today: Day): boolean {
  return snoozedUntil !== undefined && today < snoozedUntil;
}

/** A working day, within the hours of the configuration's time zone. Clock changes move the hours with the clocks. */
export function isWorkingTime(config: Config, { now, today }: { now: Instant; today: Day }): boolean {
  const { from, until, holidays } = config.reminders;
  const time = timeIn(config.digest.timezone, now);
  return isWorkingDay(today, holidays) && time >= from && time < until;
}

/** Close enough to the due day, and nobody said so yet. */
function isNear(
  reminded: readonly Day[],
  { today, due, holidays }: { today: Day; due: Day; holidays: readonly Day[] },
): boolean {
  const last = reminded.at(-1);
  const isSaid = last !== undefined && addWorkingDays(last, BEFORE, holidays) >= due;
  return !isSaid && addWorkingDays(today, BEFORE, holidays) >= due;
}

/** The wall clock of a zone, `09:30`. */
function timeIn(zone: string, now: Instant): string {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return clock.format(new Date(now));
}
