import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

async function withOpenAction(guard: string): Promise<void> {
  stage = await startStage({
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", `close-guard: ${guard}\n`);
    },
  });
  const author = stage.sandbox.as("wendy");
  author.createIssue("acme/shop", {
    title: "Broken image",
    body: "## Preventive actions\n\n- [ ] Pin the base image @ana\n",
  });
  author.label("acme/shop#1", "postmortem");
  await stage.settled();
}

async function close(login: string, reason?: "completed" | "not_planned" | "duplicate"): Promise<void> {
  stage.sandbox.as(login).close("acme/shop#1", reason);
  await stage.settled();
}

function guardComments(): string[] {
  return stage
    .issue(1)
    .comments.flatMap(({ body }) => ((body?.includes("slot=close-guard") ?? false) ? [body ?? ""] : []));
}

describe("the close guard", () => {
  it("reopens the first close and lists what is open; a maintainer's second close stands", async () => {
    await withOpenAction("enforce");

    await close("wendy");
    expect(stage.issue(1).state).toBe("open");
    expect(guardComments().join()).toContain("Pin the base image");

    await close("mia");
    expect(stage.issue(1).state).toBe("closed");
    expect(stage.issue(1).labels).toContain("stage/closed");
    expect(stage.issue(1).comments[0]?.body).toContain("Closed with actions open by `mia`");
    expect(guardComments()).toHaveLength(1);
  });

  it("gives way in the end to somebody who insists", async () => {
    await withOpenAction("enforce");

    await close("wendy");
    await close("wendy");
    await close("wendy");

    expect(stage.issue(1).state).toBe("closed");
    expect(guardComments()).toHaveLength(1);
  });

  it("lets a maintainer close anyway with a reason", async () => {
    await withOpenAction("enforce");

    stage.sandbox.as("mia").comment("acme/shop#1", "/pm close-anyway moved to the platform backlog");
    await stage.settled();

    expect(stage.issue(1).state).toBe("closed");
    expect(stage.issue(1).comments[0]?.body).toContain("moved to the platform backlog");
  });

  it("is content once the actions are settled", async () => {
    await withOpenAction("enforce");
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm action done 1");
    await stage.settled();

    await close("wendy");

    expect(stage.issue(1).state).toBe("closed");
    expect(guardComments()).toEqual([]);
  });

  it('lets "not planned" stand and says what stays open', async () => {
    await withOpenAction("enforce");

    await close("wendy", "not_planned");

    expect(stage.issue(1).state).toBe("closed");
    expect(guardComments().join()).toContain("stay in the digest");
  });

  it("only warns where it is to warn, and keeps out where it is off", async () => {
    await withOpenAction("warn");
    await close("wendy");
    expect(stage.issue(1).state).toBe("closed");
    expect(guardComments()).toHaveLength(1);
    await stage.close();

    await withOpenAction("off");
    await close("wendy");
    expect(stage.issue(1).state).toBe("closed");
    expect(guardComments()).toEqual([]);
  });

  it("brings a reopened postmortem back to its stage", async () => {
    await withOpenAction("off");
    await close("wendy");
    expect(stage.issue(1).labels).toContain("stage/closed");

    stage.sandbox.as("wendy").reopen("acme/shop#1");
    await stage.settled();

    expect(stage.issue(1).labels).toContain("stage/draft");
  });
});
