import { afterEach, describe, expect, it } from "vitest";

import { Postmortem } from "../../src/domain/postmortem.ts";
import { type Stage, startStage } from "../support/running-app.ts";

const AT = "acme/shop#1";
const BODY = "Slow.\n\n## Preventive actions\n\n- [ ] Alert on snapshot age @ana\n";

let stage: Stage;
afterEach(async () => stage.close());

/** A postmortem that the store knows nothing of any more. */
async function forgotten(before: () => void = () => undefined): Promise<void> {
  stage = await startStage();
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body: BODY });
  stage.sandbox.as("wendy").label(AT, "postmortem");
  await stage.settled();
  before();
  await stage.settled();
  await stage.restart({ emptyStore: true });
  stage.newRequests();
}

async function rows(): Promise<Postmortem[]> {
  const found = await stage.app.database.across.selectFrom("postmortems").select("state").execute();
  return found.map(({ state }) => Postmortem.parse(JSON.parse(state)));
}

function seats({ team }: Postmortem): string[] {
  return team.map(({ function: name, login }) => `${name} ${login ?? ""}`);
}

describe("with a lost store", () => {
  it("a close with open actions is still guarded", async () => {
    await forgotten();

    stage.sandbox.as("wendy").close(AT);
    await stage.settled();

    expect(stage.issue(1).state).toBe("open");
    const [row] = await rows();
    expect(row?.guarded).toBe(1);
    expect(seats(row ?? Postmortem.parse({}))).toHaveLength(3);
    expect(stage.issue(1).comments.filter(({ body }) => body.includes("slot=status"))).toHaveLength(1);
  });

  it("a reopened postmortem is open again", async () => {
    await forgotten(() => stage.sandbox.as("wendy").close(AT, "not_planned"));
    expect(stage.issue(1).labels).toContain("stage/closed");

    stage.sandbox.as("wendy").reopen(AT);
    await stage.settled();

    expect(stage.issue(1).labels).toContain("stage/draft");
    expect((await rows())[0]).toMatchObject({ issueState: "open", stage: "draft" });
  });

  it("a person's assignment is still final", async () => {
    await forgotten();

    stage.sandbox.as("wendy").assign(AT, "wendy");
    await stage.settled();

    expect((await rows())[0]?.handsOff).toBe(true);
  });

  it("taking the label off still ends the care", async () => {
    await forgotten();

    stage.sandbox.as("wendy").unlabel(AT, "postmortem");
    await stage.settled();

    expect(stage.issue(1).comments[0]?.body).toContain("Postmortem: stopped");
    expect(await rows()).toEqual([]);
  });

  it("is rebuilt by an event that changes nothing else", async () => {
    await forgotten();

    stage.sandbox.as("wendy").unlabel(AT, "priority/high");
    await stage.settled();

    expect(await rows()).toHaveLength(1);
  });

  it("events of issues that are none of ours ask GitHub for nothing", async () => {
    await forgotten(() => stage.sandbox.as("wendy").comment(AT, "/pm stop"));
    const wendy = stage.sandbox.as("wendy");
    wendy.createIssue("acme/shop", { title: "A bug", body: "It is.", labels: ["bug"] });
    await stage.settled();
    stage.newRequests();

    for (const act of [
      () => wendy.assign("acme/shop#2", "ana"),
      () => wendy.unassign("acme/shop#2", "ana"),
      () => wendy.unlabel("acme/shop#2", "bug"),
      () => wendy.close("acme/shop#2"),
      () => wendy.reopen("acme/shop#2"),
    ])
      act();
    await stage.settled();
    expect(stage.newRequests()).toEqual([]);

    // One that was stopped shows our block: the configuration says whether its labels mean something, and no more is read.
    wendy.close(AT);
    wendy.reopen(AT);
    await stage.settled();
    expect(stage.newRequests().filter((line) => !line.includes("/contents/") && !line.includes("_tokens"))).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});
