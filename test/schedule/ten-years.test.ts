// Exactly one digest per tenant and week, in every time zone, over ten years of ticks at odd moments, clocks that jump two
// hours either way, and restarts. LONG_TESTS=1 runs the whole of it; by default the same run is thinned.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { sweepFinished } from "../../src/inbox/keeping.ts";
import { digestDue } from "../../src/schedule/due.ts";
import { tick } from "../../src/schedule/tick.ts";
import { openDatabase } from "../../src/store/database.ts";
import { saveTenant, Schedule } from "../../src/store/tenants.ts";
import { seededNumbers } from "../support/seeded-numbers.ts";

const LONG = process.env["LONG_TESTS"] === "1";
const ZONES = Intl.supportedValuesOf("timeZone");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const START = Date.parse("2024-01-03T00:00:00.000Z");
const TEN_YEARS = 522 * WEEK;
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

console.info(
  `ten years of digests: ${LONG ? "every week of every zone" : "thinned (LONG_TESTS=1 for every week of every zone)"}`,
);

describe("ten years of digests", () => {
  it("are due at the wall clock's time, or where that is jumped over within the day, each week once", () => {
    const random = seededNumbers(1);
    const zones = LONG ? ZONES : ZONES.filter((_, index) => index % 6 === 0);
    let jumped = 0;
    let weeks = 0;
    for (const timezone of zones) {
      const schedule = someSchedule(random, timezone);
      const wallClock = new Intl.DateTimeFormat("en-GB", {
        timeZone: timezone,
        weekday: "long",
        hour: "2-digit",
        minute: "2-digit",
      });
      let before = digestDue(schedule, iso(START));
      for (let n = 1; n <= 521; n += 1) {
        const now = Date.parse(before.dueAt) + WEEK + DAY / 2;
        const { week, dueAt } = digestDue(schedule, iso(now));
        weeks += 1;
        expect(Math.abs(Date.parse(dueAt) - Date.parse(before.dueAt) - WEEK)).toBeLessThanOrEqual(3 * HOUR);
        expect(digestDue(schedule, dueAt)).toEqual({ week, dueAt });
        expect(digestDue(schedule, iso(Date.parse(dueAt) - 1)).week).not.toBe(week);
        expect(week > before.week).toBe(true);
        before = { week, dueAt };
        const shown = wallClock.format(Date.parse(dueAt)).toLowerCase();
        if (shown !== `${schedule.day} ${schedule.time}`) jumped += 1;
      }
    }

    expect(weeks).toBe(zones.length * 521);
    expect(jumped).toBe(0);
  });

  it("are asked for exactly once a week by ticks at odd moments, with jumping clocks and restarts", async () => {
    const random = seededNumbers(2);
    const dataDir = mkdtempSync(join(tmpdir(), "postmortem-ten-years-"));
    let database = await openDatabase({ dataDir });
    const schedules = ZONES.map((timezone) => someSchedule(random, timezone));
    for (const [index, schedule] of schedules.entries()) {
      await saveTenant(database.db, { installationId: InstallationId.parse(index + 1), account: "acme", schedule });
    }

    // Thinned: the ten weeks about the changes of clocks in spring, north and south.
    const [from, until] = LONG
      ? [START, START + TEN_YEARS]
      : [Date.parse("2027-02-17T00:00:00Z"), Date.parse("2027-04-28T00:00:00Z")];
    const asked = new Map<string, number>();
    let jump = 0;
    let ticks = 0;
    for (let time = from; time < until; time += 600_000 + random() * 39 * HOUR) {
      if (random() < 0.2) jump = (random() * 4 - 2) * HOUR;
      const now = iso(time + jump);
      const { accepted, failed } = await tick({ database, now });
      expect(failed).toEqual([]);
      for (const id of accepted) asked.set(id, (asked.get(id) ?? 0) + 1);
      ticks += 1;
      if (ticks % 7 === 0) {
        await database.db
          .updateTable("inbox")
          .set({ state: "done", finished_at: now })
          .where("finished_at", "is", null)
          .execute();
        await sweepFinished(database, { now });
      }
      if (ticks % 23 === 0) {
        await database.close();
        database = await openDatabase({ dataDir });
      }
    }
    await database.close();
    rmSync(dataDir, { recursive: true });

    const twice = [...asked].filter(([, times]) => times > 1);
    const missed: string[] = [];
    let weeks = 0;
    for (const [index, schedule] of schedules.entries()) {
      // The weeks at either end may be due just outside of the run.
      for (let now = from + WEEK; now <= until - WEEK; now += WEEK) {
        const id = `digest:${index + 1}:${digestDue(schedule, iso(now)).week}`;
        weeks += 1;
        if (!asked.has(id)) missed.push(`${id} ${schedule.timezone}`);
      }
    }
    expect(twice).toEqual([]);
    expect(missed).toEqual([]);
    expect(weeks).toBeGreaterThanOrEqual(LONG ? 200_000 : 3_000);
  }, 1_200_000);
});

/** Any day, at a time that may be configured: 04:00 or later, as clocks are changed in the hours before. */
function someSchedule(random: () => number, timezone: string): Schedule {
  const minutes = 240 + Math.floor(random() * 1_200);
  const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return Schedule.parse({ day: DAYS[Math.floor(random() * 7)], time, timezone });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
