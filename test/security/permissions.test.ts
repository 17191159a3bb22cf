import { readFileSync } from "node:fs";

import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { permissionTable } from "../../scripts/permissions.ts";
import { tick } from "../../src/schedule/tick.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const ROOT = new URL("../../", import.meta.url);
const START = "2026-11-04T10:00:00Z";
const DAY_MS = 86_400_000;

interface Row {
  readonly permission: string;
  readonly access: "read" | "write" | "none";
}

const TABLE = JSON.parse(readFileSync(new URL("src/github/permissions.json", ROOT), "utf8")) as {
  operations: Record<string, Row>;
};
const APP = parse(readFileSync(new URL("app.yml", ROOT), "utf8")) as {
  default_permissions: Record<string, "read" | "write">;
  default_events: string[];
  single_file_name: string;
};

let stage: Stage;
afterEach(async () => stage.close());

/** What people see of an app with these permissions after the stories of its main features. */
async function stories(permissions: Record<string, string>): Promise<Record<string, unknown>> {
  let now = Date.parse(START);
  stage = await startStage({
    logLevel: "silent",
    sandbox: { clock: START, permissions, singleFilePaths: [APP.single_file_name], printViolations: false },
    overrides: { now: () => new Date(now) },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", APP.single_file_name, `${TEAM_CONFIG}digest: { day: monday, time: "09:00" }\n`);
    },
  });
  const { sandbox } = stage;
  const wendy = sandbox.as("wendy");
  const body =
    "Slow.\n\n## Preventive actions\n\n- [ ] Alert on memory @ana due 2026-11-05\n- [ ] Mirror the registry @ben\n";
  wendy.createIssue("acme/shop", { title: "CoreDNS out of memory", body });
  wendy.label("acme/shop#1", "postmortem");
  await stage.settled();
  wendy.comment("acme/shop#1", "/pm severity 2\n/pm category dns\n/pm track 1");
  await stage.settled();
  const pull = wendy.createPull("acme/shop", { title: "Mirror", body: "Delivers #1 action 2.", files: { m: "x\n" } });
  await stage.settled();
  wendy.mergePull(`acme/shop#${pull.number}`);
  await stage.settled();
  for (let day = 0; day < 7; day += 1) {
    now += DAY_MS;
    sandbox.clock.advance(DAY_MS);
    await tick({ database: stage.app.database, now: new Date(now).toISOString() });
    await stage.settled();
  }
  const issue = stage.issue(1);
  const others = sandbox.state().repositories[0]?.issues ?? [];
  return {
    hasStatus: issue.comments.some(({ author }) => author === "postmortem[bot]"),
    hasConfiguredTeam: issue.assignees.some((login) => ["ana", "ben", "cleo"].includes(login)),
    hasTeamOfOrganization: issue.assignees.some((login) => ["dora", "eve", "finn"].includes(login)),
    tookCommand: issue.labels.includes("severity/2"),
    isTracked: others.some(({ title }) => title.includes("Alert on memory")),
    isDelivered: (issue.body ?? "").includes("- [x] Mirror the registry"),
    digests: others.filter(({ labels }) => labels.includes("postmortem-digest")).length,
  };
}

const ALL_WELL = {
  hasStatus: true,
  hasConfiguredTeam: true,
  hasTeamOfOrganization: true,
  tookCommand: true,
  isTracked: true,
  /** Noticing merges at once is an extra, for which `pull_requests` is added by hand. */
  isDelivered: false,
  digests: 1,
};

describe("permissions", () => {
  it("are known for every request in the source", async () => {
    stage = await startStage();

    expect(JSON.parse(permissionTable())).toEqual(TABLE);
  });

  it("of app.yml allow every request of the main stories, and every request in the source", async () => {
    expect(await stories(APP.default_permissions)).toEqual(ALL_WELL);

    const made = new Set(stage.sandbox.requests({ actor: /^app/u }).map(({ operationId }) => operationId ?? "unknown"));
    const held = APP.default_permissions;
    const allows = ({ permission, access }: Row): boolean =>
      permission === "app" || held[permission] === "write" || held[permission] === access;
    console.log(
      `${made.size} kinds of request made, ${Object.keys(TABLE.operations).length} in the source, all allowed`,
    );
    expect([...made].filter((id) => TABLE.operations[id] === undefined)).toEqual([]);
    expect(Object.entries(TABLE.operations).filter(([, row]) => !allows(row))).toEqual([]);
    expect(made.size).toBeGreaterThan(12);
    expect(stage.sandbox.requests({ actor: /^app/u, status: 403 })).toEqual([]);
  });

  it.each(Object.keys(APP.default_permissions))("%s is needed: without it a story ends otherwise", async (name) => {
    const { [name]: _, ...rest } = APP.default_permissions;

    const outcome = await stories(rest);

    const missing = Object.keys(ALL_WELL).filter((key) => outcome[key] !== ALL_WELL[key as keyof typeof ALL_WELL]);
    console.log(`without ${name}: ${missing.join(", ")}`);
    expect(missing).not.toEqual([]);
  });

  it("beyond it, to read pull requests, are for noticing merges and nothing else", async () => {
    const outcome = await stories({ ...APP.default_permissions, pull_requests: "read" });

    expect(outcome).toEqual({ ...ALL_WELL, isDelivered: true });
  });

  it("to write are needed where they are asked for", async () => {
    const outcome = await stories({ ...APP.default_permissions, issues: "read" });

    expect(outcome["hasStatus"]).toBe(false);
  });
});
