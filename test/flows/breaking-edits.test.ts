import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

const at = "acme/shop#1";

describe("an edit that our write hides", () => {
  it("is not lost when more of our writes come before its event", async () => {
    stage = await startStage();
    const wendy = stage.sandbox.as("wendy");
    wendy.createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
    wendy.label(at, "postmortem");
    await stage.settled();
    const before = stage.issue(1).body ?? "";
    stage.newRequests();
    stage.sandbox.faults.add({ kind: "delay", ms: 400, method: "PATCH", path: "/issues/1$", times: 1 });
    wendy.comment(at, "/pm note first");
    wendy.comment(at, "/pm note second");
    while (!stage.newRequests().some((line) => line.startsWith("GET /repos/acme/shop/issues/1 "))) await sleep(10);
    wendy.editIssue(at, { body: before.replace("Slow.", "Slow for 40 minutes.") });
    await stage.settled();
    await stage.later(60_000);

    const told = [stage.issue(1).body, ...stage.issue(1).comments.map(({ body }) => body)].join("\n");
    expect(told).toContain("Slow for 40 minutes.");
    expect(stage.issue(1).body).toContain("first");
    expect(stage.issue(1).body).toContain("second");
  });
});
