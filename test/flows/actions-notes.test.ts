import { afterEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

function status(): string {
  return stage.issue(1).comments.find(({ body }) => body.includes("slot=status"))?.body ?? "";
}

async function say(text: string): Promise<void> {
  stage.sandbox.as("wendy").comment("acme/shop#1", text);
  await stage.settled();
}

describe("notes and ideas in the status comment", () => {
  it("are folded, dismissable, and change nothing of what people wrote", async () => {
    stage = await startStage();
    const wendy = stage.sandbox.as("wendy");
    wendy.createIssue("acme/shop", { title: "Broken image", body: "A human error broke the image.\n" });
    wendy.label("acme/shop#1", "postmortem");
    await stage.settled();
    const body = stage.issue(1).body;

    expect(status()).toContain("Notes on wording (1)");
    await say("/pm notes off");
    expect(status()).not.toContain("Notes on wording");

    await say('/pm idea "A canary for node images"');
    expect(status()).toContain("Parked ideas (1)");
    expect(status()).toContain("1. A canary for node images (`wendy`");
    expect(stage.issue(1).body).toBe(body);

    wendy.close("acme/shop#1");
    await stage.settled();
    expect(stage.issue(1).state).toBe("closed");
  });

  it("say who reviewed it and when; never the author", async () => {
    stage = await startStage();
    const wendy = stage.sandbox.as("wendy");
    wendy.createIssue("acme/shop", { title: "Broken image", body: "" });
    wendy.label("acme/shop#1", "postmortem");
    await stage.settled();
    await say("/pm review @ana");
    expect(status()).toContain("`ana`");
    expect(stage.issue(1).labels).toContain("stage/in-review");

    await say("/pm review ok");
    expect(stage.issue(1).labels).toContain("stage/in-review");
    stage.sandbox.as("ana").comment("acme/shop#1", "/pm review ok");
    await stage.settled();

    expect(stage.issue(1).labels).toContain("stage/reviewed");
    expect(status()).toMatch(/Reviewed by `ana` on \d{4}-\d{2}-\d{2}\./u);
    wendy.close("acme/shop#1");
    await stage.settled();
    expect(status()).toMatch(/Reviewed by `ana` on/u);
  });
});
