import { afterEach, describe, expect, it } from "vitest";

import { TABLES } from "../../src/store/schema.ts";
import { type Stage, startStage } from "../support/running-app.ts";

const AT = "acme/shop#1";

let stage: Stage;
afterEach(async () => stage.close());

async function begin(who = "wendy"): Promise<number> {
  stage = await startStage({ logLevel: "fatal" });
  stage.sandbox.as(who).createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
  stage.sandbox.as("wendy").label(AT, "postmortem");
  await stage.settled();
  return stage.sandbox.state().installations[0]?.id ?? 0;
}

async function waiting(): Promise<string[]> {
  const rows = await stage.app.database.across
    .selectFrom("inbox")
    .select("kind")
    .where("state", "=", "waiting")
    .execute();
  return rows.map(({ kind }) => kind);
}

describe("a suspended installation", () => {
  it("is asked for nothing more, and served at once when it is back", async () => {
    const id = await begin();
    stage.sandbox.sender({ paused: true });
    stage.sandbox.as("wendy").comment(AT, "/pm severity 1");
    stage.sandbox.as("wendy").comment(AT, "/pm review");
    stage.sandbox.suspend(id);
    stage.sandbox.sender({ paused: false });
    await stage.settled();
    stage.newRequests();
    await stage.later(600_000);

    expect(await waiting()).toEqual(["comment-created", "comment-created"]);
    expect(stage.newRequests()).toEqual([]);

    stage.sandbox.unsuspend(id);
    await stage.settled();
    await stage.later(10_000);
    expect(stage.issue(1).labels).toEqual(expect.arrayContaining(["severity/1", "stage/in-review"]));
    expect(await waiting()).toEqual([]);
  });
});

describe("an uninstalled app", () => {
  it("keeps no row and waits for nothing", async () => {
    const id = await begin();
    stage.sandbox.sender({ paused: true });
    stage.sandbox.as("wendy").comment(AT, "/pm severity 1");
    stage.sandbox.uninstall(id);
    stage.sandbox.sender({ paused: false });
    await stage.settled();
    await stage.later(600_000);

    for (const table of TABLES.filter((name) => name !== "inbox")) {
      const { count } = await stage.app.database.across
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      expect([table, count]).toEqual([table, 0]);
    }
    expect(await waiting()).toEqual([]);
  });
});

describe("people who left GitHub", () => {
  it("are the ghost as an author, and hold nothing up", async () => {
    // GitHub's own description does not know of an author who is gone.
    stage = await startStage({ logLevel: "fatal", sandbox: { printViolations: false } });
    stage.sandbox.as("gus").createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
    stage.sandbox.deleteUser("gus");
    stage.sandbox.deleteUser("hana");
    stage.sandbox.as("wendy").label(AT, "postmortem");
    await stage.settled();
    stage.sandbox.as("wendy").comment(AT, "/pm review\n/pm review ok");
    await stage.settled();

    expect(stage.issue(1).labels).toContain("stage/reviewed");
    expect(stage.issue(1).assignees).not.toContain("gus");
    expect(stage.issue(1).comments[0]?.body).toContain("by `wendy`");
  });
});
