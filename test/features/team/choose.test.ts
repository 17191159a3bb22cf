import { array, assert, integer, property, shuffledSubarray, subarray } from "fast-check";
import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import type { IssueFacts, TeamFunction } from "../../../src/domain/facts.ts";
import { byLoad, candidatesOf, chooseFor, chooseTeam } from "../../../src/features/team/choose.ts";
import { draw } from "../../../src/features/team/draw.ts";
import { issueFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const PEOPLE = ["ana", "ben", "cleo", "dora", "eve", "finn", "gus"];

interface Scene {
  readonly functions: readonly Partial<TeamFunction>[];
  readonly loads?: ReadonlyMap<string, { open: number; recent: number }>;
  readonly away?: readonly string[];
  readonly cap?: number;
  readonly number?: number;
}

function scene({ functions, loads = new Map(), away = [], cap, number = 1 }: Scene): IssueFacts {
  const base = issueFacts();
  return {
    ...base,
    issue: { ...base.issue, ref: { ...base.issue.ref, number } },
    config: { ...DEFAULT_CONFIG, team: { ...DEFAULT_CONFIG.team, ...(cap === undefined ? {} : { "max-open": cap }) } },
    team: {
      functions: functions.map((one, index) => ({ name: `f${index}`, people: [], affinity: [], ...one })),
      loads,
      absences: away.map((who) => ({ who, from: "2026-11-01", until: "2026-12-24" })),
    },
  };
}

describe("chooseTeam", () => {
  it("spreads any 30 postmortems evenly within every function, whichever are closed on the way", () => {
    const sizes = array(integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
    assert(
      property(sizes, integer({ min: 1, max: 100_000 }), integer({ min: 1, max: 40 }), (counts, from, closedEvery) => {
        const functions = counts.map((size, index) => ({
          people: Array.from({ length: size }, (_, person) => `p${index}-${person}`),
        }));
        const loads = new Map<string, { open: number; recent: number }>();
        const given = new Map<string, number>();
        const teams: string[][] = [];
        for (let number = from; number < from + 30; number += 1) {
          const team = chooseTeam(scene({ functions, loads: new Map(loads), number })).flatMap(
            ({ login = [] }) => login,
          );
          teams.push(team);
          for (const login of team) {
            given.set(login, (given.get(login) ?? 0) + 1);
            const load = loads.get(login) ?? { open: 0, recent: 0 };
            loads.set(login, { open: load.open + 1, recent: load.recent + 1 });
          }
          // Now and then all that is open is closed: what counts then is who had a seat of late.
          if (teams.length % closedEvery === 0)
            for (const [login, { recent }] of loads) loads.set(login, { open: 0, recent });
        }
        for (const { people } of functions) {
          const seats = people.map((login) => given.get(login) ?? 0);
          expect(Math.max(...seats) - Math.min(...seats)).toBeLessThanOrEqual(1);
          expect(seats.reduce((sum, n) => sum + n, 0)).toBe(30);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never gives two seats to one person, a seat to who is away or at the cap, or leaves one empty that can be filled", () => {
    const people = subarray(PEOPLE);
    assert(
      property(array(people, { minLength: 1, maxLength: 5 }), people, shuffledSubarray(PEOPLE), (lists, away, busy) => {
        const loads = new Map(busy.map((login, index) => [login, { open: index, recent: index }]));
        const facts = scene({ functions: lists.map((one) => ({ people: one })), away, cap: 4, loads });
        const seats = chooseTeam(facts);
        const logins = seats.flatMap(({ login }) => (login === undefined ? [] : [login]));
        const may = (login: string): boolean => !away.includes(login) && (loads.get(login)?.open ?? 0) < 4;

        expect(new Set(logins).size).toBe(logins.length);
        expect(logins.filter((login) => !may(login))).toEqual([]);
        expect(logins.length).toBe(most(lists.map((list) => list.filter(may))));
        for (const seat of seats) expect((seat.login === undefined) !== (seat.vacant === undefined)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("lets an earlier function take its next best so that a later one is filled too", () => {
    const facts = scene({
      functions: [{ people: ["ana", "ben"] }, { people: ["ana"] }],
      loads: new Map([["ben", { open: 3, recent: 3 }]]),
    });

    expect(chooseTeam(facts).map(({ login }) => login)).toEqual(["ben", "ana"]);
  });

  it("says in one sentence why nobody sits there", () => {
    const facts = scene({
      functions: [{ people: ["Ana"] }, { people: ["ben"] }, { people: [] }, { people: ["cleo"] }, { people: ["cleo"] }],
      away: ["ana"],
      cap: 5,
      loads: new Map([["ben", { open: 5, recent: 9 }]]),
    });

    expect(chooseTeam(facts).map(({ vacant }) => vacant)).toEqual([
      "Nobody of f0 can take it (Ana: away until 2026-12-24).",
      "Nobody of f1 can take it (ben: holds 5 open, the cap is 5).",
      "Nobody is listed for f2, or the team could not be read.",
      undefined,
      "Nobody of f4 can take it (cleo: chosen for another function).",
    ]);
  });

  it("counts an absence from its first to its last day", () => {
    const on = (today: string): string | undefined =>
      chooseTeam({ ...scene({ functions: [{ people: ["ana"] }], away: ["ana"] }), today })[0]?.login;

    expect(["2026-10-31", "2026-11-01", "2026-12-24", "2026-12-25"].map(on)).toEqual([
      "ana",
      undefined,
      undefined,
      "ana",
    ]);
  });

  it("wants a function tied to categories for those, and while none is known", () => {
    const functions = [
      { name: "network", people: ["ana"], affinity: ["dns"] },
      { name: "platform", people: ["ben"] },
    ];
    const names = (postmortem?: IssueFacts["postmortem"]): string[] =>
      chooseTeam({ ...scene({ functions }), ...(postmortem === undefined ? {} : { postmortem }) }).map(
        (seat) => seat.function,
      );

    expect(names()).toEqual(["network", "platform"]);
    expect(names(somePostmortem())).toEqual(["network", "platform"]);
    expect(names(somePostmortem({ category: "ingress" }))).toEqual(["platform"]);
    expect(names(somePostmortem({ category: "ingress", contributing: ["dns"] }))).toEqual(["network", "platform"]);
  });

  it("keeps the ledger: everybody in the order of choice", () => {
    const facts = scene({
      functions: [{ people: ["ana", "ben", "cleo", "ana"] }],
      loads: new Map([
        ["ana", { open: 1, recent: 0 }],
        ["ben", { open: 0, recent: 2 }],
      ]),
    });
    const [seat] = chooseTeam(facts);

    expect(seat?.candidates.map(({ login, open, recent }) => [login, open, recent])).toEqual([
      ["cleo", 0, 0],
      ["ben", 0, 2],
      ["ana", 1, 0],
    ]);
    expect(seat?.candidates.map((one) => one.draw)).toEqual(
      ["cleo", "ben", "ana"].map((login) => draw(`100#1:f0:${login}`)),
    );
  });
});

describe("chooseFor", () => {
  it("fills one function anew without who has a seat already", () => {
    const facts = scene({ functions: [{ people: ["ana", "ben"] }] });

    expect(chooseFor("f0", facts, ["ANA"])?.login).toBe("ben");
    expect(chooseFor("f0", facts, ["ana", "ben"])?.vacant).toContain("has a seat on this one already");
    expect(chooseFor("nobody", facts, [])).toBeUndefined();
  });
});

describe("the draw", () => {
  it("is the same for everybody who recomputes it, and differs from issue to issue", () => {
    expect(draw("100#1:platform:ana")).toBe("4f18dc88");
    // Recomputed with another program.
    expect(draw("")).toBe("ab3e7c0b");
    expect(new Set(Array.from({ length: 1000 }, (_, number) => draw(`100#${number}:platform:ana`))).size).toBe(1000);
  });

  it("favours nobody: of 6,000 draws among three each wins about a third", () => {
    const wins = new Map<string, number>();
    for (let number = 1; number <= 6000; number += 1) {
      const [first] = candidatesOf(
        { name: "f0", people: ["ana", "ben", "cleo"], affinity: [] },
        scene({ functions: [], number }),
        [],
      );
      wins.set(first?.login ?? "", (wins.get(first?.login ?? "") ?? 0) + 1);
    }

    // Three standard deviations of a fair draw are 110.
    for (const n of wins.values()) expect(Math.abs(n - 2000)).toBeLessThan(110);
    expect(wins.size).toBe(3);
  });

  it("decides only between equal loads", () => {
    const one = { login: "a", open: 1, recent: 0, draw: "00000000" };

    expect(byLoad(one, { ...one, open: 0, draw: "ffffffff" })).toBeGreaterThan(0);
    expect(byLoad(one, { ...one, recent: 1 })).toBeLessThan(0);
    expect(byLoad(one, { ...one, draw: "00000001" })).toBeLessThan(0);
  });
});

/** The most seats that can be filled, by trying everything. */
function most(lists: readonly (readonly string[])[], taken: readonly string[] = []): number {
  const [first, ...rest] = lists;
  if (first === undefined) return 0;
  const seated = first.filter((login) => !taken.includes(login)).map((login) => 1 + most(rest, [...taken, login]));
  return Math.max(most(rest, taken), ...seated);
}
