import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import { actionView, statusView, titleOf } from "../../../src/features/postmortem/status-view.ts";
import { postmortemFacts } from "../../support/issue-facts.ts";
import { someAction, somePostmortem } from "../../support/postmortem-builders.ts";

function viewOf(postmortem = somePostmortem(), overrides: Parameters<typeof postmortemFacts>[0] = {}) {
  return statusView(postmortemFacts({ ...overrides, postmortem }), postmortem);
}

const EVIDENCE = { section: "Summary", start: 0, end: 3, weight: 1 };
const GUESS = {
  primary: "dns",
  contributing: ["ingress", "dns"],
  confidence: 0.7,
  thin: false,
  evidence: [
    ...["a", "a", "b", "c", "d", "e"].map((words) => ({ ...EVIDENCE, words, category: "dns" })),
    { ...EVIDENCE, words: "x", category: "ingress" },
  ],
};

describe("statusView", () => {
  it("says stage and severity in words", () => {
    expect(viewOf(somePostmortem({ stage: "in-review", severity: 2 }))).toMatchObject({
      stage: "in review",
      severity: "2",
    });
    expect(viewOf({ ...somePostmortem(), severity: undefined })).toMatchObject({ severity: "not set" });
  });

  it("suggests likely categories with a few of their words, each once, until a person has said", () => {
    const open = viewOf(somePostmortem(), { classification: GUESS });

    expect(open.suggestions).toEqual([
      { key: "dns", title: "Networking and DNS", words: ["a", "b", "c", "d"], checked: false },
      { key: "ingress", title: "Ingress", words: ["x"], checked: false },
    ]);
    expect(
      viewOf(somePostmortem({ category: "dns", categoryBy: "person" }), { classification: GUESS }).suggestions,
    ).toEqual([]);
    expect(viewOf(somePostmortem(), { classification: { ...GUESS, thin: true } })).toMatchObject({
      suggestions: [],
      unsure: "too little is written to tell",
    });
  });

  it("says who named the hotspot", () => {
    expect(viewOf(somePostmortem({ category: "dns", categoryBy: "person" }))).toMatchObject({
      hotspot: "Networking and DNS",
      hotspotBy: "confirmed",
    });
    expect(
      viewOf(somePostmortem({ category: "gone", categoryBy: "classifier", contributing: ["ingress"] })),
    ).toMatchObject({
      hotspot: "gone",
      hotspotBy: "by its words",
      contributing: ["Ingress"],
    });
  });

  it("shows seats, who is missing, and whether a team is configured at all", () => {
    const seat = { by: "app" as const, at: "t", candidates: [] };
    const team = [
      { ...seat, function: "platform", login: "ana" },
      { ...seat, function: "network", vacant: "Nobody." },
    ];
    const config = {
      ...DEFAULT_CONFIG,
      team: { ...DEFAULT_CONFIG.team, functions: [{ name: "platform", members: ["ana"], affinity: [] }] },
    };

    expect(viewOf(somePostmortem({ team }), { config })).toMatchObject({
      seats: [
        { function: "platform", login: "ana" },
        { function: "network", vacant: "Nobody." },
      ],
      noTeam: false,
    });
    expect(viewOf().noTeam).toBe(true);
  });

  it("counts what is settled and lists earlier and related ones with what became of them", () => {
    const actions = [someAction(), someAction({ status: "dropped" })];
    const earlier = Array.from({ length: 7 }, () => ({
      postmortem: somePostmortem({ number: 9 }),
      action: someAction({ since: "2026-11-01", status: "dropped" }),
    }));
    const related = [
      { postmortem: somePostmortem({ number: 3, actions }), words: ["SERVFAIL"] },
      { postmortem: somePostmortem({ number: 4 }), words: [] },
    ];
    const view = viewOf(somePostmortem({ actions }), { earlier, related });

    expect([view.actionsSettled, view.actionsTotal]).toEqual([1, 2]);
    expect(view.known).toHaveLength(5);
    expect(view.known[0]).toMatchObject({ title: "#9 Incident 9", days: 19, state: "dropped" });
    expect(view.related.map(({ outcome }) => outcome)).toEqual(["1 of 2 actions settled", "no preventive actions"]);
  });

  it("keeps what there is to say of the review, the close and the configuration", () => {
    const view = viewOf(
      somePostmortem({
        reviewer: "bob",
        reviewedAt: "2026-11-19T10:00:00.000Z",
        closedAnyway: { by: "mia", reason: "moved", at: "t" },
      }),
      { configProblem: "line 3" },
    );

    expect(view).toMatchObject({
      reviewer: "bob",
      reviewedOn: "2026-11-19",
      closedAnyway: { by: "mia", reason: "moved" },
      configProblem: "line 3",
    });
  });
});

describe("actionView", () => {
  it("shows every field that an action has", () => {
    expect(
      actionView(someAction({ owner: "ana", due: "2026-11-01", evidence: "#12", trackedBy: "a/b#1" }), "2026-11-20"),
    ).toMatchObject({
      owner: "ana",
      due: "2026-11-01",
      evidence: "#12",
      trackedBy: "a/b#1",
      overdue: true,
      mark: "open",
    });
    expect(Object.keys(actionView({ ...someAction(), due: undefined }, "2026-11-20"))).not.toContain("due");
  });
});

describe("titleOf", () => {
  it("is the key of a category that is not there any more", () => {
    expect(titleOf({ categories: [] }, "old")).toBe("old");
  });
});
