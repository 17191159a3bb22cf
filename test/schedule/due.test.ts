import { describe, expect, it } from "vitest";

import { digestDue, remindersDue } from "../../src/schedule/due.ts";

const monday = { day: "monday", time: "09:00", timezone: "Europe/Berlin" } as const;

describe("digestDue", () => {
  it("is due at the tenant's own time, not before", () => {
    expect(digestDue(monday, "2026-11-16T07:59:59.999Z")).toEqual({
      week: "2026-W46",
      dueAt: "2026-11-09T08:00:00.000Z",
    });
    expect(digestDue(monday, "2026-11-16T08:00:00.000Z")).toEqual({
      week: "2026-W47",
      dueAt: "2026-11-16T08:00:00.000Z",
    });
  });

  it("keeps the wall clock's hour over the change to summer time", () => {
    expect(digestDue(monday, "2026-03-24T00:00:00.000Z").dueAt).toBe("2026-03-23T08:00:00.000Z");
    expect(digestDue(monday, "2026-03-31T00:00:00.000Z").dueAt).toBe("2026-03-30T07:00:00.000Z");
  });

  it("names weeks by ISO: the first days of January can belong to the last week of December", () => {
    const friday = { ...monday, day: "friday" } as const;

    expect(digestDue(friday, "2027-01-01T12:00:00.000Z").week).toBe("2026-W53");
    expect(digestDue(monday, "2024-12-30T12:00:00.000Z").week).toBe("2025-W01");
    expect(digestDue(monday, "2024-01-01T12:00:00.000Z").week).toBe("2024-W01");
  });

  it("is later by the gap where the clocks jump over its time", () => {
    const gap = { day: "sunday", time: "02:30", timezone: "America/New_York" } as const;

    expect(digestDue(gap, "2026-03-08T12:00:00.000Z").dueAt).toBe("2026-03-08T07:30:00.000Z");
  });

  it("is due once, the first time, where its time comes twice", () => {
    const twice = { day: "sunday", time: "01:30", timezone: "America/New_York" } as const;

    expect(digestDue(twice, "2026-11-01T05:29:59.000Z").week).toBe("2026-W43");
    expect(digestDue(twice, "2026-11-01T05:30:00.000Z").dueAt).toBe("2026-11-01T05:30:00.000Z");
    expect(digestDue(twice, "2026-11-01T06:30:00.000Z").dueAt).toBe("2026-11-01T05:30:00.000Z");
  });

  it("knows zones that change at midnight, and zones off the hour", () => {
    const midnight = { day: "sunday", time: "00:00", timezone: "America/Santiago" } as const;

    expect(digestDue(midnight, "2026-09-06T12:00:00.000Z").dueAt).toBe("2026-09-06T04:00:00.000Z");
    expect(digestDue({ ...monday, timezone: "Asia/Kathmandu" }, "2026-11-16T12:00:00.000Z").dueAt).toBe(
      "2026-11-16T03:15:00.000Z",
    );
  });

  it("goes by the zone's own date at the ends of the earth", () => {
    expect(digestDue({ ...monday, timezone: "Pacific/Kiritimati" }, "2026-11-15T19:00:00.000Z")).toEqual({
      week: "2026-W47",
      dueAt: "2026-11-15T19:00:00.000Z",
    });
    expect(digestDue({ ...monday, time: "23:30", timezone: "Pacific/Niue" }, "2026-11-17T10:30:00.000Z")).toEqual({
      week: "2026-W47",
      dueAt: "2026-11-17T10:30:00.000Z",
    });
  });
});

describe("remindersDue", () => {
  const hours = {
    timezone: "Europe/Berlin",
    reminders: { from: "09:00", until: "17:00", holidays: ["2026-12-25"] },
  };

  it("is due in working hours only", () => {
    const times = ["07:59", "08:00", "15:59", "16:00"].map((time) => remindersDue(hours, `2026-11-16T${time}:00.000Z`));

    expect(times).toEqual([undefined, "2026-11-16", "2026-11-16", undefined]);
  });

  it("is not due at weekends, on holidays, or when nobody wants them", () => {
    expect(remindersDue(hours, "2026-11-21T12:00:00.000Z")).toBeUndefined();
    expect(remindersDue(hours, "2026-12-25T12:00:00.000Z")).toBeUndefined();
    expect(remindersDue({ timezone: "UTC", reminders: undefined }, "2026-11-16T12:00:00.000Z")).toBeUndefined();
  });
});
