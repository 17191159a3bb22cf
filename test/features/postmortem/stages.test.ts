import { describe, expect, it } from "vitest";

import type { Stage } from "../../../src/domain/postmortem.ts";
import { refuse } from "../../../src/domain/refusal.ts";
import publish from "../../../src/features/postmortem/commands/publish.ts";
import review from "../../../src/features/postmortem/commands/review.ts";
import severity from "../../../src/features/postmortem/commands/severity.ts";
import status from "../../../src/features/postmortem/commands/status.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const BOB = { id: 2, login: "bob", kind: "person" as const };

function facts(stage: Stage, overrides: Parameters<typeof somePostmortem>[0] = {}, actor = BOB) {
  return postmortemFacts({ actor, postmortem: somePostmortem({ author: "alice", ...overrides, stage }) });
}

function saved(plan: ReturnType<typeof planned>) {
  return changesOf(plan, "save-postmortem")[0]?.postmortem;
}

describe("/postmortem review", () => {
  it("asks for a review, of somebody or of anybody", () => {
    expect(saved(planned(review, "review", facts("draft")))).toMatchObject({ stage: "in-review" });
    expect(saved(planned(review, "review @mia", facts("draft")))).toMatchObject({
      stage: "in-review",
      reviewer: "mia",
    });
    expect(saved(planned(review, "review @mia", facts("in-review", { reviewer: "tom" })))).toMatchObject({
      reviewer: "mia",
    });
    expect(saved(planned(review, "review", facts("reviewed")))).toMatchObject({ stage: "in-review" });
  });

  it.each(["ok", "done"])("is finished with %s by who did not write it", (word) => {
    expect(saved(planned(review, `review ${word}`, facts("in-review")))).toMatchObject({
      stage: "reviewed",
      reviewer: "bob",
      reviewedAt: "2026-11-20T10:00:00.000Z",
    });
  });

  it("goes back to draft", () => {
    expect(saved(planned(review, "review back", facts("in-review")))).toMatchObject({ stage: "draft" });
  });

  it.each([
    ["review @Alice", facts("draft"), "The reviewer is somebody who did not write it."],
    [
      "review ok",
      facts("in-review", {}, { id: 1, login: "ALICE", kind: "person" }),
      "The reviewer is somebody who did not write it: ask a colleague for `/postmortem review ok`.",
    ],
    ["review ok", facts("draft"), "It is still a draft: `/postmortem review` asks for the review first."],
    ["review ok", facts("closed"), "It is closed: reopen the issue first."],
    ["review", facts("closed"), "It is closed: reopen the issue first."],
    ["review back", facts("reviewed"), "It is reviewed and cannot become draft from there."],
    [
      "review maybe",
      facts("draft"),
      "Write it as `/postmortem review`, `/postmortem review ok` or `/postmortem review back`.",
    ],
    ["review @acme/sre", facts("draft"), "Name one person by their login: `/postmortem review @alice`."],
  ])("%s is refused: %#", (line, seen, sentence) => {
    expect(planned(review, line, seen)).toEqual(refuse(sentence));
  });

  it("takes one word", () => {
    expect(planned(review, "review ok now", facts("in-review"))).toEqual(
      refuse("Write it as `/postmortem review [@reviewer]` or `/postmortem review ok` or `/postmortem review back`."),
    );
  });
});

describe("/postmortem publish", () => {
  it("needs a review, and keeps the day of the first time", () => {
    expect(planned(publish, "publish", facts("draft"))).toEqual(
      refuse("It has not been reviewed yet: `/postmortem review` asks for it."),
    );
    expect(saved(planned(publish, "publish", facts("reviewed", { reviewedAt: "r" })))?.publishedAt).toBe(
      "2026-11-20T10:00:00.000Z",
    );
    expect(
      saved(planned(publish, "publish", facts("closed", { reviewedAt: "r", publishedAt: "p" })))?.publishedAt,
    ).toBe("p");
  });
});

describe("/postmortem severity", () => {
  it.each([
    ["severity 1", 1],
    ["severity sev2", 2],
    ["severity SEV-4", 4],
  ])("%s", (line, expected) => {
    const plan = planned(severity, line, facts("draft"));

    expect(saved(plan)?.severity).toBe(expected);
    expect(changesOf(plan, "set-labels")[0]?.add).toEqual([`severity/${expected}`]);
  });

  it.each(["severity", "severity 5", "severity high", "severity 1 2", "severity 1.5"])(
    "%s is answered with its usage",
    (line) => {
      expect(planned(severity, line, facts("draft"))).toEqual(refuse("Write it as `/postmortem severity <1-4>`."));
    },
  );
});

describe("/postmortem status", () => {
  it("plans nothing itself: the status is shown after every command", () => {
    expect(planned(status, "status", facts("draft"))).toEqual([]);
  });
});
