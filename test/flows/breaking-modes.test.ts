import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const DAY_MS = 86_400_000;
const START = "2026-11-04T10:00:00Z";
let stage: Stage;
afterEach(async () => stage.close());

async function begin(config: string): Promise<void> {
  stage = await startStage({
    sandbox: { clock: START },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", `${TEAM_CONFIG}${config}`);
    },
  });
}

function writes(): string[] {
  return stage.newRequests().filter((line) => !line.startsWith("GET") && !line.includes("/access_tokens"));
}

async function label(): Promise<void> {
  const body = "## Preventive actions\n\n- [ ] Alert on it @ana (due 2026-11-09)\n";
  stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body });
  stage.sandbox.as("wendy").label("acme/shop#1", "postmortem");
  await stage.settled();
}

async function sixDays(): Promise<void> {
  for (let day = 0; day < 14; day += 1) await stage.pass(DAY_MS / 2);
}

describe("modes", () => {
  it("writes nothing at all in a dry run, whatever is asked and whatever comes due", async () => {
    await begin("mode: dry-run\n");
    await label();
    const wendy = stage.sandbox.as("wendy");
    wendy.comment("acme/shop#1", "/pm start\n/pm digest\n/pm nonsense");
    stage.sandbox.as("rita").comment("acme/shop#1", "/pm severity 1");
    wendy.close("acme/shop#1");
    await stage.settled();
    await sixDays();

    expect(writes()).toEqual([]);
  });

  it("stops writing when a repository that was active becomes a dry run", async () => {
    await begin("");
    await label();
    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", `${TEAM_CONFIG}mode: dry-run\n`);
    await stage.pass(600_000);
    writes();
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm status");
    stage.sandbox.as("wendy").close("acme/shop#1");
    await stage.settled();
    await sixDays();

    expect(writes()).toEqual([]);
  });

  it("writes labels and the status comment only when it is quiet", async () => {
    await begin("mode: quiet\n");
    await label();
    await sixDays();

    const wrote = new Set(writes().map((line) => line.replaceAll(/\d{2,}/gu, "N")));
    expect([...wrote].toSorted()).toEqual([
      "POST /repos/acme/shop/issues/1/comments N",
      "POST /repos/acme/shop/issues/1/labels N",
      "POST /repos/acme/shop/labels N",
    ]);
    expect(stage.issue(1).assignees).toEqual([]);
    expect(stage.issue(1).comments).toHaveLength(1);
    expect(stage.issue(1).comments[0]?.body).not.toContain("| platform |");
  });

  it("finds its one comment again in quiet mode when the store was lost", async () => {
    await begin("mode: quiet\n");
    await label();
    await stage.restart({ emptyStore: true });
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm status");
    await stage.settled();

    expect(stage.issue(1).comments.filter(({ body }) => body?.includes("slot=status"))).toHaveLength(1);
  });

  it("knows the time on the Chatham islands", async () => {
    await begin('digest: { day: monday, time: "09:00", timezone: Pacific/Chatham }\n');
    await label();
    await sixDays();

    expect(stage.issue(2).title).toContain("2026-W46");
    expect(stage.issue(2).labels).toEqual(["postmortem-digest"]);
  });
});
