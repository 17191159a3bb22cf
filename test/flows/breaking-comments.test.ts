import { afterEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

const at = "acme/shop#1";

async function started(): Promise<void> {
  stage = await startStage();
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
  stage.sandbox.as("wendy").label(at, "postmortem");
  await stage.settled();
}

function statuses(): { id: number; body: string }[] {
  return stage
    .issue(1)
    .comments.map(({ id, body }) => ({ id, body: body ?? "" }))
    .filter(({ body }) => body.includes("slot=status"));
}

async function say(login: string, text: string): Promise<string[]> {
  const { id } = stage.sandbox.as(login).comment(at, text);
  await stage.settled();
  const own = stage.issue(1).comments.find((comment) => comment.id === id);
  return (own?.reactions ?? []).map(({ content }) => content);
}

const SHARED = /\[x\] <!-- pm:prompt\.shared -->.*wendy/u;

/** Ticks the one prompt that only a person can tick. */
async function tick(): Promise<void> {
  const [{ id, body } = { id: 0, body: "" }] = statuses();
  const box = "[ ] <!-- pm:prompt.shared -->";
  stage.sandbox.as("wendy").editComment(id, body.replace(box, box.replace(" ", "x")));
  await stage.settled();
  await stage.later(60_000);
}

describe("the status comment in people's hands", () => {
  it("comes back when somebody deleted it", async () => {
    await started();
    await tick();
    stage.sandbox.as("mia").deleteComment(statuses()[0]?.id ?? 0);
    await stage.settled();
    await stage.later(60_000);

    expect(statuses()).toHaveLength(1);
  });

  it("is put right when somebody wrote over it", async () => {
    await started();
    await tick();
    const [{ id, body } = { id: 0, body: "" }] = statuses();
    stage.sandbox.as("mia").editComment(id, "All is well.");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).comments.find((comment) => comment.id === id)?.body).toBe(body);
  });

  it("keeps a tick that somebody made while the store was lost", async () => {
    await started();
    await stage.restart({ emptyStore: true });
    await tick();

    expect(statuses()).toHaveLength(1);
    expect(statuses()[0]?.body).toMatch(SHARED);
  });

  it("scolds once an issue, also after the store was lost", async () => {
    await started();
    await say("rita", "/pm severity 1");
    const before = stage.issue(1).comments.length;
    await stage.restart({ emptyStore: true });
    await say("wendy", "/pm status");
    await say("rita", "/pm severity 1");

    expect(stage.issue(1).comments.filter(({ body }) => body?.includes("slot=refused"))).toHaveLength(1);
    expect(stage.issue(1).comments).toHaveLength(before + 2);
  });

  it("is found again after the store was lost and the sections were removed by a person", async () => {
    await started();
    const { assignees } = stage.issue(1);
    stage.sandbox.as("wendy").editIssue(at, { body: "Slow." });
    await stage.settled();
    await stage.later(60_000);
    await stage.restart({ emptyStore: true });
    await say("wendy", "/pm status");
    stage.sandbox.as("wendy").unlabel(at, "postmortem");
    stage.sandbox.as("wendy").label(at, "postmortem");
    await stage.settled();
    await stage.later(60_000);

    expect(statuses()).toHaveLength(1);
    expect(stage.issue(1).assignees).toEqual(assignees);
  });

  it("goes on where it was when `/pm start` follows `/pm stop`", async () => {
    await started();
    await say("wendy", "/pm category dns\n/pm severity 1");
    await tick();
    const { assignees } = stage.issue(1);
    await say("wendy", "/pm stop");
    expect(await say("wendy", "/pm severity 4")).toEqual(["eyes", "confused"]);
    expect(await say("wendy", "/pm start")).toEqual(["eyes", "+1"]);

    expect(statuses()).toHaveLength(1);
    expect(statuses()[0]?.body).toContain("(confirmed)");
    expect(statuses()[0]?.body).toMatch(SHARED);
    expect(stage.issue(1).labels).toEqual(expect.arrayContaining(["postmortem", "severity/1", "hotspot/dns"]));
    expect(stage.issue(1).assignees).toEqual(assignees);
  });

  it("serves maintainers in a locked issue", async () => {
    await started();
    stage.sandbox.as("mia").lock(at);
    await say("mia", "/pm severity 1");
    await stage.later(10_000);

    expect(stage.issue(1).labels).toContain("severity/1");
  });

  it("answers a name that cannot be one, and goes on", async () => {
    await started();
    expect(await say("wendy", "/pm assign @ platform")).toEqual(["eyes", "confused"]);
    expect(await say("wendy", '/pm assign "@nobody/at all" platform')).toEqual(["eyes", "confused"]);
    expect(await say("wendy", "/pm severity 1")).toEqual(["eyes", "+1"]);
  });

  it("shows a state that does not fit into the comment all the same", async () => {
    await started();
    const letters = (): string => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000));
    const list = Array.from({ length: 900 }, () => `- [ ] ${Array.from({ length: 60 }, letters).join("")}`).join("\n");
    stage.sandbox.as("wendy").editIssue(at, { body: `## Preventive actions\n\n${list}\n` });
    await stage.settled();
    await stage.later(60_000);
    expect(await say("wendy", "/pm severity 1")).toEqual(["eyes", "+1"]);

    expect(statuses()[0]?.body).toContain("severity 1");
  });

  it("holds a thousand actions", async () => {
    await started();
    const random = (): string => Math.random().toString(36).slice(2);
    const list = Array.from({ length: 900 }, () => `- [ ] ${random()} ${random()} ${random()} ${random()}`).join("\n");
    stage.sandbox.as("wendy").editIssue(at, { body: `## Preventive actions\n\n${list.slice(0, 63_000)}\n` });
    await stage.settled();
    await stage.later(60_000);
    expect(await say("wendy", "/pm severity 1")).toEqual(["eyes", "+1"]);

    expect(statuses()).toHaveLength(1);
    expect(statuses()[0]?.body).toContain("severity 1");
  });
});
