import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { isoWeekOf } from "../../../src/domain/week.ts";
import { midnight, periodOf } from "../../../src/features/digest/period.ts";

const HOUR = 3_600_000;

describe("periodOf", () => {
  it("covers the seven local days before the digest's day", () => {
    const period = periodOf("2026-W47", { day: "monday", timezone: "Europe/Berlin" });

    expect(period).toEqual({ from: "2026-11-08T23:00:00.000Z", until: "2026-11-15T23:00:00.000Z" });
  });

  it.each([
    ["2026-W44", "Europe/Berlin", 169],
    ["2026-W14", "Europe/Berlin", 167],
    ["2026-W45", "America/New_York", 169],
    ["2026-W11", "America/New_York", 167],
    ["2026-W47", "Asia/Kolkata", 168],
    ["2026-W37", "America/Santiago", 167],
  ] as const)("is as long as the clocks say: %s in %s has %i hours", (week, timezone, hours) => {
    const { from, until } = periodOf(week, { day: "monday", timezone });

    expect((Date.parse(until) - Date.parse(from)) / HOUR).toBe(hours);
  });

  it("ends at the start of the configured day of that week", () => {
    const { until } = periodOf("2026-W47", { day: "friday", timezone: "UTC" });

    expect(until).toBe("2026-11-20T00:00:00.000Z");
  });

  it("begins where the one before ended, all over the year and the world", () => {
    const timezone = constantFrom("UTC", "Europe/Berlin", "America/Santiago", "Pacific/Apia", "Australia/Lord_Howe");
    const day = constantFrom("monday", "wednesday", "sunday");
    assert(
      property(integer({ min: 0, max: 520 }), timezone, day, (weeks, timezone, day) => {
        const at = (back: number) =>
          new Date(Date.UTC(2021, 0, 7) + (weeks + back) * 7 * 24 * HOUR).toISOString().slice(0, 10);
        const before = periodOf(isoWeekOf(at(0)), { day, timezone });
        const after = periodOf(isoWeekOf(at(1)), { day, timezone });

        expect(after.from).toBe(before.until);
      }),
      { numRuns: 300 },
    );
  });

  it.each(["2026-W54", "2025-W53", "2026-W00", "2026-47", "soon"])("refuses %s, which is no week", (week) => {
    expect(() => periodOf(week, { day: "monday", timezone: "UTC" })).toThrow(`"${week}" is no week of the calendar`);
  });
});

describe("isoWeekOf", () => {
  it.each([
    ["2026-11-16", "2026-W47"],
    ["2026-12-31", "2026-W53"],
    ["2027-01-03", "2026-W53"],
    ["2027-01-04", "2027-W01"],
    ["2024-12-30", "2025-W01"],
  ])("puts %s into %s", (day, week) => {
    expect(isoWeekOf(day)).toBe(week);
  });
});

describe("midnight", () => {
  it("is the instant of the jump where the clocks jump over it", () => {
    expect(midnight("2026-09-06", "America/Santiago")).toBe("2026-09-06T04:00:00.000Z");
  });
});
