import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

const DAY_MS = 86_400_000;
/** A Monday at ten. */
const START = "2026-10-12T10:00:00Z";
const BODY = "## Preventive actions\n\n- [ ] Alert on the age of snapshots @ana (due 2026-10-15)\n";

let stage: Stage;
afterEach(async () => stage.close());

async function begin(): Promise<void> {
  stage = await startStage({
    logLevel: "fatal",
    sandbox: { clock: START },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", "");
      sandbox.addRepository("acme/cart", { visibility: "public" });
      sandbox.setRole("acme/cart", "wendy", "write");
      sandbox.setRole("acme/cart", "ana", "write");
    },
  });
  for (const repository of ["acme/shop", "acme/cart"]) {
    stage.sandbox.as("wendy").createIssue(repository, { title: "Snapshots too old", body: BODY });
    stage.sandbox.as("wendy").label(`${repository}#1`, "postmortem");
  }
  await stage.settled();
  stage.newRequests();
}

function reminders(repository: string): number {
  return stage.issue(1, repository).comments.filter(({ body }) => body.includes("slot=reminder")).length;
}

async function unfinished(): Promise<string[]> {
  const rows = await stage.app.database.across
    .selectFrom("inbox")
    .select("kind")
    .where("state", "=", "waiting")
    .execute();
  return rows.map(({ kind }) => kind);
}

describe("an archived repository", () => {
  it("is not written to, and reminds nobody until it is back; the others go on", async () => {
    await begin();
    stage.sandbox.repository("acme/shop").archive();
    await stage.settled();

    for (let day = 0; day < 4; day += 1) await stage.pass(DAY_MS);
    expect(reminders("acme/cart")).toBe(1);
    expect(reminders("acme/shop")).toBe(0);
    const toShop = stage.newRequests().filter((line) => !line.startsWith("GET") && line.includes("/acme/shop/"));
    expect(toShop).toEqual([]);
    expect(await unfinished()).toEqual([]);

    stage.sandbox.repository("acme/shop").unarchive();
    await stage.settled();
    for (let day = 0; day < 4; day += 1) await stage.pass(DAY_MS);
    expect(reminders("acme/shop")).toBe(1);
  });

  it("holds nothing up for long when the news came too late", async () => {
    await begin();
    stage.sandbox.sender({ paused: true });
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm severity 1");
    stage.sandbox.repository("acme/shop").archive();
    stage.sandbox.sender({ paused: false });
    await stage.settled();

    expect(await unfinished()).toEqual([]);
    expect(stage.issue(1).comments.filter(({ body }) => body.includes("slot=lost "))).toEqual([]);
  });
});
