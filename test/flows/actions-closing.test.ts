import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

async function begin(): Promise<void> {
  stage = await startStage({
    build: (sandbox) => {
      smallWorld(sandbox);
      for (const login of ["github-project-automation[bot]", "stale[bot]"]) {
        sandbox.addUser(login);
        sandbox.setRole("acme/shop", login, "write");
      }
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

function guardComments(): number {
  return stage.issue(1).comments.filter(({ body }) => body.includes("slot=close-guard")).length;
}

describe("closing with actions open", () => {
  it("by a merged pull request that says Fixes: reopened, with one list", async () => {
    await begin();
    const wendy = stage.sandbox.as("wendy");
    const { number } = wendy.createPull("acme/shop", {
      title: "Pin it",
      body: "Fixes #1",
      files: { Dockerfile: "FROM x@sha256:1\n" },
    });

    wendy.mergePull(`acme/shop#${number}`);
    await stage.settled();

    expect(stage.issue(1).state).toBe("open");
    expect(guardComments()).toBe(1);
  });

  it.each(["github-project-automation[bot]", "stale[bot]"])(
    "by %s, again and again: two reopenings, then it stands",
    async (bot) => {
      await begin();
      stage.newRequests();

      let closings = 0;
      for (; closings < 20 && stage.issue(1).state === "open"; closings += 1) {
        stage.sandbox.as(bot).close("acme/shop#1");
        await stage.settled();
      }

      expect(closings).toBe(3);
      expect(stage.issue(1).state).toBe("closed");
      expect(guardComments()).toBe(1);
      const writes = stage.newRequests().filter((request) => !request.startsWith("GET"));
      expect(writes.length).toBeLessThanOrEqual(12);
      console.log(`${bot} closed ${closings} times: ${writes.length} writes of the app`);
    },
  );

  it("is no matter once the action has an issue of its own", async () => {
    await begin();
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm track 1");
    await stage.settled();

    stage.sandbox.as("wendy").close("acme/shop#1");
    await stage.settled();

    expect(stage.issue(1).state).toBe("closed");
    expect(guardComments()).toBe(0);
  });
});
