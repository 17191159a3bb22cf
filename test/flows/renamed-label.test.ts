import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

/** Two postmortems, the second of them the latest. */
async function begin(config = TEAM_CONFIG): Promise<void> {
  stage = await startStage({
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", config);
    },
  });
  for (const title of ["DNS was slow", "Ingress was slow"]) await incident(title, "postmortem");
  stage.newRequests();
}

async function incident(title: string, label: string): Promise<number> {
  const { number } = stage.sandbox.as("wendy").createIssue("acme/shop", { title, body: "Slow.\n" });
  stage.sandbox.as("wendy").label(`acme/shop#${number}`, label);
  await stage.settled();
  return number;
}

async function rename(from: string, to: string): Promise<void> {
  stage.sandbox.repository("acme/shop").editLabel(from, { name: to });
  await stage.settled();
}

function said(number: number): string[] {
  return stage
    .issue(number)
    .comments.map(({ body }) => body)
    .filter((body) => body.includes("slot=label."));
}

describe("the label that starts postmortems", () => {
  it("is followed to its new name, and the latest postmortem is told once what to write", async () => {
    await begin();

    await rename("postmortem", "incident review");

    expect(said(1)).toEqual([]);
    expect(said(2)).toHaveLength(1);
    expect(said(2)[0]).toContain('label: "incident review"');

    const third = await incident("Cache was slow", "incident review");
    expect(stage.issue(third).body).toContain("## Impact");
    expect(stage.issue(third).labels).not.toContain("postmortem");
    stage.sandbox.as("wendy").unlabel("acme/shop#1", "incident review");
    await stage.settled();
    expect(stage.issue(1).comments[0]?.body).toContain("Postmortem: stopped");

    await stage.restart();
    const fourth = await incident("Queue was slow", "incident review");
    expect(stage.issue(fourth).body).toContain("## Impact");
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it("is what the configuration says once that names another, and itself again when it is renamed back", async () => {
    await begin();
    await rename("postmortem", "incident");
    await rename("incident", "review");
    await rename("review", "postmortem");
    const third = await incident("Cache was slow", "postmortem");
    expect(stage.issue(third).body).toContain("## Impact");

    await rename("postmortem", "incident");
    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", `${TEAM_CONFIG}label: outage\n`);
    await stage.later(600_000);
    const fourth = await incident("Queue was slow", "outage");
    expect(stage.issue(fourth).body).toContain("## Impact");
    const fifth = await incident("Disk was slow", "incident");
    expect(stage.issue(fifth).body).not.toContain("## Impact");
    expect(said(2)).toHaveLength(1);
  });

  it("is missed when it was deleted: said once, and a command still starts", async () => {
    await begin();

    stage.sandbox.repository("acme/shop").deleteLabel("postmortem");
    await stage.settled();

    expect(said(2)).toHaveLength(1);
    expect(said(2)[0]).toContain("was deleted");
    const { number } = stage.sandbox.as("wendy").createIssue("acme/shop", { title: "Cache was slow", body: "Slow.\n" });
    stage.sandbox.as("wendy").comment(`acme/shop#${number}`, "/pm start");
    await stage.settled();
    expect(stage.issue(number).labels).toContain("postmortem");
  });

  it("costs no request when it is another one that is renamed or deleted", async () => {
    await begin();
    stage.sandbox.repository("acme/shop").deleteLabel("bug");
    await stage.settled();
    stage.sandbox.addRepository("acme/quiet", { visibility: "public" });
    stage.sandbox.repository("acme/quiet").editLabel("question", { name: "ask" });
    await stage.settled();

    expect(stage.newRequests()).toEqual([]);
  });
});
