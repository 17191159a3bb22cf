import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
  const author = stage.sandbox.as("wendy");
  author.createIssue("acme/shop", { title: "Ingress would not reload", body: "One object broke all.\n" });
  author.label("acme/shop#1", "postmortem");
  await stage.settled();
});
afterEach(async () => stage.close());

const ADD = '/pm action add "Validate ingress objects on admission" @ana';
const LINE = "- [ ] Validate ingress objects on admission @ana";

function noteOf(): string | undefined {
  return stage
    .issue(1)
    .body?.split("\n")
    .find((line) => line.includes("failed over to zone b"));
}

function times(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe("a command that is tried again", () => {
  it.each(["error-before", "applied-then-500"] as const)(
    "adds its line once when the comment after it fails (%s)",
    async (kind) => {
      stage.sandbox.faults.add({ kind, method: "PATCH", path: "/issues/comments/", times: 1 });

      stage.sandbox.as("wendy").comment("acme/shop#1", ADD);
      await stage.settled();
      await stage.later(60_000);

      expect(times(stage.issue(1).body ?? "", LINE)).toBe(1);
      expect(stage.issue(1).comments[0]?.body).toContain("0 of 1 settled");
    },
  );

  it("adds its line once when the writing of the body was answered with 500 but done", async () => {
    stage.sandbox.faults.add({ kind: "applied-then-500", method: "PATCH", path: "/issues/1$", times: 1 });

    stage.sandbox.as("wendy").comment("acme/shop#1", `${ADD}\n/pm note "failed over to zone b"`);
    await stage.settled();
    await stage.later(60_000);

    expect(times(stage.issue(1).body ?? "", LINE)).toBe(1);
    expect(times(stage.issue(1).body ?? "", "failed over to zone b")).toBe(1);
  });

  it("adds a note once, with the time at which it was said, however much later it is tried again", async () => {
    const { faults } = stage.sandbox;
    faults.add({ kind: "error-before", method: "PATCH", path: "/issues/comments/", times: 4 });
    stage.sandbox.as("wendy").comment("acme/shop#1", '/pm note "failed over to zone b"');
    await stage.settled();
    const said = noteOf();
    expect(said).toMatch(/\d\d:\d\d/u);
    // The second attempt cannot write, a while later; the third can.
    faults.add({ kind: "error-before", method: "PATCH", path: "/issues/1$", times: 3 });
    await stage.later(5 * 60_000);
    await stage.later(15 * 60_000);
    await stage.later(15 * 60_000);

    expect(times(stage.issue(1).body ?? "", "failed over to zone b")).toBe(1);
    expect(noteOf()).toBe(said);
    expect(
      stage
        .issue(1)
        .comments.at(-1)
        ?.reactions.map(({ content }) => content),
    ).toContain("+1");
  });

  it("keeps what a person wrote between the two tries", async () => {
    stage.sandbox.faults.add({ kind: "error-before", method: "PATCH", path: "/issues/comments/", times: 1 });

    stage.sandbox.as("wendy").comment("acme/shop#1", ADD);
    await stage.settled();
    const { body } = stage.issue(1);
    stage.sandbox.as("ana").editIssue("acme/shop#1", { body: `Edited by Ana.\n${body ?? ""}` });
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).body).toContain("Edited by Ana.");
    expect(times(stage.issue(1).body ?? "", LINE)).toBe(1);
  });

  it("suggests no category because of our own empty headings", async () => {
    stage.sandbox.as("ana").editIssue("acme/shop#1", { title: "Ingress would not reload at all" });
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).comments[0]?.body).not.toContain("because of `Upstream issues`");
  });
});
