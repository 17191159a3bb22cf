import { describe, expect, it } from "vitest";

import type { IssueFacts } from "../../../src/domain/facts.ts";
import type { Seat } from "../../../src/domain/postmortem.ts";
import { refuse } from "../../../src/domain/refusal.ts";
import assign from "../../../src/features/team/commands/assign.ts";
import away from "../../../src/features/team/commands/away.ts";
import why from "../../../src/features/team/commands/why.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const SEAT: Seat = { function: "platform", login: "ana", by: "app", at: "t", candidates: [] };
const EMPTY: Seat = { function: "network", by: "app", at: "t", candidates: [], vacant: "Nobody." };

function scene(team: readonly Seat[], overrides: Parameters<typeof postmortemFacts>[0] = {}): IssueFacts {
  return postmortemFacts({
    postmortem: somePostmortem({ team: [...team] }),
    team: {
      functions: [
        { name: "platform", people: ["ana", "ben"], affinity: [] },
        { name: "network", people: ["Dora"], affinity: [] },
      ],
      loads: new Map(),
      absences: [],
    },
    issue: { assignees: ["ana"], labels: ["postmortem", "needs-owner"] },
    ...overrides,
  });
}

function outcome(line: string, facts: IssueFacts) {
  const plan = planned(assign, line, facts);
  return {
    assignees: changesOf(plan, "set-assignees")[0],
    labels: changesOf(plan, "set-labels")[0],
    team: changesOf(plan, "save-postmortem")[0]?.postmortem.team.map((seat) => [seat.function, seat.login, seat.by]),
  };
}

describe("/postmortem assign", () => {
  it("gives a function to somebody, who takes the place of who sat there", () => {
    expect(outcome("assign @ben platform", scene([SEAT]))).toMatchObject({
      assignees: { add: ["ben"], remove: ["ana"] },
      team: [["platform", "ben", "person"]],
    });
  });

  it("finds the function of somebody who is in one, and seats a guest else", () => {
    expect(outcome("assign @dora", scene([SEAT, EMPTY])).team).toEqual([
      ["platform", "ana", "app"],
      ["network", "dora", "person"],
    ]);
    expect(outcome("assign @zoe", scene([SEAT])).team).toEqual([
      ["platform", "ana", "app"],
      ["guest", "zoe", "person"],
    ]);
  });

  it("takes needs-owner off when every seat is filled, and no earlier", () => {
    expect(outcome("assign @dora network", scene([SEAT, EMPTY])).labels?.remove).toEqual(["needs-owner"]);
    expect(outcome("assign @ben platform", scene([SEAT, EMPTY])).labels?.remove).toEqual([]);
    expect(outcome("assign @dora network", scene([EMPTY], { issue: { labels: [] } })).labels?.remove).toEqual([]);
  });

  it("leaves somebody assigned who has another seat, and assigns nobody twice", () => {
    const both = [SEAT, { ...SEAT, function: "network" }];

    expect(outcome("assign @ben platform", scene(both)).assignees).toMatchObject({ add: ["ben"], remove: [] });
    expect(outcome("assign @ana network", scene([SEAT, EMPTY])).assignees).toMatchObject({ add: [], remove: [] });
  });

  it("chooses anew: neither who sat there nor who sits elsewhere", () => {
    expect(outcome("assign platform", scene([SEAT]))).toMatchObject({
      assignees: { add: ["ben"], remove: ["ana"] },
      team: [["platform", "ben", "app"]],
    });
    expect(outcome("assign network", scene([SEAT, EMPTY])).team).toEqual([
      ["platform", "ana", "app"],
      ["network", "Dora", "app"],
    ]);
  });

  it.each([
    ["assign @ben storage", "There is no function of that name; there are `platform`, `network`."],
    ["assign storage", "There is no function of that name; there are `platform`, `network`."],
    ["assign @acme/sre platform", "Name one person by their login: `/postmortem assign @alice platform`."],
    ["assign @<!-- platform", "Name one person by their login: `/postmortem assign @alice platform`."],
    ["assign @", "Name one person by their login: `/postmortem assign @alice platform`."],
    ["assign", "Write it as `/postmortem assign @login [function]` or `/postmortem assign <function>`."],
  ])("%s is refused", (line, sentence) => {
    expect(planned(assign, line, scene([SEAT]))).toEqual(refuse(sentence));
  });

  it("says why nobody can take it, without calling anybody", () => {
    const facts = scene([SEAT, { ...EMPTY, login: "Dora" }]);
    const name = "ops of @acme/all";
    const team = { functions: [{ name, people: ["Dora"], affinity: [] }], loads: new Map(), absences: [] };
    const ops = { ...facts, postmortem: somePostmortem({ team: [{ ...EMPTY, function: name, login: "Dora" }] }), team };

    for (const line of [`assign "${name}"`, "assign other"])
      expect(planned(assign, line, ops)).toMatchObject({ sentence: expect.not.stringMatching(/@[a-z]/u) });
    expect(planned(assign, "assign network", facts)).toEqual(
      refuse("Nobody of network can take it (Dora: has a seat on this one already)."),
    );
  });

  it("says that nothing is configured where no function is", () => {
    expect(
      planned(assign, "assign platform", scene([], { team: { functions: [], loads: new Map(), absences: [] } })),
    ).toEqual(refuse("There is no function of that name; there are none configured."));
  });
});

describe("/postmortem away", () => {
  const absences = [{ who: "ALICE", from: "2026-11-01", until: "2026-11-25" }];
  const facts = postmortemFacts({ postmortem: somePostmortem({ absences }), role: "maintain" });

  function after(line: string) {
    return changesOf(planned(away, line, facts), "save-postmortem")[0]?.postmortem.absences;
  }

  it("is of who asks, or of who is named, in place of what was said before", () => {
    expect(after("away until 2026-12-01")).toEqual([{ who: "alice", from: "2026-11-20", until: "2026-12-01" }]);
    expect(after("away @ben until 2026-12-01")).toEqual([
      ...absences,
      { who: "ben", from: "2026-11-20", until: "2026-12-01" },
    ]);
    expect(after("away until 2026-11-20")).toHaveLength(1);
  });

  it("of somebody else takes maintain access: it counts in every repository", () => {
    const asWriter = (line: string) => planned(away, line, { ...facts, role: "write" });
    const sentence =
      "Saying so of somebody else takes maintain access: they can write `/postmortem away until …` themselves.";

    expect(asWriter("away @ben until 2026-12-01")).toEqual(refuse(sentence));
    expect(asWriter("away @ben back")).toEqual(refuse(sentence));
    expect(asWriter("away until 2026-12-01")).toMatchObject([{ kind: "save-postmortem" }]);
    expect(asWriter("away @Alice until 2026-12-01")).toMatchObject([{ kind: "save-postmortem" }]);
  });

  it("ends when somebody is back", () => {
    expect(after("away back")).toEqual([{ who: "alice", from: "2026-11-19", until: "2026-11-19" }]);
  });

  it.each([
    ["away until tomorrow", "Write the last day as 2026-12-01: `/postmortem away until 2026-12-01`."],
    ["away until 2026-02-30", "Write the last day as 2026-12-01: `/postmortem away until 2026-12-01`."],
    ["away until 2026-11-19", "2026-11-19 is past: name the last day away."],
    ["away @acme/sre until 2026-12-01", "Name one person by their login: `/postmortem away @alice until 2026-12-01`."],
  ])("%s is refused", (line, sentence) => {
    expect(planned(away, line, facts)).toEqual(refuse(sentence));
  });
});

describe("/postmortem why", () => {
  it("shows the ledger of every seat as it was", () => {
    const row = { open: 0, recent: 1, draw: "0badcafe" };
    const team = [
      {
        ...SEAT,
        candidates: [
          { ...row, login: "ana" },
          { ...row, login: "ben" },
          { ...row, login: "cleo", skipped: "away until 2026-12-01" },
        ],
      },
      EMPTY,
      { function: "guest", by: "app" as const, at: "t", candidates: [] },
      { ...SEAT, function: "product", login: "gus", by: "person" as const },
    ];
    const [comment] = changesOf(planned(why, "why", scene(team)), "put-comment");

    expect(comment).toMatchObject({
      slot: "why.5",
      once: true,
      call: {
        view: {
          seats: [
            {
              function: "platform",
              outcome: "ana, least loaded",
              rows: [
                { ...row, login: "ana", note: "chosen" },
                { ...row, login: "ben", note: "" },
                { ...row, login: "cleo", note: "away until 2026-12-01" },
              ],
            },
            { function: "network", outcome: "Nobody." },
            { function: "guest", outcome: "vacant" },
            { function: "product", outcome: "gus, chosen by a person" },
          ],
        },
      },
    });
  });
});
