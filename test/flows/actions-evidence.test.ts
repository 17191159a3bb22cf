import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

/** acme/shop#1 is a merged pull request, #2 one that was closed, #3 a completed issue, #4 one that is not planned. */
async function begin({ granted = false } = {}): Promise<void> {
  const permissions = { issues: "write", metadata: "read", members: "read", single_file: "read", checks: "write" };
  stage = await startStage({
    ...(granted
      ? { sandbox: { permissions: { ...permissions, pull_requests: "read" } } }
      : { sandbox: { permissions } }),
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.addRepository("acme/vault", { visibility: "private" });
      sandbox.setRole("acme/vault", "wendy", "write");
    },
  });
  const wendy = stage.sandbox.as("wendy");
  for (const title of ["Merged", "Closed"])
    wendy.createPull("acme/shop", { title, body: "", files: { [title]: "x\n" } });
  wendy.mergePull("acme/shop#1");
  wendy.close("acme/shop#2");
  for (const title of ["Completed", "Not planned"]) wendy.createIssue("acme/shop", { title });
  wendy.close("acme/shop#3", "completed");
  wendy.close("acme/shop#4", "not_planned");
  wendy.createIssue("acme/vault", { title: "Secret" });
  wendy.close("acme/vault#1", "completed");
  await stage.settled();
}

async function postmortem(lines: string[]): Promise<number> {
  const wendy = stage.sandbox.as("wendy");
  const body = `## Preventive actions\n\n${lines.join("\n")}\n`;
  const { number } = wendy.createIssue("acme/shop", { title: "Broken image", body });
  wendy.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
  return number;
}

async function refreshed(number: number): Promise<string[]> {
  const wendy = stage.sandbox.as("wendy");
  wendy.editIssue(`acme/shop#${number}`, { body: `${stage.issue(number).body}\n` });
  await stage.settled();
  await stage.later(60_000);
  const status = stage.issue(number).comments.find(({ body }) => body.includes("slot=status"))?.body ?? "";
  return status
    .split("\n")
    .flatMap((line) => /^\| \d+ \|.*\| (?<state>[^|]+) \|$/u.exec(line)?.groups?.["state"] ?? []);
}

describe("the evidence of a ticked action", () => {
  it("is a merged pull request or a completed issue in its line, or a link given by hand; nothing else", async () => {
    await begin();
    const number = await postmortem([
      "- [x] Pin the base image #1",
      "- [x] Rotate the base image #2",
      "- [x] Alert on pull errors #3",
      "- [x] Mirror the registry #4",
      "- [x] Sign the images acme/vault#1",
      "- [x] Scan the images",
      "- [x] Write the runbook",
      "- [ ] Rehearse it #1",
    ]);
    stage.sandbox.as("wendy").comment(`acme/shop#${number}`, "/pm action done 7 https://example.com/runbook");
    await stage.settled();

    expect(await refreshed(number)).toEqual([
      "delivered: `acme/shop#1`",
      "ticked, no evidence",
      "delivered: `acme/shop#3`",
      "ticked, no evidence",
      "ticked, no evidence",
      "ticked, no evidence",
      "delivered: `https://example.com/runbook`",
      "open",
    ]);
  });

  it("is looked up once: what was found is not asked for again", async () => {
    await begin();
    const number = await postmortem(["- [x] Pin the base image #1"]);
    await refreshed(number);
    stage.newRequests();

    await refreshed(number);

    expect(stage.newRequests().filter((request) => request.includes("/issues/1 "))).toEqual([]);
  });

  it("is a pull request that names the action, where the app hears of merges", async () => {
    await begin({ granted: true });
    const number = await postmortem(["- [ ] Pin the base image", "- [ ] Mirror the registry"]);
    const wendy = stage.sandbox.as("wendy");
    const pull = wendy.createPull("acme/shop", {
      title: "Mirror it",
      body: `Delivers #${number} action 2.`,
      files: { m: "x\n" },
    });
    await stage.settled();

    wendy.mergePull(`acme/shop#${pull.number}`);
    await stage.settled();

    expect(stage.issue(number).body).toContain("- [ ] Pin the base image\n- [x] Mirror the registry");
    expect((await refreshed(number))[1]).toMatch(
      new RegExp(`^delivered: \`acme/shop#${pull.number} \\([0-9a-f]{7}\\)\`$`, "u"),
    );
  });

  it("is looked up at once when a linked pull request is merged, where the app hears of merges", async () => {
    await begin({ granted: true });
    const wendy = stage.sandbox.as("wendy");
    const pull = wendy.createPull("acme/shop", { title: "Pin it", body: "", files: { p: "x\n" } });
    const number = await postmortem([`- [x] Pin the base image #${pull.number}`]);

    wendy.mergePull(`acme/shop#${pull.number}`);
    await stage.settled();

    const status = stage.issue(number).comments[0]?.body ?? "";
    expect(status).toContain(`delivered: \`acme/shop#${pull.number}\``);
  });
});
