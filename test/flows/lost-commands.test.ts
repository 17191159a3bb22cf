import { afterEach, describe, expect, it } from "vitest";

import { Delivery } from "../../src/domain/delivery.ts";
import { noteLost } from "../../src/lost-command.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const AT = "acme/shop#1";
const COMMENTS = "/issues/1/comments$";

let stage: Stage;
afterEach(async () => stage.close());

async function begin(config = TEAM_CONFIG): Promise<void> {
  stage = await startStage({
    logLevel: "fatal",
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", config);
    },
  });
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
  stage.sandbox.as("wendy").label(AT, "postmortem");
  await stage.settled();
}

/** A command whose answer GitHub refuses as often as the app asks. */
async function lose(text = "/pm why", status = 422): Promise<number> {
  stage.sandbox.faults.add({ kind: "error-before", status, method: "POST", path: COMMENTS, times: 4 });
  const { id } = stage.sandbox.as("wendy").comment(AT, text);
  await stage.settled();
  for (let turn = 0; turn < 5; turn += 1) await stage.later(12_000);
  return id;
}

function reactions(commentId: number): string[] {
  const comment = stage.issue(1).comments.find(({ id }) => id === commentId);
  return (comment?.reactions ?? []).map(({ content }) => content);
}

function apologies(): string[] {
  return stage
    .issue(1)
    .comments.map(({ body }) => body)
    .filter((body) => body.includes("slot=lost "));
}

async function buried(): Promise<string[]> {
  const rows = await stage.app.database.across
    .selectFrom("inbox")
    .select("kind")
    .where("state", "=", "buried")
    .execute();
  return rows.map(({ kind }) => kind);
}

describe("a command that GitHub does not let come true", () => {
  it("is marked each time, and told in words once per issue", async () => {
    await begin();

    const first = await lose();
    const second = await lose();

    expect(await buried()).toEqual(["comment-created", "comment-created"]);
    expect(reactions(first)).toContain("confused");
    expect(reactions(second)).toContain("confused");
    expect(apologies()).toHaveLength(1);
    expect(apologies()[0]).toContain("GitHub did not take what was to be written");
    stage.sandbox.as("wendy").comment(AT, "/pm severity 1");
    await stage.settled();
    expect(stage.issue(1).labels).toContain("severity/1");
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it("is not told again and again when telling fails as well", async () => {
    await begin();
    stage.sandbox.faults.add({ kind: "error-before", status: 422, method: "POST", path: COMMENTS });
    stage.sandbox.as("wendy").comment(AT, "/pm why");
    await stage.settled();
    for (let turn = 0; turn < 10; turn += 1) await stage.later(12_000);

    expect(await buried()).toEqual(["comment-created", "command-lost"]);
    const inbox = await stage.app.database.across
      .selectFrom("inbox")
      .select("id")
      .where("state", "!=", "done")
      .execute();
    expect(inbox).toHaveLength(2);
    stage.sandbox.as("wendy").comment(AT, "/pm severity 1");
    await stage.settled();
    expect(stage.issue(1).labels).toContain("severity/1");
  });

  it("is not told where the app only shows what it would do", async () => {
    await begin();
    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", "mode: dry-run\n");
    await stage.later(600_000);
    const { id } = stage.sandbox.as("wendy").comment(AT, "/pm why");
    await stage.settled();
    const [row] = await stage.app.database.across
      .selectFrom("inbox")
      .select("delivery")
      .where("kind", "=", "comment-created")
      .execute();
    await noteLost(stage.app.database, Delivery.parse(JSON.parse(row?.delivery ?? "")), new Error("Nothing came back"));
    await stage.settled();
    const { across } = stage.app.database;
    const done = across.selectFrom("inbox").select("state").where("kind", "=", "command-lost");
    expect(await done.execute()).toEqual([{ state: "done" }]);

    expect(reactions(id)).toEqual([]);
    expect(apologies()).toEqual([]);
  });
});
