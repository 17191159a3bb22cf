import { describe, expect, it } from "vitest";

import type { IssueFacts } from "../../../src/domain/facts.ts";
import track from "../../../src/features/preventive-actions/commands/track.ts";
import { linkNames } from "../../../src/features/preventive-actions/link-name.ts";
import adopt from "../../../src/features/preventive-actions/rules/adopt-sub-issue.ts";
import credit from "../../../src/features/preventive-actions/rules/credit-merge.ts";
import { trackActions } from "../../../src/features/preventive-actions/track.ts";
import { createRender } from "../../../src/render/render.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { someAction, somePostmortem } from "../../support/postmortem-builders.ts";

const BODY = "## Preventive actions\n\n- [ ] Alert on snapshot age @ana (due 2026-12-01)\n- [x] Pin the image\n";

function facts(overrides: Parameters<typeof postmortemFacts>[0] = {}): IssueFacts {
  return postmortemFacts({ ...overrides, issue: { body: BODY, title: "etcd snapshots too old", ...overrides?.issue } });
}

function elsewhere(place: string, rest: object = {}): Pick<IssueFacts, "elsewhere"> & object {
  const [owner = "", repo = ""] = place.split("/");
  return {
    elsewhere: new Map([
      [place, { id: 101, owner, repo, visibility: "private" as const, role: "write" as const, ...rest }],
    ]),
  };
}

describe("/postmortem track", () => {
  it("carries the postmortem's context, and links back", () => {
    const [opened] = changesOf(planned(track, "track 1", facts()), "track-action");

    expect(opened).toMatchObject({
      owner: "acme",
      repo: "incidents",
      attach: true,
      title: "Alert on snapshot age (from postmortem #1: etcd snapshots too old)",
    });
    const text = opened === undefined ? "" : createRender()(opened.call);
    expect(text).toContain("acme/incidents#1: etcd snapshots too old");
    expect(text).toContain("Owner there: `ana`. Due: 2026-12-01.");
  });

  it.each([
    { when: "another owner", place: "other/infra", issue: {}, attach: false },
    { when: "100 sub-issues, closed ones included", place: "acme/infra", issue: { subIssues: 100 }, attach: false },
    { when: "99 sub-issues", place: "acme/infra", issue: { subIssues: 99 }, attach: true },
  ])("with $when: a sub-issue is $attach", ({ place, issue, attach }) => {
    const some = facts({ ...elsewhere(place), issue });
    const [opened] = changesOf(planned(track, `track 1 ${place}`, some), "track-action");

    expect(opened?.attach).toBe(attach);
    expect(opened?.title).toContain("(from postmortem acme/incidents#1:");
  });

  it("keeps within GitHub's 256 characters, however long the words", () => {
    const long = facts({
      issue: { body: `## Preventive actions\n\n- [ ] ${"Alert on everything ".repeat(30)}\n`, title: "x".repeat(250) },
    });
    const [opened] = changesOf(planned(track, "track 1", long), "track-action");

    expect(opened?.title.length).toBeLessThanOrEqual(256);
    expect(opened?.title).toMatch(/\(from postmortem #1: x+…\)$/u);
  });

  const bank = somePostmortem({
    repo: "incidents",
    actions: [someAction({ key: "alert-on-snapshot-age", text: "Alert on snapshot age", trackedBy: "acme/infra#7" })],
  });
  it.each([
    ["no such action", "track 9", facts()],
    ["a settled one", "track 2", facts()],
    ["one that is tracked", "track 1", facts({ postmortem: bank })],
    ["no repository", "track 1 shop", facts()],
    ["one the app cannot see", "track 1 acme/infra", facts()],
    ["one where the asker only reads", "track 1 acme/infra", facts(elsewhere("acme/infra", { role: "read" }))],
    ["one where the role could not be had", "track 1 acme/infra", facts(elsewhere("acme/infra", { role: "unknown" }))],
    ["one that more people can read", "track 1 acme/infra", facts(elsewhere("acme/infra", { visibility: "internal" }))],
  ])("is refused for %s", (_, line, some) => {
    expect(planned(track, line, some)).toHaveProperty("sentence");
  });
});

describe("links in an action's line", () => {
  const here = facts().issue;

  it.each([
    ["#7", "acme/incidents#7"],
    ["acme/infra#7", "acme/infra#7"],
    ["https://github.com/acme/infra/pull/7", "acme/infra#7"],
    ["https://github.com/acme/infra/issues/7#issuecomment-1", "acme/infra#7"],
    ["https://github.com/acme/infra/wiki/7", undefined],
    ["https://github.com.evil.example/acme/infra/pull/7", undefined],
    ["https://example.com/acme/infra/pull/7", undefined],
  ])("%s is %s", (link, name) => {
    expect(linkNames([link], here)).toEqual(name === undefined ? [] : [name]);
  });

  it("prove a ticked action, not an open one, and not by the issue that tracks it", () => {
    const proofs = ["acme/infra#7"];
    const status = (line: string, postmortem = somePostmortem()): string | undefined =>
      trackActions(facts({ proofs, issue: { body: `## Preventive actions\n\n${line}\n` } }), postmortem)[0]?.status;
    const tracked = somePostmortem({
      actions: [
        someAction({
          key: "pin-the-image-acme-infra-7",
          text: "Pin the image acme/infra#7",
          trackedBy: "acme/infra#7",
        }),
      ],
    });

    expect(status("- [x] Pin the image acme/infra#7")).toBe("delivered");
    expect(status("- [x] Pin the image acme/infra#8")).toBe("ticked");
    expect(status("- [ ] Pin the image acme/infra#7")).toBe("open");
    expect(status("- [x] Pin the image acme/infra#7", tracked)).toBe("ticked");
  });
});

describe("a merged pull request that names an action", () => {
  const event = { kind: "merge-told", evidence: "acme/incidents#45 (1a2b3c4)", place: 1 } as const;

  it("ticks it, with itself as the evidence", () => {
    const changes = credit.plan(facts({ event }));

    expect(changes).toMatchObject([
      { kind: "put-body", body: BODY.replace("[ ]", "[x]") },
      { kind: "save-postmortem", postmortem: { actions: [{ status: "delivered", evidence: event.evidence }, {}] } },
    ]);
  });

  it("is the evidence of one that is ticked already, and says nothing of one that is not there", () => {
    expect(credit.plan(facts({ event: { ...event, place: 2 } })).map(({ kind }) => kind)).toEqual(["save-postmortem"]);
    expect(credit.plan(facts({ event: { ...event, place: 3 } }))).toEqual([]);
    expect(credit.plan(facts({ event: { kind: "merge-told", evidence: "acme/incidents#45" } }))).toEqual([]);
  });
});

describe("a sub-issue that a person attached", () => {
  const child = { repositoryId: 5, owner: "acme", repo: "infra", number: 7 };
  const event = { kind: "sub-issue-changed", child, change: "added" } as const;
  const adopted = (lines: string, rest: object = {}): string[] =>
    adopt
      .plan(facts({ event, issue: { body: `## Preventive actions\n\n${lines}\n` }, ...rest }))
      .map((change) =>
        change.kind === "save-postmortem" ? (change.postmortem.actions[0]?.trackedBy ?? "nothing") : change.kind,
      );

  it("tracks the action whose line links it", () => {
    expect(adopted("- [ ] Pin the image acme/infra#7")).toEqual(["acme/infra#7"]);
  });

  it("is told again when it was closed before", () => {
    const tracker = { name: "acme/infra#7", state: "closed" as const };

    expect(adopted("- [ ] Pin the image acme/infra#7", { tracker })).toEqual(["acme/infra#7", "send"]);
    expect(adopted("- [x] Pin the image acme/infra#7", { tracker })).toEqual(["acme/infra#7"]);
  });

  it.each([
    "- [ ] Pin the image",
    "- [ ] Pin acme/infra#7 and acme/infra#8",
    "- [ ] Pin acme/infra#7\n- [ ] Alert on acme/infra#7",
  ])("is nobody's when it is not plain whose: %j", (lines) => {
    expect(adopted(lines)).toEqual([]);
  });
});
