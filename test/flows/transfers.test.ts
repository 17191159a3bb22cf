import { afterEach, describe, expect, it } from "vitest";

import { Postmortem } from "../../src/domain/postmortem.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const BODY = "Slow.\n\n## Preventive actions\n\n- [ ] Alert on snapshot age @ana\n";

let stage: Stage;
afterEach(async () => stage.close());

/** An attic with one issue in it, whose first label is there or not. */
async function begin({ labelled = true }: { labelled?: boolean } = {}): Promise<void> {
  stage = await startStage({
    logLevel: "fatal",
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.addRepository("acme/attic", { visibility: "public" });
      sandbox.putFile("acme/attic", ".github/postmortem.yml", TEAM_CONFIG);
      sandbox.setRole("acme/attic", "wendy", "maintain");
      sandbox.setRole("acme/attic", "mia", "admin");
      if (labelled) sandbox.repository("acme/attic").createLabel("postmortem");
    },
  });
  stage.sandbox.as("mia").createIssue("acme/attic", { title: "The first here", body: "" });
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body: BODY });
  stage.sandbox.as("wendy").label("acme/shop#1", "postmortem");
  await stage.settled();
  stage.sandbox.as("wendy").comment("acme/shop#1", "/pm severity 1\n/pm review");
  await stage.settled();
}

async function move(): Promise<void> {
  stage.sandbox.as("mia").transfer("acme/shop#1", "acme/attic");
  await stage.settled();
}

function moved() {
  return stage.issue(2, "acme/attic");
}

function statusComments(): string[] {
  return moved()
    .comments.map(({ body }) => body)
    .filter((body) => body.includes("postmortem:slot=status"));
}

async function rows(): Promise<Postmortem[]> {
  const found = await stage.app.database.across.selectFrom("postmortems").select("state").execute();
  return found.map(({ state }) => Postmortem.parse(JSON.parse(state)));
}

async function expectItGoesOn(before: Postmortem | undefined): Promise<void> {
  const [now, ...others] = await rows();
  expect(others).toEqual([]);
  expect(now?.ref).toMatchObject({ owner: "acme", repo: "attic", number: 2 });
  expect(now?.url).toContain("/acme/attic/issues/2");
  expect(now?.team).toEqual(before?.team);
  expect(now?.stage).toBe("in-review");
  expect(moved().labels.toSorted()).toEqual([
    "hotspot/dns",
    "postmortem",
    "priority/high",
    "severity/1",
    "stage/in-review",
  ]);
  expect(statusComments()).toHaveLength(1);
  expect(moved().assignees.toSorted()).toEqual(before?.team.map(({ login }) => login ?? "").toSorted());
}

describe("a postmortem that is moved to another repository", () => {
  it.each([true, false])(
    "goes on there with its team, stage and one status comment (label there: %s)",
    async (labelled) => {
      await begin({ labelled });
      const [before] = await rows();

      await move();
      await stage.later(60_000);

      await expectItGoesOn(before);
      stage.sandbox.as("wendy").comment("acme/attic#2", "/pm severity 2");
      await stage.settled();
      expect(moved().labels).toContain("severity/2");
      expect(statusComments()[0]).toContain("severity 2");
      expect(moved().body?.match(/## Impact/gu)).toHaveLength(1);
      expect(stage.sandbox.violations()).toEqual([]);
    },
  );

  it("keeps a click that its comment did not show yet", async () => {
    await begin();
    const [comment] = stage.issue(1).comments;
    const ticked = comment?.body.replace("- [ ] <!-- pm:prompt.timeline", "- [x] <!-- pm:prompt.timeline") ?? "";
    stage.sandbox.as("ana").editComment(comment?.id ?? 0, ticked);
    await stage.settled();
    const [before] = await rows();
    expect(Object.keys(before?.ticks ?? {})).toHaveLength(1);

    await move();

    expect((await rows())[0]?.ticks).toEqual(before?.ticks);
  });

  it("goes on when the store was lost meanwhile", async () => {
    await begin();
    const [before] = await rows();
    expect(before).toBeDefined();

    await stage.restart({ emptyStore: true });
    await move();

    await expectItGoesOn(before);
  });

  it("is not taken up again when its care had ended", async () => {
    await begin();
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm stop");
    await stage.settled();

    await move();

    expect(await rows()).toEqual([]);
    expect(moved().labels).not.toContain("postmortem");
  });

  it("keeps nothing here of one that went where the app is not", async () => {
    await begin();
    const [installation] = stage.sandbox.state().installations;
    stage.sandbox.changeInstallation(installation?.id ?? 0, { remove: ["acme/attic"] });
    await stage.settled();

    await move();

    expect(await rows()).toEqual([]);
    expect(moved().comments.filter(({ body }) => body.includes("slot=status"))).toHaveLength(1);
  });
});

describe("an issue that tracks an action", () => {
  it("is followed to another repository, and no more when it is deleted", async () => {
    await begin();
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm track 1");
    await stage.settled();
    stage.sandbox.as("mia").transfer("acme/shop#2", "acme/attic");
    await stage.settled();
    expect((await rows())[0]?.actions[0]?.trackedBy).toBe("acme/attic#2");

    stage.sandbox.as("wendy").close("acme/attic#2", "completed");
    await stage.settled();
    expect(stage.issue(1).body).toContain("- [x] Alert");

    stage.sandbox.as("mia").deleteIssue("acme/attic#2");
    await stage.settled();
    await stage.later(60_000);
    expect((await rows())[0]?.actions[0]).not.toHaveProperty("trackedBy");
  });
});
