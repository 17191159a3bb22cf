import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

const at = "acme/shop#1";
let stage: Stage;

beforeEach(async () => {
  stage = await startStage();
  const wendy = stage.sandbox.as("wendy");
  wendy.createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
  wendy.label(at, "postmortem");
  await stage.settled();
});
afterEach(async () => stage.close());

describe("a copy of GitHub that lags", () => {
  it("does not undo what the command before has written", async () => {
    stage.sandbox.readLag(2_000);

    stage.sandbox.as("wendy").comment(at, "/pm note zone a failed");
    stage.sandbox.as("wendy").comment(at, "/pm note zone b took over");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).body).toContain("zone a failed");
    expect(stage.issue(1).body).toContain("zone b took over");
  });

  it("does not undo what a person has written a moment before", async () => {
    stage.sandbox.readLag(2_000);
    const wendy = stage.sandbox.as("wendy");

    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { body } = stage.issue(1);
    wendy.editIssue(at, { body: (body ?? "").replace("Slow.", "Slow for 40 minutes.") });
    await stage.settled();
    wendy.comment(at, "/pm note zone a failed");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).body).toContain("zone a failed");
    expect(stage.issue(1).body).toContain("Slow for 40 minutes.");
  });

  it("does not keep a postmortem going whose label was taken off", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    stage.sandbox.readLag(2_000);

    stage.sandbox.as("wendy").unlabel(at, "postmortem");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).comments[0]?.body).toContain("### Postmortem: stopped");
  });

  it("does not leave the severity of the command before beside the one of the next", async () => {
    stage.sandbox.readLag(2_000);

    stage.sandbox.as("wendy").comment(at, "/pm severity 1");
    stage.sandbox.as("wendy").comment(at, "/pm severity 2");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).labels.filter((label) => label.startsWith("severity"))).toEqual(["severity/2"]);
  });
});
