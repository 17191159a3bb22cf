import { readFileSync } from "node:fs";

import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { permissionTable, routesInSource, rowsFrom, rowsOf } from "../../scripts/permissions.ts";
import { startClock } from "../../src/sandbox/clock.ts";
import { issueRoutes } from "../../src/sandbox/routes/issue-routes.ts";
import { repositoryRoutes } from "../../src/sandbox/routes/repository-routes.ts";
import { createWorld } from "../../src/sandbox/world.ts";
import { tick } from "../../src/schedule/tick.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const ROOT = new URL("../../", import.meta.url);
const START = "2026-11-04T10:00:00Z";
const DAY_MS = 86_400_000;

interface Row {
  readonly route: string;
  readonly permission: string;
  readonly access: "read" | "write" | "none";
  readonly insteadOf?: string;
}

const TABLE = JSON.parse(readFileSync(new URL("src/github/permissions.json", ROOT), "utf8")) as {
  operations: Record<string, Row>;
};
const APP = parse(readFileSync(new URL("app.yml", ROOT), "utf8")) as {
  default_permissions: Record<string, "read" | "write">;
  default_events: string[];
  single_file_name: string;
};

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

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

/** Whether GitHub's description of its API lets a token of an installation make the request. */
function isForInstallations(path: string, method: string): boolean | undefined {
  const url = new URL(import.meta.resolve("@octokit/openapi/generated/api.github.com.json"));
  const { paths } = JSON.parse(readFileSync(url, "utf8")) as {
    paths: Record<string, Record<string, { "x-github": { enabledForGitHubApps: boolean } }>>;
  };
  return paths[path]?.[method]?.["x-github"].enabledForGitHubApps;
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

describe("GitHub's table of permissions", () => {
  const operations = Object.values(TABLE.operations);
  const own = operations.filter(({ permission }) => permission !== "app" && permission !== "none");

  it("was asked for every request in the source, and the answer is what is written down", () => {
    expect(JSON.parse(permissionTable())).toEqual(TABLE);
  });

  it("has a row for each request that takes a permission, with just the access that is written down", () => {
    for (const { route, permission, access, insteadOf } of own) {
      const rows = rowsOf(route).map((row) => `${row.permission}: ${row.access}`);
      expect(rows, route).toContain(`${insteadOf ?? permission}: ${access}`);
    }
    expect(own.filter(({ insteadOf }) => insteadOf !== undefined).map(({ permission }) => permission)).toEqual([
      "single_file",
    ]);
    console.log(`${own.length} of ${operations.length} kinds of request take a permission and stand in GitHub's table`);
  });

  it("has none for what the app asks in its own name, and for the list of an installation's repositories", () => {
    const others = operations.filter((row) => !own.includes(row));

    expect(others.filter(({ route }) => rowsOf(route).length > 0)).toEqual([]);
    expect(others.filter(({ route }) => !/ \/app(?:\/|$)/u.test(route)).map(({ route }) => route)).toEqual([
      "GET /installation/repositories",
    ]);
    expect(isForInstallations("/installation/repositories", "get")).toBe(true);
    expect(isForInstallations("/app/hook/deliveries", "get")).toBe(false);
  });

  it("says the same in GitHub's newest version of the API", () => {
    for (const route of routesInSource()) expect(rowsOf(route, "2026-03-10"), route).toEqual(rowsOf(route));
  });

  it("stops a request that has no row", () => {
    const milestones = "GET /repos/{owner}/{repo}/milestones";

    expect(() => permissionTable([...routesInSource(), milestones])).toThrow(
      `${milestones} takes a permission that is`,
    );
  });

  it("is read in GitHub's own form: rows for installations, each once", () => {
    const row = { verb: "get", requestPath: "/a", access: "read", "additional-permissions": false };
    const file = {
      issues: { title: "Issues", permissions: [{ ...row, "server-to-server": true }] },
      pull_requests: { permissions: [{ ...row, "server-to-server": true, "additional-permissions": true }] },
      members: { permissions: [{ ...row, "server-to-server": false }] },
    };
    file.issues.permissions.push({ ...row, "server-to-server": true });

    expect(rowsFrom(file, ["GET /a"])).toEqual([
      { verb: "get", requestPath: "/a", permission: "issues", access: "read", additionalPermissions: false },
      { verb: "get", requestPath: "/a", permission: "pull_requests", access: "read", additionalPermissions: true },
    ]);
    expect(rowsFrom(file, ["POST /a"])).toEqual([]);
  });

  it("asks together for just what app.yml asks for", () => {
    const most = new Map<string, string>();
    for (const { permission, access } of own) if (most.get(permission) !== "write") most.set(permission, access);

    expect(Object.fromEntries(most)).toEqual(APP.default_permissions);
  });

  it("is what the sandbox goes by, which also opens a single file", () => {
    const keys = { privateKey: "", publicKey: "" };
    const identity = { appSlug: "a", authClock: "sandbox", webhookSecret: "", keys } as const;
    const world = createWorld({ clock: startClock(START), seed: 1, ...identity });
    const routes = [...issueRoutes(world), ...repositoryRoutes(world)];
    const known = routes.flatMap(({ id, needs }) => {
      const row = TABLE.operations[id];
      return row === undefined ? [] : [{ row, needs: needs ?? [{ permission: "metadata", level: "read" }] }];
    });

    for (const { row, needs } of known) {
      const alternatives = rowsOf(row.route).map(({ permission, access }) => `${permission}: ${access}`);
      const smaller = row.insteadOf === undefined ? [] : [`${row.permission}: ${row.access}`];
      const asked = needs.map(({ permission, level }) => `${permission}: ${level}`);
      expect(asked.toSorted(), row.route).toEqual([...alternatives, ...smaller].toSorted());
    }
    // The members of a team are looked at in the organization's own place.
    expect(known).toHaveLength(own.length - 1);
  });
});

describe("permissions", () => {
  it("of app.yml allow every request of the main stories, and every request in the source", async () => {
    expect(await stories(APP.default_permissions)).toEqual(ALL_WELL);

    const sent = stage?.sandbox.requests({ actor: /^app/u }) ?? [];
    const made = new Set(sent.map(({ operationId }) => operationId ?? "unknown"));
    const held = APP.default_permissions;
    const allows = ({ permission, access }: Row): boolean =>
      access === "none" || held[permission] === "write" || held[permission] === access;
    console.log(
      `${made.size} kinds of request made, ${Object.keys(TABLE.operations).length} in the source, all allowed`,
    );
    expect([...made].filter((id) => TABLE.operations[id] === undefined)).toEqual([]);
    expect(Object.entries(TABLE.operations).filter(([, row]) => !allows(row))).toEqual([]);
    expect(made.size).toBeGreaterThan(12);
    expect(sent.filter(({ status }) => status === 403)).toEqual([]);
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
