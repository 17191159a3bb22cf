import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

const AUTHOR_TEXT = "## Impact\n\nCheckout was down for 20 minutes.\n";
const SECTIONS = [
  "Summary",
  "Impact",
  "Detection",
  "Timeline",
  "Trigger",
  "Contributing factors",
  "Mitigation",
  "What went well",
  "What surprised us",
  "Lessons learned",
  "Preventive actions",
  "Upstream issues",
];

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => stage.close());

async function started(title: string, body = AUTHOR_TEXT): Promise<number> {
  const author = stage.sandbox.as("tom");
  const issue = author.createIssue("acme/shop", { title, body });
  const number = issue.number;
  author.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
  return number;
}

describe("start of a postmortem", () => {
  it("keeps the author's text as the prefix and adds every missing section once", async () => {
    const number = await started("CoreDNS out of memory");

    const { labels, assignees, comments, ...issue } = stage.issue(number);
    const body = issue.body ?? "";
    expect(body.startsWith(AUTHOR_TEXT)).toBe(true);
    for (const heading of SECTIONS) expect(body.split(`## ${heading}\n`)).toHaveLength(2);
    expect(labels).toEqual(expect.arrayContaining(["postmortem", "priority/high", "severity/3", "stage/draft"]));
    expect(comments.map(({ author }) => author)).toEqual(["postmortem[bot]"]);
    const [platform, network, product] = [
      ["ana", "ben", "cleo"],
      ["dora", "eve", "finn"],
      ["gus", "hana", "ivan"],
    ].map((members) => assignees.filter((login) => members.includes(login)));
    expect([platform, network, product].map((seated) => seated?.length)).toEqual([1, 1, 1]);
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it("takes five requests once token, configuration and team are known", async () => {
    await started("First");
    const first = stage.newRequests();

    await started("Second");

    const second = stage.newRequests();
    console.log(`requests of the first start of a repository: ${first.length}, of the second: ${second.length}`);
    expect(second.length, second.join("\n")).toBeLessThanOrEqual(5);
  });

  it("changes nothing when labelled again, redelivered, or started twice", async () => {
    const number = await started("Load balancer lost its targets");
    const before = stage.issue(number);

    stage.sandbox.as("tom").unlabel(`acme/shop#${number}`, "question");
    stage.sandbox.redeliver("all");
    await stage.settled();
    await stage.restart();
    stage.sandbox.redeliver("all");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(number)).toEqual({ ...before, updatedAt: expect.any(String) });
  });

  it("says kindly that no team is configured, and does the rest", async () => {
    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", "label: postmortem\n");

    const number = await started("No team here");

    expect(stage.issue(number).assignees).toEqual([]);
    expect(stage.issue(number).comments[0]?.body).toContain("No team is configured yet");
  });

  it("waits for a triager when a reader's issue template put the label on", async () => {
    const reader = stage.sandbox.as("rita");
    const number = reader.createIssue("acme/shop", {
      title: "By a form",
      body: "text",
      labels: ["postmortem"],
      template: true,
    }).number;
    await stage.settled();
    expect(stage.issue(number).body).toBe("text");
    expect(stage.issue(number).comments).toHaveLength(1);

    stage.sandbox.as("tom").comment(`acme/shop#${number}`, "/postmortem start");
    await stage.settled();

    expect(stage.issue(number).body).toContain("## Preventive actions");
  });

  it("joins a repository's own priority scheme and never lowers a priority", async () => {
    stage.sandbox.repository("acme/shop").createLabel("P0");
    stage.sandbox.repository("acme/shop").createLabel("P1");
    const author = stage.sandbox.as("tom");
    const urgent = author.createIssue("acme/shop", { title: "Urgent", body: "", labels: ["P0"] }).number;
    author.label(`acme/shop#${urgent}`, "postmortem");
    const plain = await started("Plain");

    expect(stage.issue(urgent).labels.filter((label) => /^p\d|priority/iu.test(label))).toEqual(["P0"]);
    expect(stage.issue(plain).labels.filter((label) => /^p\d|priority/iu.test(label))).toEqual(["P1"]);
  });

  it("finds its postmortems again when the store is gone", async () => {
    const number = await started("Rebuilt");
    const before = stage.issue(number);

    await stage.restart({ emptyStore: true });
    stage.sandbox.as("tom").unlabel(`acme/shop#${number}`, "postmortem");
    await stage.settled();
    stage.sandbox.as("tom").label(`acme/shop#${number}`, "postmortem");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(number).body).toBe(before.body);
    expect(stage.issue(number).comments).toHaveLength(1);
    expect(stage.issue(number).assignees).toEqual(before.assignees);
  });
});
