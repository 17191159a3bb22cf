import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, it } from "vitest";

import { openIssue, perform } from "../../src/demo/deeds.ts";
import { readIncidents } from "../../src/demo/history.ts";
import { issuesOf, type Stage, startStage } from "../../src/demo/stage.ts";
import { inWords } from "../../src/demo/words.ts";
import { FIRST_DAY, REPOSITORY, TODAY } from "../../src/demo/world.ts";

let stage: Stage | undefined;
afterEach(async () => stage?.close());

describe("the demo's stage", () => {
  it("says every call in words, and finds no fault where there is none", async () => {
    stage = await startStage({ port: 0 });
    const number = openIssue(stage, "tom", { title: "DNS is slow", body: "## Impact\n\nAll of it.\n" });
    perform(stage, "tom", number, { kind: "label", label: "postmortem" });
    await stage.settle();

    const words = stage.calls.map(inWords);
    expect(words).toContainEqual(
      expect.stringMatching(/^assigns @\w+ \(platform\), @\w+ \(network\), @\w+ \(product\) to #1$/u),
    );
    expect(words.filter((one) => /^(?:GET|POST|PATCH|PUT|DELETE) /u.test(one))).toEqual([]);
    expect(await stage.faults()).toEqual([]);
  });

  it("tells of a request that GitHub did not answer well, and of the delivery that waits because of it", async () => {
    stage = await startStage({ port: 0 });
    stage.sandbox.faults.add({ kind: "error-before", method: "POST", path: "/assignees$", times: 50 });
    const number = openIssue(stage, "tom", { title: "DNS is slow", body: "" });
    perform(stage, "tom", number, { kind: "label", label: "postmortem" });
    await stage.settle();

    const faults = await stage.faults();
    expect(faults).toContainEqual(expect.stringContaining("The app complains: delivery failed"));
    expect(faults).toContainEqual(expect.stringMatching(/^The delivery \S+ .* is waiting: /u));
  });

  it("has one digest for each Monday it lives through", async () => {
    stage = await startStage({ port: 0 });
    const number = openIssue(stage, "tom", { title: "DNS is slow", body: "" });
    perform(stage, "tom", number, { kind: "label", label: "postmortem" });
    await stage.passUntil("2026-09-22T00:00:00Z");

    const digests = issuesOf(stage, REPOSITORY).filter(({ labels }) => labels.includes("postmortem-digest"));
    expect(digests.map(({ createdAt }) => createdAt)).toEqual([
      "2026-08-31T07:00:00Z",
      "2026-09-07T07:00:00Z",
      "2026-09-14T07:00:00Z",
      "2026-09-21T07:00:00Z",
    ]);
  });

  it("keeps the app's connections open through a pause in which the program is busy", async () => {
    stage = await startStage({ port: 0 });
    const address = `${stage.url}/api/v3/meta`;
    const askTenTimes = async (method: string): Promise<number[]> =>
      Promise.all(Array.from({ length: 10 }, async () => (await fetch(address, { method })).status));
    await askTenTimes("GET");
    // Node's own servers close a connection five to six seconds after its last answer.
    await sleep(4_800);
    busyFor(1_500);

    expect(await askTenTimes("POST")).toEqual(Array.from({ length: 10 }, () => 404));
  });
});

function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe("the demo's incidents", () => {
  it("are 23, within the twelve weeks before today", () => {
    const incidents = readIncidents();

    expect(incidents).toHaveLength(23);
    for (const { opened } of incidents) {
      expect(Date.parse(opened)).toBeGreaterThan(Date.parse(FIRST_DAY));
      expect(Date.parse(opened)).toBeLessThan(Date.parse(TODAY));
    }
    expect(Date.parse(TODAY) - Date.parse(incidents[0]?.opened ?? "")).toBeLessThanOrEqual(12 * 7 * 86_400_000);
  });
});
