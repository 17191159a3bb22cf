import { assert, date, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { addDays, addWorkingDays, daysBetween, dayIn, isCalendarDay, isWorkingDay } from "../../src/domain/day.ts";

const day = date({
  min: new Date("1990-01-01T00:00:00Z"),
  max: new Date("2090-01-01T00:00:00Z"),
  noInvalidDate: true,
}).map((at) => at.toISOString().slice(0, 10));

describe("days of the calendar", () => {
  it("count the same over every change of clocks and leap day", () => {
    assert(
      property(day, integer({ min: -4000, max: 4000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
        expect(addDays(addDays(from, days), -days)).toBe(from);
        expect(isCalendarDay(addDays(from, days))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("pass the end of a year, a month and February", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
    expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
    expect(daysBetween("2026-10-26", "2026-10-24")).toBe(-2);
  });

  it.each(["2026-02-30", "2026-13-01", "2026-00-10", "2026-2-03", "tomorrow", "2026-12-01T10:00", ""])(
    "do not include %j",
    (text) => {
      expect(isCalendarDay(text)).toBe(false);
    },
  );
});

describe("working days", () => {
  it("are Monday to Friday without holidays", () => {
    expect(["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"].map((one) => isWorkingDay(one, []))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(isWorkingDay("2026-12-25", ["2026-12-25"])).toBe(false);
  });

  it("are counted over weekends and holidays", () => {
    expect(addWorkingDays("2026-11-20", 0, [])).toBe("2026-11-20");
    expect(addWorkingDays("2026-11-20", 1, [])).toBe("2026-11-23");
    expect(addWorkingDays("2026-11-21", 1, [])).toBe("2026-11-23");
    expect(addWorkingDays("2026-12-24", 1, ["2026-12-25"])).toBe("2026-12-28");
  });

  it("are reached on one of them, with exactly so many in between", () => {
    assert(
      property(day, integer({ min: 1, max: 120 }), (from, count) => {
        const reached = addWorkingDays(from, count, []);
        const passed = Array.from({ length: daysBetween(from, reached) }, (_, index) => addDays(from, index + 1));
        expect(isWorkingDay(reached, [])).toBe(true);
        expect(passed.filter((one) => isWorkingDay(one, []))).toHaveLength(count);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the day of an instant", () => {
  it.each([
    ["UTC", "2026-11-20T23:30:00.000Z", "2026-11-20"],
    ["Europe/Berlin", "2026-11-20T23:30:00.000Z", "2026-11-21"],
    ["America/Los_Angeles", "2026-11-20T07:59:00.000Z", "2026-11-19"],
    ["Pacific/Kiritimati", "2026-11-20T10:00:00.000Z", "2026-11-21"],
    ["Europe/Berlin", "2026-10-25T00:30:00.000Z", "2026-10-25"],
    ["Europe/Berlin", "2026-03-28T23:30:00.000Z", "2026-03-29"],
  ])("in %s at %s is %s", (zone, at, expected) => {
    expect(dayIn(zone, at)).toBe(expected);
  });
});
