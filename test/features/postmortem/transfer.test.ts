import { describe, expect, it } from "vitest";

import type { Event } from "../../../src/domain/event.ts";
import forgetDeleted from "../../../src/features/postmortem/rules/forget-deleted.ts";
import goOnElsewhere from "../../../src/features/postmortem/rules/go-on-elsewhere.ts";
import keepRestored from "../../../src/features/postmortem/rules/keep-restored.ts";
import followTracker from "../../../src/features/preventive-actions/rules/follow-tracker.ts";
import { changesOf, issueFacts, postmortemFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const THERE = { repositoryId: 200, owner: "acme", repo: "attic", number: 9 };
const BEFORE = { repositoryId: 50, owner: "acme", repo: "old", number: 4 };

describe("an issue that leaves", () => {
  it("takes along what is known of it, under an id that both ends agree on", () => {
    const facts = postmortemFacts({ event: { kind: "issue-transferred", to: THERE } });
    const planned = forgetDeleted.plan(facts);

    expect(planned.map(({ kind }) => kind)).toEqual(["forget-postmortem", "send"]);
    const [sent] = changesOf(planned, "send");
    expect(sent?.delivery).toMatchObject({ id: "arrived:200#9", lane: "issue:200#9", actor: facts.actor });
    const { installationId: _, ...from } = facts.issue.ref;
    expect(sent?.delivery.event).toMatchObject({ kind: "issue-opened", from, postmortem: facts.postmortem });
  });

  it("takes nothing along to a place that GitHub does not name", () => {
    const facts = postmortemFacts({ event: { kind: "issue-transferred" } });

    expect(forgetDeleted.plan(facts)).toMatchObject([{ kind: "forget-postmortem" }]);
  });
});

describe("an issue that arrives", () => {
  const event: Event = { kind: "issue-opened", labels: [], from: BEFORE };

  it("gets the labels that its new repository did not have, and is forgotten where it was", () => {
    const { stored: _, ...facts } = postmortemFacts({ event, issue: { labels: [] }, postmortem: somePostmortem() });
    const planned = goOnElsewhere.plan(facts);

    expect(changesOf(planned, "forget-postmortem")).toMatchObject([{ ref: BEFORE }]);
    expect(changesOf(planned, "set-labels")[0]?.add).toEqual([
      "postmortem",
      "priority/high",
      "severity/3",
      "stage/draft",
    ]);
    expect(changesOf(planned, "save-postmortem")[0]?.postmortem).toEqual(facts.postmortem);
  });

  it("is left alone when it is known here, or was none before", () => {
    expect(goOnElsewhere.plan(postmortemFacts({ event }))).toEqual([]);
    expect(goOnElsewhere.plan(issueFacts({ event }))).toEqual([]);
    expect(goOnElsewhere.plan(postmortemFacts({ event: { kind: "issue-opened", labels: [] } }))).toEqual([]);
  });
});

it("what was read of an issue that tracks an action is kept", () => {
  const event: Event = { kind: "sub-issue-changed", child: THERE, change: "moved", from: BEFORE };

  expect(followTracker.plan(postmortemFacts({ event }))).toMatchObject([{ kind: "save-postmortem" }]);
  expect(followTracker.plan(issueFacts({ event }))).toEqual([]);
});

it("what was found again on GitHub is stored", () => {
  const { stored: _, ...restored } = postmortemFacts();

  expect(keepRestored.plan(restored)).toMatchObject([{ kind: "save-postmortem", postmortem: restored.postmortem }]);
  expect(keepRestored.plan(postmortemFacts())).toEqual([]);
  expect(keepRestored.plan(issueFacts())).toEqual([]);
});
