import { afterEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

const WORDS =
  "The snapshot controller of etcd filled the volume of the registry, and the defragmentation of etcd stalled the quorum.";
const LISTING = /^GET \/repos\/acme\/shop\/issues\?.*labels=postmortem/u;

let stage: Stage;
afterEach(async () => stage.close());

/** Two that read alike, the second of which names the first. */
async function twoAlike({ restarted = true } = {}): Promise<void> {
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

function note(): void {
  stage.sandbox.as("wendy").comment("acme/shop#2", '/pm note "failed over to zone b"');
}

describe("a restart", () => {
  it("costs no listing of the repository's postmortems to go on with one", async () => {
    await twoAlike();

    note();
    await stage.settled();
    await stage.later(60_000);

    expect(stage.newRequests().filter((request) => LISTING.test(request))).toEqual([]);
    expect(stage.issue(2).body).toContain("failed over to zone b");
    expect(status()).toContain("/acme/shop/issues/1");
  });

  it("believes what was found for an hour", async () => {
    await twoAlike();

    await stage.later(3_600_000);
    note();
    await stage.settled();
    await stage.later(60_000);

    expect(stage.newRequests().filter((request) => LISTING.test(request))).toHaveLength(1);
    expect(status()).toContain("/acme/shop/issues/1");
  });

  it("names nobody's postmortem that was restricted meanwhile", async () => {
    await twoAlike();

    stage.sandbox.as("wendy").label("acme/shop#1", "restricted");
    await stage.settled();
    note();
    await stage.settled();
    await stage.later(60_000);

    expect(status()).not.toContain("/acme/shop/issues/1");
  });
});

describe("without a restart", () => {
  it("what reads alike is still found after an hour", async () => {
    await twoAlike({ restarted: false });

    await stage.later(3_600_000);
    note();
    await stage.settled();
    await stage.later(60_000);

    expect(stage.newRequests().filter((request) => LISTING.test(request))).toHaveLength(1);
    expect(status()).toContain("/acme/shop/issues/1");
  });

  it("what was restricted meanwhile is not named", async () => {
    await twoAlike({ restarted: false });

    stage.sandbox.as("wendy").label("acme/shop#1", "restricted");
    await stage.settled();
    note();
    await stage.settled();
    await stage.later(60_000);

    expect(status()).not.toContain("/acme/shop/issues/1");
  });
});
