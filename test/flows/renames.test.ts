import { afterEach, describe, expect, it } from "vitest";

import { Postmortem } from "../../src/domain/postmortem.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const AT = "acme/shop#1";
const BODY = "## Preventive actions\n\n- [ ] Alert on snapshot age @ana\n- [ ] Rehearse the restore @ben\n";
const CONFIG = `${TEAM_CONFIG}digest: { repository: acme/shop }\n`;

let stage: Stage;
afterEach(async () => stage.close());

async function begin(): Promise<void> {
  stage = await startStage({
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", CONFIG);
      sandbox.addRepository("acme/infra", { visibility: "public" });
      sandbox.setRole("acme/infra", "wendy", "write");
    },
  });
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "etcd snapshots too old", body: BODY });
  stage.sandbox.as("wendy").label(AT, "postmortem");
  await stage.settled();
}

async function say(who: string, text: string, at = AT): Promise<void> {
  stage.sandbox.as(who).comment(at, text);
  await stage.settled();
}

function line(n: number, repository = "acme/shop"): string {
  return (stage.issue(1, repository).body ?? "").split("\n")[n + 1] ?? "";
}

async function stored(): Promise<Postmortem | undefined> {
  const [row] = await stage.app.database.across.selectFrom("postmortems").select("state").execute();
  return row === undefined ? undefined : Postmortem.parse(JSON.parse(row.state));
}

function digests(repository: string): number {
  const found = stage.sandbox.state().repositories.find(({ name }) => name === repository);
  return (found?.issues ?? []).filter(({ labels }) => labels.includes("postmortem-digest")).length;
}

describe("an owner with another name", () => {
  it("takes everything along that is named after them", async () => {
    await begin();
    await say("wendy", "/pm track 1 acme/infra");
    await say("mia", "/pm digest");
    expect(digests("acme/shop")).toBe(1);

    stage.sandbox.renameAccount("acme", "acme-corp");
    await stage.settled();

    const { across } = stage.app.database;
    const now = await stored();
    expect(now?.ref).toMatchObject({ owner: "acme-corp", repo: "shop" });
    expect(now?.url).toContain("/acme-corp/shop/issues/1");
    expect(now?.actions[0]?.trackedBy).toBe("acme-corp/infra#1");
    expect(await across.selectFrom("tenants").select("account").execute()).toEqual([{ account: "acme-corp" }]);
    expect(await across.selectFrom("repositories").select("owner").execute()).toEqual([{ owner: "acme-corp" }]);
    expect(stage.newRequests().filter((request) => request.includes("/repos/acme-corp/"))).toEqual([]);

    await say("mia", "/pm digest", "acme-corp/shop#1");
    expect(digests("acme-corp/shop")).toBe(1);
    stage.sandbox.as("wendy").close("acme-corp/infra#1", "completed");
    await stage.settled();
    expect(line(1, "acme-corp/shop")).toMatch(/^- \[x\] Alert/u);
  });

  it("is followed by the next event when the news of it was lost", async () => {
    await begin();
    await stage.whileStopped(async () => {
      stage.sandbox.renameAccount("acme", "acme-corp");
      await stage.sandbox.idle();
    });

    await say("wendy", "/pm severity 1", "acme-corp/shop#1");

    expect((await stored())?.ref.owner).toBe("acme-corp");
    expect(stage.issue(1, "acme-corp/shop").labels).toContain("severity/1");
  });
});

describe("a repository with another name", () => {
  it("goes on closing the action that an issue of it tracks", async () => {
    await begin();
    await say("wendy", "/pm track 1 acme/infra");
    stage.sandbox.repository("acme/infra").rename("platform");
    await stage.settled();
    expect((await stored())?.actions[0]?.trackedBy).toBe("acme/platform#1");

    stage.sandbox.as("wendy").close("acme/platform#1", "completed");
    await stage.settled();
    await stage.later(60_000);

    expect(line(1)).toMatch(/^- \[x\] Alert/u);
    expect(stage.issue(1).comments[0]?.body).toContain("delivered: `acme/platform#1`");
  });

  it("is known by its id when the news was lost and another repository has its old name", async () => {
    await begin();
    await say("wendy", "/pm track 1 acme/infra");
    await stage.whileStopped(async () => {
      stage.sandbox.repository("acme/infra").rename("platform");
      await stage.sandbox.idle();
    });
    stage.sandbox.addRepository("acme/infra", { visibility: "public" });
    stage.sandbox.setRole("acme/infra", "wendy", "write");
    stage.sandbox.as("wendy").createIssue("acme/infra", { title: "Another first" });
    stage.sandbox.as("wendy").close("acme/infra#1", "completed");
    await stage.settled();
    expect(line(1)).toMatch(/^- \[ \] Alert/u);

    stage.sandbox.as("wendy").close("acme/platform#1", "completed");
    await stage.settled();
    expect(line(1)).toMatch(/^- \[x\] Alert/u);
    await stage.later(60_000);
    expect((await stored())?.actions[0]?.trackedBy).toBe("acme/platform#1");
  });
});
