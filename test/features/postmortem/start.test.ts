import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import type { Event } from "../../../src/domain/event.ts";
import type { IssueFacts } from "../../../src/domain/facts.ts";
import { refuse } from "../../../src/domain/refusal.ts";
import start from "../../../src/features/postmortem/commands/start.ts";
import stop from "../../../src/features/postmortem/commands/stop.ts";
import followAssignees from "../../../src/features/postmortem/rules/follow-assignees.ts";
import followLabels from "../../../src/features/postmortem/rules/follow-labels.ts";
import followTitle from "../../../src/features/postmortem/rules/follow-title.ts";
import forgetDeleted from "../../../src/features/postmortem/rules/forget-deleted.ts";
import readActions from "../../../src/features/postmortem/rules/read-actions.ts";
import showStatus from "../../../src/features/postmortem/rules/show-status.ts";
import startOnLabel from "../../../src/features/postmortem/rules/start-on-label.ts";
import stopOnUnlabel from "../../../src/features/postmortem/rules/stop-on-unlabel.ts";
import { startPostmortem } from "../../../src/features/postmortem/start.ts";
import { stopPostmortem } from "../../../src/features/postmortem/stop.ts";
import { loadFeatures } from "../../../src/plan/load-features.ts";
import { plan } from "../../../src/plan/plan.ts";
import { changesOf, issueFacts, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const GUESS = { primary: "dns", contributing: ["ingress"], confidence: 0.95, thin: false, evidence: [] };
const TEAM: IssueFacts["team"] = {
  functions: [
    { name: "platform", people: ["ana"], affinity: [] },
    { name: "network", people: [], affinity: [] },
  ],
  loads: new Map(),
  absences: [],
};

function started(overrides: Parameters<typeof issueFacts>[0] = {}) {
  const changes = startPostmortem(issueFacts(overrides));
  return {
    postmortem: changesOf(changes, "save-postmortem")[0]?.postmortem,
    labels: changesOf(changes, "set-labels")[0],
    assignees: changesOf(changes, "set-assignees")[0],
    body: changesOf(changes, "put-body")[0]?.body,
  };
}

describe("a start", () => {
  it("writes sections, labels, team and postmortem", () => {
    const { postmortem, labels, assignees, body } = started({ issue: { body: "Down.", labels: [] }, team: TEAM });

    expect(body?.startsWith("Down.")).toBe(true);
    expect(labels).toMatchObject({
      add: ["postmortem", "priority/high", "severity/3", "stage/draft", "needs-owner"],
      remove: [],
    });
    expect(assignees?.add).toEqual(["ana"]);
    expect(postmortem).toMatchObject({ stage: "draft", severity: 3, starting: false, startedBy: "alice" });
    expect(postmortem?.team.map(({ login }) => login)).toEqual(["ana", undefined]);
  });

  it("changes nothing a second time", () => {
    expect(startPostmortem(postmortemFacts())).toEqual([]);
    expect(planned(start, "start", postmortemFacts())).toEqual(refuse("This postmortem has been started already."));
  });

  it("goes on from where it was cut short, with the team chosen then", () => {
    const begun = somePostmortem({ starting: true, startedBy: "ben" });
    const plan = planned(start, "start", postmortemFacts({ postmortem: begun, team: TEAM }));

    expect(changesOf(plan, "save-postmortem")[0]?.postmortem).toEqual({ ...begun, starting: false });
  });

  it("assigns nobody twice, and adds no label that is there", () => {
    const labels = ["postmortem", "priority/high", "severity/2", "stage/draft", "needs-owner"];
    const step = started({ issue: { assignees: ["ana"], labels }, team: TEAM });

    expect(step.assignees?.add).toEqual([]);
    expect(step.labels).toMatchObject({ add: [], remove: [] });
    expect(step.postmortem?.severity).toBe(2);
  });

  it("takes the severity from the text, else from the configuration", () => {
    const at = (severity: number) => started({ config: { ...DEFAULT_CONFIG, severity } }).postmortem?.severity;

    expect(started({ issue: { body: "Severity: 1" } }).postmortem?.severity).toBe(1);
    expect([1, 2, 3, 4].map(at)).toEqual([1, 2, 3, 4]);
  });

  it("labels a category of which it is sure enough, and asks otherwise", () => {
    expect(started({ classification: GUESS })).toMatchObject({
      postmortem: { category: "dns", categoryBy: "classifier", contributing: ["ingress"] },
      labels: { add: expect.arrayContaining(["hotspot/dns"]) },
    });
    for (const unsure of [
      { ...GUESS, confidence: 0.5 },
      { ...GUESS, thin: true },
    ]) {
      const { postmortem, labels } = started({ classification: unsure });
      expect(postmortem).not.toHaveProperty("category");
      expect(labels?.add.filter((label) => label.startsWith("hotspot/"))).toEqual([]);
    }
  });

  it("believes a category label that is on it already", () => {
    expect(started({ issue: { labels: ["hotspot/ingress"] }, classification: GUESS }).postmortem).toMatchObject({
      category: "ingress",
      categoryBy: "person",
      contributing: [],
    });
  });

  it("of a closed issue is of a closed postmortem, and drills and restricted ones are known", () => {
    expect(
      started({ issue: { state: "closed", closedAt: "c", labels: ["drill", "restricted"] } }).postmortem,
    ).toMatchObject({ stage: "closed", issueState: "closed", closedAt: "c", drill: true, restricted: true });
  });
});

describe("the label", () => {
  const event = { kind: "issue-labelled", label: "postmortem" } as const;

  it("starts when somebody with triage put it on, on an issue or with it", () => {
    expect(startOnLabel.plan(issueFacts({ event, role: "triage" }))).not.toEqual([]);
    expect(startOnLabel.plan(issueFacts({ event: { kind: "issue-opened", labels: ["postmortem"] } }))).not.toEqual([]);
  });

  it.each<[string, IssueFacts]>([
    ["another label", issueFacts({ event: { kind: "issue-labelled", label: "bug" } })],
    ["a label that is off again", issueFacts({ event, issue: { labels: [] } })],
    ["a bot", issueFacts({ event, actor: { id: 3, login: "b", kind: "bot" } })],
    [
      "a reader on somebody else's issue",
      issueFacts({ event, role: "read", actor: { id: 3, login: "rita", kind: "person" } }),
    ],
    ["a reader on a postmortem", postmortemFacts({ event, role: "read" })],
  ])("of %s starts nothing", (_what, seen) => {
    expect(startOnLabel.plan(seen)).toEqual([]);
  });

  it("of a reader's own issue waits for somebody with triage", () => {
    expect(startOnLabel.plan(issueFacts({ event, role: "read" }))).toMatchObject([
      { kind: "put-comment", slot: "held" },
    ]);
  });
});

describe("a stop", () => {
  it("takes the label off, says so and forgets", () => {
    expect(planned(stop, "stop", postmortemFacts())).toMatchObject([
      { kind: "set-labels", add: [], remove: ["postmortem"] },
      { kind: "put-comment", slot: "status", call: { template: "postmortem/stopped" } },
      { kind: "forget-postmortem" },
    ]);
    expect(changesOf(stopPostmortem(postmortemFacts({ issue: { labels: [] } })), "set-labels")[0]?.remove).toEqual([]);
    expect(stopPostmortem(issueFacts())).toEqual([]);
  });

  const gone = { event: { kind: "issue-unlabelled", label: "postmortem" } as const, issue: { labels: [] } };

  it("comes of taking the label off, by who may", () => {
    expect(stopOnUnlabel.plan(postmortemFacts(gone))).toHaveLength(3);
    expect(stopOnUnlabel.plan(postmortemFacts({ ...gone, role: "read" }))).toEqual([]);
    expect(stopOnUnlabel.plan(postmortemFacts({ event: gone.event }))).toEqual([]);
    expect(stopOnUnlabel.plan(postmortemFacts({ ...gone, event: { kind: "issue-unlabelled", label: "bug" } }))).toEqual(
      [],
    );
  });
});

describe("what people change on GitHub", () => {
  it("is believed of assignees: from then on only a command changes them", () => {
    const seat = { function: "platform", login: "Ana", by: "app" as const, at: "t", candidates: [] };
    const other = { ...seat, function: "network", login: "ben" };
    const postmortem = somePostmortem({ team: [seat, other] });
    const after = (event: Event, overrides = {}) =>
      changesOf(followAssignees.plan(postmortemFacts({ event, postmortem, ...overrides })), "save-postmortem")[0]
        ?.postmortem;

    expect(after({ kind: "issue-assigned", login: "dora" })).toEqual({ ...postmortem, handsOff: true });
    expect(after({ kind: "issue-unassigned", login: "ana" })).toMatchObject({
      handsOff: true,
      team: [{ function: "platform", by: "person", vacant: "ana was taken off by alice." }, other],
    });
    expect(
      after({ kind: "issue-assigned", login: "dora" }, { actor: { id: 3, login: "b", kind: "bot" } }),
    ).toBeUndefined();
    expect(after({ kind: "issue-reopened" })).toBeUndefined();
  });

  it("is believed of severity and hotspot labels, which take each other's place", () => {
    const labelled = (label: string, labels: string[]) =>
      followLabels.plan(postmortemFacts({ event: { kind: "issue-labelled", label }, issue: { labels } }));
    const bySeverity = labelled("severity/1", ["severity/1", "severity/3", "restricted"]);

    expect(changesOf(bySeverity, "set-labels")[0]?.remove).toEqual(["severity/3"]);
    expect(changesOf(bySeverity, "save-postmortem")[0]?.postmortem).toMatchObject({ severity: 1 });
    expect(changesOf(labelled("hotspot/dns", ["hotspot/dns"]), "save-postmortem")[0]?.postmortem).toMatchObject({
      category: "dns",
      categoryBy: "person",
    });
    expect(
      changesOf(labelled("hotspot/nowhere", ["hotspot/nowhere"]), "save-postmortem")[0]?.postmortem,
    ).not.toHaveProperty("category");
  });

  it.each<[string, IssueFacts]>([
    ["a reader", postmortemFacts({ event: { kind: "issue-labelled", label: "severity/1" }, role: "read" })],
    ["nobody's postmortem", issueFacts({ event: { kind: "issue-labelled", label: "severity/1" } })],
    ["another event", postmortemFacts({ event: { kind: "issue-reopened" } })],
  ])("is not believed of labels of %s", (_who, seen) => {
    expect(followLabels.plan(seen)).toEqual([]);
  });

  it.each(["restricted", "drill"] as const)(
    "is followed of the flag %s, when it comes and when it goes",
    async (flag) => {
      const registry = await loadFeatures();
      const after = (event: Event, was: boolean, labels: string[]): unknown => {
        const seen = postmortemFacts({ event, postmortem: somePostmortem({ [flag]: was }), issue: { labels } });
        return changesOf(plan(seen, registry), "save-postmortem")[0]?.postmortem[flag];
      };

      expect(after({ kind: "issue-labelled", label: flag }, false, ["postmortem", flag])).toBe(true);
      expect(after({ kind: "issue-unlabelled", label: flag }, true, ["postmortem"])).toBe(false);
    },
  );

  it("is followed in the title, once it is started", () => {
    const seen = (postmortem: ReturnType<typeof somePostmortem>) => followTitle.plan(postmortemFacts({ postmortem }));

    expect(seen(somePostmortem({ title: "Old" }))).toMatchObject([{ postmortem: { title: "Incident 1" } }]);
    expect(seen(somePostmortem())).toEqual([]);
    expect(seen(somePostmortem({ title: "Old", starting: true }))).toEqual([]);
    expect(followTitle.plan(issueFacts())).toEqual([]);
  });

  it("is followed to its repository's new name, which the issue's address tells", () => {
    const url = "https://github.com/acme-corp/outages/issues/1";
    const [saved] = changesOf(followTitle.plan(postmortemFacts({ issue: { url } })), "save-postmortem");

    expect(saved?.postmortem).toMatchObject({
      url,
      ref: { ...somePostmortem().ref, owner: "acme-corp", repo: "outages" },
    });
    const odd = changesOf(followTitle.plan(postmortemFacts({ issue: { url: "x" } })), "save-postmortem");
    expect(odd[0]?.postmortem.ref).toEqual(somePostmortem().ref);
  });

  it("is followed to the end: an issue that is gone is forgotten", () => {
    expect(forgetDeleted.plan(postmortemFacts())).toMatchObject([{ kind: "forget-postmortem" }]);
    expect(forgetDeleted.plan(issueFacts())).toEqual([]);
  });

  it("is read from the body, and saved only when it says something new", () => {
    const seen = postmortemFacts({ issue: { body: "## Preventive actions\n\n- [ ] Alert on age @ana\n" } });
    const [first] = changesOf(readActions.plan(seen), "save-postmortem");

    expect(first?.postmortem.actions).toMatchObject([{ text: "Alert on age", owner: "ana" }]);
    expect(readActions.plan({ ...seen, ...(first === undefined ? {} : { postmortem: first.postmortem }) })).toEqual([]);
    expect(readActions.plan(issueFacts())).toEqual([]);
  });
});

describe("the status comment", () => {
  it("is written at once after a command, and once it is quiet after clicks and edits", () => {
    const kinds = (event: Event, overrides = {}) =>
      showStatus.plan(postmortemFacts({ event, ...overrides })).map(({ kind }) => kind);

    expect(kinds({ kind: "comment-created", commentId: 1, body: "" })).toEqual(["put-comment"]);
    expect(kinds({ kind: "issue-edited", bodyAfter: "" })).toEqual(["refresh-later"]);
    expect(kinds({ kind: "issue-edited", bodyAfter: "" }, { stored: undefined })).toEqual([
      "set-labels",
      "put-comment",
    ]);
    expect(kinds({ kind: "issue-reopened" }, { postmortem: somePostmortem({ starting: true }) })).toEqual([]);
  });

  it("comes with the stage's label when the stage is another one", () => {
    const plan = showStatus.plan(
      postmortemFacts({
        event: { kind: "issue-labelled", label: "x" },
        stored: somePostmortem(),
        postmortem: somePostmortem({ stage: "in-review" }),
        issue: { labels: ["stage/draft"] },
      }),
    );

    expect(changesOf(plan, "set-labels")[0]).toMatchObject({ add: ["stage/in-review"], remove: ["stage/draft"] });
  });
});
