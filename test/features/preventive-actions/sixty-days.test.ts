import { describe, expect, it } from "vitest";

import { dayIn } from "../../../src/domain/day.ts";
import {
  hoursFrom,
  OWNERS,
  readBodies,
  type Said,
  someConfig,
  someWorld,
  tickWorld,
  type World,
} from "./sixty-days.ts";

// 60 days across the end of summer time on 25 October, with two public holidays on working days.
const START = "2026-09-21T00:30:00.000Z";
const DAYS = 60;
const SETTLED_AT = "2026-09-24T00:30:00.000Z";
const HOLIDAYS = ["2026-10-02", "2026-11-11"];
const DUE = ["2026-09-25", "2026-09-30", "2026-10-02", "2026-10-03"];

const config = someConfig({ reminders: { "per-week": 2, holidays: HOLIDAYS } });

/** One action is done and one is snoozed in the middle of it, on every postmortem. */
function live(world: World): { said: Said[]; done: string[]; snoozed: string[] } {
  const said: Said[] = [];
  const asked = new Set<string>();
  const done: string[] = [];
  const snoozed: string[] = [];
  readBodies(world, START);
  for (const now of hoursFrom(START, DAYS)) {
    said.push(...tickWorld(world, now, asked));
    if (now === SETTLED_AT) {
      for (const [number, body] of world.bodies) {
        world.bodies.set(number, body.replace("- [ ]", "- [x]"));
        done.push(/safeguard \d+/u.exec(body)?.[0] ?? "");
      }
      world.postmortems = world.postmortems.map((postmortem) => ({
        ...postmortem,
        actions: postmortem.actions.map((action, index) => {
          if (index !== 1) return action;
          snoozed.push(/safeguard \d+/u.exec(action.text)?.[0] ?? "");
          return { ...action, snoozedUntil: "2027-01-01" };
        }),
      }));
      readBodies(world, now);
    }
  }
  return { said, done, snoozed };
}

function world(): World {
  return someWorld(config, { issues: 4, perIssue: 10, due: DUE });
}

describe("60 days of a moved clock with 5 owners and 40 actions", () => {
  const end = world();
  const { said, done, snoozed } = live(end);
  const reminders = said.filter(({ kind }) => kind === "reminder");
  const named = said
    .filter(({ at }) => at > SETTLED_AT)
    .flatMap(({ actions }) => actions.map((text) => /safeguard \d+/u.exec(text)?.[0] ?? ""));

  it("never mentions anybody more often in a week than the cap", () => {
    const most = Math.max(
      ...said.map(({ who, at }) => {
        const from = Date.parse(`${dayIn("Europe/Berlin", at)}T00:00:00Z`);
        return said.filter((other) => {
          const age = from - Date.parse(`${dayIn("Europe/Berlin", other.at)}T00:00:00Z`);
          return other.who === who && age >= 0 && age < 7 * 86_400_000;
        }).length;
      }),
    );

    expect(most).toBe(2);
    expect(new Set(reminders.map(({ who }) => who))).toEqual(new Set(OWNERS));
    console.log(
      `${reminders.length} mentions in reminders, ${said.length - reminders.length} in escalations; most in any 7 days: ${most}`,
    );
  });

  it("mentions nobody on weekends, holidays or outside hours", () => {
    for (const { at } of said) {
      const local = new Intl.DateTimeFormat("en-GB", {
        timeZone: "Europe/Berlin",
        weekday: "short",
        hour: "2-digit",
        hourCycle: "h23",
      });
      const parts = Object.fromEntries(local.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
      expect(["Sat", "Sun"]).not.toContain(parts["weekday"]);
      expect(Number(parts["hour"])).toBeGreaterThanOrEqual(9);
      expect(Number(parts["hour"])).toBeLessThan(17);
      expect(HOLIDAYS).not.toContain(dayIn("Europe/Berlin", at));
    }
  });

  it("says nothing of what is done or snoozed", () => {
    expect(done).toHaveLength(4);
    expect(snoozed).toHaveLength(4);
    for (const one of [...done, ...snoozed]) expect(named).not.toContain(one);
  });

  it("escalates each of the others exactly once, to the lead of its owner, and is silent afterwards", () => {
    const open = end.postmortems.flatMap(({ actions }) =>
      actions.filter(({ status, snoozedUntil }) => status === "open" && snoozedUntil === undefined),
    );
    const escalations = said.filter(({ kind }) => kind === "escalation");

    expect(open).toHaveLength(32);
    for (const { text, owner = "" } of open) {
      const mine = escalations.filter(({ actions }) => actions.includes(text));
      expect(mine.map(({ who }) => who)).toEqual([["dora", "eve"].includes(owner) ? "leo" : "lea"]);
      const after = reminders.filter(({ actions, at }) => actions.includes(text) && at > (mine[0]?.at ?? ""));
      expect(after).toEqual([]);
    }
  });
});
