import { afterEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

const WORDS =
  "The snapshot controller of etcd filled the volume of the registry, and the defragmentation of etcd stalled the quorum.";
const LISTING = /^GET \/repos\/acme\/shop\/issues\?.*labels=postmortem/u;

let stage: Stage;
afterEach(async () => stage.close());

/** Two that read alike, the second of which names the first. */
async function twoAlike({ restarted }: { restarted: boolean }): Promise<void> {
  stage = await startStage();
  const author = stage.sandbox.as("wendy");
  for (const title of ["Registry volume full because of etcd", "Registry volume full again because of etcd"]) {
    const { number } = author.createIssue("acme/shop", { title, body: `## Impact\n\n${WORDS}\n` });
    author.label(`acme/shop#${String(number)}`, "postmortem");
    await stage.settled();
  }
  expect(status()).toContain("/acme/shop/issues/1");
  if (restarted) await stage.restart();
  stage.newRequests();
}

function status(): string {
  return stage.issue(2).comments.find(({ body }) => body.includes("slot=status"))?.body ?? "";
}

/** A note, and a while later the status comment that follows it. */
async function goOn(): Promise<void> {
  stage.sandbox.as("wendy").comment("acme/shop#2", '/pm note "failed over to zone b"');
  await stage.settled();
  await stage.later(60_000);
}

describe("what reads alike", () => {
  it("is known after a restart without a listing of the repository's postmortems", async () => {
    await twoAlike({ restarted: true });

    await goOn();

    expect(stage.newRequests().filter((request) => LISTING.test(request))).toEqual([]);
    expect(stage.issue(2).body).toContain("failed over to zone b");
    expect(status()).toContain("/acme/shop/issues/1");
  });

  it.each([{ restarted: true }, { restarted: false }])(
    "is believed for an hour, then listed anew (%o)",
    async (how) => {
      await twoAlike(how);

      await stage.later(3_600_000);
      await goOn();

      expect(stage.newRequests().filter((request) => LISTING.test(request))).toHaveLength(1);
      expect(status()).toContain("/acme/shop/issues/1");
    },
  );

  it.each([{ restarted: true }, { restarted: false }])("is not named once it is restricted (%o)", async (how) => {
    await twoAlike(how);

    stage.sandbox.as("wendy").label("acme/shop#1", "restricted");
    await stage.settled();
    await goOn();

    expect(status()).not.toContain("/acme/shop/issues/1");
  });
});
