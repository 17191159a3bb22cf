import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
let at = "";
let number = 0;
beforeAll(async () => {
  stage = await startStage();
  const author = stage.sandbox.as("wendy");
  number = author.createIssue("acme/shop", {
    title: "Ingress controller would not reload",
    body: "One team's object broke all.\n",
  }).number;
  at = `acme/shop#${number}`;
  author.label(at, "postmortem");
  await stage.settled();
});
afterAll(async () => stage.close());

/** Says something as somebody, and returns the reactions the app gave and the comments it added. */
async function say(login: string, text: string): Promise<{ reactions: string[]; replies: string[] }> {
  const before = stage.issue(number).comments.length;
  const { id } = stage.sandbox.as(login).comment(at, text);
  await stage.settled();
  const { comments } = stage.issue(number);
  const own = comments.find((comment) => comment.id === id);
  return {
    reactions: (own?.reactions ?? []).map(({ content }) => content),
    replies: comments.slice(before + 1).map(({ body }) => body ?? ""),
  };
}

function body(): string {
  return stage.issue(number).body ?? "";
}

function status(): string {
  return stage.issue(number).comments[0]?.body ?? "";
}

describe("commands in comments", () => {
  it("tells a reader kindly, once, and changes nothing", async () => {
    const before = { body: body(), labels: stage.issue(number).labels };

    const first = await say("rita", "/postmortem severity 1");
    const second = await say("rita", "/pm severity 2");

    expect(first.reactions).toEqual(["eyes", "confused"]);
    expect(first.replies.join("\n")).toContain("needs triage access");
    expect(second.replies).toEqual([]);
    expect({ body: body(), labels: stage.issue(number).labels }).toEqual(before);
  });

  it("does what a writer asks and says so with a thumb", async () => {
    const { reactions, replies } = await say("wendy", "/postmortem severity 1");

    expect(reactions).toEqual(["eyes", "+1"]);
    expect(replies).toEqual([]);
    expect(stage.issue(number).labels.filter((label) => label.startsWith("severity/"))).toEqual(["severity/1"]);
    expect(status()).toContain("severity 1");
  });

  it("takes several commands in one comment, and none from code, quotes or mid-line", async () => {
    const { reactions } = await say(
      "wendy",
      'Thanks!\n\n/pm action add "Validate ingress objects on admission" @ana due=2027-01-15 type=prevent\n/pm action add "Alert on reload failures"\n\n```\n/pm severity 4\n```\n> /pm severity 4\n\nsay /pm severity 4',
    );

    expect(reactions).toEqual(["eyes", "+1"]);
    expect(body()).toContain("- [ ] Validate ingress objects on admission @ana (due 2027-01-15, prevent)");
    expect(body()).toContain("- [ ] Alert on reload failures");
    expect(stage.issue(number).labels).toContain("severity/1");
    expect(status()).toContain("0 of 2 settled");
  });

  it("supplies a due day by severity and shows that it did", () => {
    expect(status()).toMatch(/Alert on reload failures \| nobody yet \| \d{4}-\d\d-\d\d \(by severity\)/u);
  });

  it("asks what was meant after a slip", async () => {
    const { reactions, replies } = await say("wendy", "/pm sevrity 2");

    expect(reactions).toEqual(["eyes", "confused"]);
    expect(replies.join("\n")).toContain("Did you mean `/postmortem severity`?");
  });

  it("answers bad arguments with the way to write them", async () => {
    const { replies } = await say("wendy", "/pm action due 1 tomorrow");

    expect(replies.join("\n")).toContain("Write the day as 2026-12-01");
  });

  it("follows an action through its life", async () => {
    await say(
      "wendy",
      "/pm action assign 2 @ben\n/pm action due 2 2027-02-01\n/pm action done 1 https://github.com/acme/shop/pull/9",
    );
    expect(body()).toContain("- [x] Validate ingress objects");
    expect(body()).toContain("- [ ] Alert on reload failures @ben (due 2027-02-01)");
    expect(status()).toContain("delivered: `https://github.com/acme/shop/pull/9`");

    await say("wendy", "/pm action reopen 1");
    expect(body()).toContain("- [ ] Validate ingress objects");

    await say("wendy", '/pm action done 1\n/pm action drop 2 "covered by the next release"');
    expect(status()).toContain("ticked, no evidence");
    expect(status()).toMatch(/Alert on reload failures[^\n]*\| dropped/u);
    expect(status()).toContain("2 of 2 settled");
  });

  it("writes notes into the timeline", async () => {
    await say("wendy", '/pm note "rolled back the object @ana" at=2026-11-21T09:30Z');

    expect(body()).toMatch(
      /## Timeline[\s\S]*- 2026-11-21 09:30 UTC — rolled back the object @\u200Bana \(wendy\)[\s\S]*## Trigger/u,
    );
  });

  it("keeps author and reviewer apart", async () => {
    const own = await say("wendy", "/pm review\n/pm review ok");
    expect(own.replies.join("\n")).toContain("somebody who did not write it");
    expect(stage.issue(number).labels).toContain("stage/in-review");

    await say("ben", "/pm review ok");
    expect(stage.issue(number).labels).toContain("stage/reviewed");
    expect(status()).toContain("Reviewed by `ben`");

    expect((await say("wendy", "/pm publish")).reactions).toEqual(["eyes", "+1"]);
  });

  it("confirms a category by command, with what else contributed", async () => {
    await say("tom", "/pm category ingress also multi-tenancy");

    expect(stage.issue(number).labels).toContain("hotspot/ingress");
    expect(status()).toContain("Ingress (confirmed)");
    expect(status()).toContain("Contributing categories: Multi-tenancy");
  });

  it("gives a seat to somebody by name, or chooses anew", async () => {
    const before = stage.issue(number).assignees;

    await say("wendy", "/pm assign @ivan product");
    await say("wendy", "/pm assign network");

    const { assignees } = stage.issue(number);
    expect(assignees).toContain("ivan");
    expect(assignees.filter((login) => ["dora", "eve", "finn"].includes(login))).toHaveLength(1);
    expect(assignees.filter((login) => before.includes(login) && ["dora", "eve", "finn"].includes(login))).toHaveLength(
      0,
    );
  });

  it("lists itself", async () => {
    const { replies } = await say("rita", "/postmortem help");

    for (const name of [
      "start",
      "stop",
      "severity",
      "category",
      "action add",
      "why",
      "review",
      "close-anyway",
      "digest",
    ]) {
      expect(replies.join("\n")).toContain(`/postmortem ${name}`);
    }
  });

  it("stops, and goes on when asked to", async () => {
    await say("tom", "/pm stop");
    expect(stage.issue(number).labels).not.toContain("postmortem");
    expect(status()).toContain("Postmortem: stopped");

    stage.sandbox.as("tom").label(at, "postmortem");
    await stage.settled();

    expect(status()).toContain("Ingress (confirmed)");
    expect(stage.issue(number).comments.filter(({ body: text }) => text?.includes("slot=status"))).toHaveLength(1);
  });
});
