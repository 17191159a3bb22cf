import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createHandle } from "../../src/handling.ts";
import { blocksOf } from "../../src/notify/slack-blocks.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { tick } from "../../src/schedule/tick.ts";
import { createLog } from "../../src/server/log.ts";
import { type RunningApp, startApp } from "../../src/server/start.ts";
import { envFor } from "../support/running-app.ts";

const DAY_MS = 86_400_000;
/** A Wednesday; digests are due on Mondays. */
const START = "2026-11-04T10:00:00Z";
const SLACK = "https://hooks.slack.com/services/T0SLACKCANARY/B0SLACKCANARY/slackcanaryslackcanary";
const NOTIFY = {
  url: "https://hooks.example.com/notifycanarynotifycanary",
  secret: `whsec_${Buffer.from("notifysecretcanarynotifysecretcanary").toString("base64")}`,
};

/** The long form has 50. */
const TENANTS = Number(process.env["CANARY_TENANTS"] ?? 3);

const RANK = { public: 0, internal: 1, private: 2 } as const;
type Visibility = keyof typeof RANK;

interface Repo {
  readonly name: string;
  readonly visibility: Visibility;
  /** In titles, bodies, actions and labels of this repository, and nowhere else. */
  readonly canary: string;
  /** In its restricted issue only. */
  readonly secret: string;
  /** The owner named a home for the digests. */
  readonly isNamed: boolean;
}

/** Letters only, so that no tokenizer takes it apart. */
function canary(prefix: string): string {
  return `${prefix}${[...randomBytes(10)].map((byte) => String.fromCodePoint(97 + (byte % 26))).join("")}`;
}

interface Tenant {
  readonly visibilities: readonly Visibility[];
  readonly isNamed: boolean;
}

function tenants(): Record<string, Tenant> {
  const few: Record<string, Tenant> = {
    acme: {
      visibilities: ["public", "public", "internal", "internal", "private", "private", "private"],
      isNamed: false,
    },
    globex: { visibilities: ["private", "private", "public", "internal"], isNamed: true },
    initech: { visibilities: ["internal", "private", "public"], isNamed: false },
  };
  const more = Array.from({ length: Math.max(0, TENANTS - 3) }, (_, n): [string, Tenant] => [
    `umbrella${n}`,
    { visibilities: ["private", "internal", "public"], isNamed: n % 2 === 0 },
  ]);
  return { ...few, ...Object.fromEntries(more) };
}

function repos(): Repo[] {
  return Object.entries(tenants()).flatMap(([owner, { visibilities, isNamed }]) =>
    visibilities.map((visibility, index) => ({
      name: `${owner}/${visibility}${index}`,
      visibility,
      canary: canary("qcan"),
      secret: canary("zsec"),
      isNamed,
    })),
  );
}

const ALL = repos();

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly text: string;
}

let sandbox: Sandbox;
let app: RunningApp;
let dataDir = "";
let now = Date.parse(START);
const sent: Sent[] = [];
const told: string[] = [];
const lines: string[] = [];
const tokens = new Set<string>();
const answers: string[] = [];
const realFetch = globalThis.fetch;

/** Everything the app sends to GitHub passes here: address, body, and the token it is signed with. */
const recording: typeof fetch = async (input, init) => {
  const url = String(input instanceof Request ? input.url : input);
  if (url.startsWith(sandbox.url)) {
    const { pathname, search } = new URL(url);
    sent.push({
      method: init?.method ?? "GET",
      path: pathname,
      text: `${decodeURIComponent(pathname + search)}\n${typeof init?.body === "string" ? init.body : ""}`,
    });
    const token = new Headers(init?.headers).get("authorization")?.split(" ").at(-1);
    if (token !== undefined) tokens.add(token);
  }
  return realFetch(input, init);
};

function build(world: Sandbox): void {
  for (const login of ["ana", "ben", "tom", "mia"]) world.addUser(login);
  for (const owner of new Set(ALL.map(({ name }) => name.split("/")[0] ?? ""))) {
    world.addOrganization(owner);
    for (const repo of ALL.filter(({ name }) => name.startsWith(`${owner}/`))) {
      world.addRepository(repo.name, { visibility: repo.visibility });
      for (const login of ["ana", "ben"]) world.setRole(repo.name, login, "write");
      world.setRole(repo.name, "mia", "maintain");
      world.setRole(repo.name, "tom", "triage");
      world.putFile(repo.name, ".github/postmortem.yml", configOf(repo));
    }
    world.installApp(owner, { repositories: "all" });
  }
}

function configOf({ name, isNamed, canary: word }: Repo): string {
  const home = isNamed ? `, repository: ${name.split("/")[0]}/private0` : "";
  return [
    "team: { functions: [{ name: platform, members: [ana, ben], lead: ana }] }",
    `digest: { day: monday, time: "09:00", timezone: UTC${home} }`,
    "hotspots:",
    "  extra:",
    `    - { key: own-${word}, title: "Own ${word}", match: ["${word}"] }`,
    "",
  ].join("\n");
}

async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await sandbox.idle();
    await app.idle();
  }
}

async function pass(ms: number): Promise<void> {
  now += ms;
  sandbox.clock.advance(ms);
  await tick({ database: app.database, now: new Date(now).toISOString() });
  await settled();
}

/** An incident of a repository with its word in title, body, action, label and comments. */
function incident({ name }: Repo, word: string, labels: string[]): string {
  const tom = sandbox.as("tom");
  for (const label of labels) {
    if (label.includes(word)) sandbox.repository(name).createLabel(label);
  }
  const { number } = tom.createIssue(name, {
    title: `CoreDNS ran out of memory ${word}`,
    body: `DNS was slow: ndots and ${word}.\n\n## Preventive actions\n\n- [ ] Alert on ${word} @ana due 2026-11-06\n`,
    labels,
  });
  const at = `${name}#${number}`;
  tom.label(at, "postmortem");
  return at;
}

async function live(): Promise<void> {
  const at = new Map<string, string>();
  for (const repo of ALL) {
    at.set(repo.name, incident(repo, repo.canary, [`team ${repo.canary}`]));
    incident(repo, repo.secret, ["restricted"]);
  }
  await settled();
  for (const repo of ALL) {
    const issue = at.get(repo.name) ?? "";
    const owner = repo.name.split("/")[0];
    const others = ALL.filter(({ name }) => name.startsWith(`${owner}/`) && name !== repo.name);
    sandbox.as("mia").comment(issue, `/pm category dns\n/pm note "${repo.canary} again"\n/pm why\n/pm severity 2`);
    for (const other of others) sandbox.as("mia").comment(issue, `/pm track 1 ${other.name}`);
    sandbox.as("tom").comment(issue, `/pm ${repo.canary}\n/pm action "Test ${repo.canary}" @ben 2026-11-07`);
    sandbox.as("ana").comment(issue, `I saw ${repo.canary}`);
  }
  await settled();
  for (const repo of ALL) {
    sandbox.as("ana").close(at.get(repo.name) ?? "");
    const second = incident(repo, repo.canary, []);
    sandbox.as("mia").comment(second, "/pm category dns");
  }
  await settled();
  for (let day = 0; day < 21; day += 1) await pass(DAY_MS);
}

/** What a stranger gets to read when things go wrong. */
async function poke(): Promise<void> {
  const hook = `${app.url}/api/github/webhooks`;
  const tries: [string, RequestInit][] = [
    [hook, { method: "POST", body: "{" }],
    [hook, { method: "POST", body: "{}", headers: { "x-hub-signature-256": "sha256=00", "x-github-event": "issues" } }],
    [hook, { method: "GET" }],
    ...["/", "/healthz", "/readyz", "/metrics", "/probot", "/setup", "/nothing"].map((path): [string, RequestInit] => [
      `${app.url}${path}`,
      {},
    ]),
  ];
  for (const [url, init] of tries) {
    const response = await realFetch(url, init);
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
}

beforeAll(async () => {
  sandbox = await startSandbox({ clock: START, build });
  dataDir = mkdtempSync(join(tmpdir(), "postmortem-canary-"));
  const env = { ...envFor(sandbox, { dataDir, logLevel: "trace" }), slackWebhookUrl: SLACK, notifyWebhook: NOTIFY };
  globalThis.fetch = recording;
  app = await startApp(env, {
    log: createLog(env, { write: (line: string) => void lines.push(line) }),
    now: () => new Date(now),
    github: { limits: { pointsPerMinute: 100_000, contentPerMinute: 10_000, contentPerHour: 10_000 } },
    createHandle: async (deps) =>
      createHandle(deps, { notify: async ({ notice }) => void told.push(JSON.stringify([notice, blocksOf(notice)])) }),
  });
  sandbox.hookTo(`${app.url}/api/github/webhooks`);
  await live();
  sandbox.faults.add({ kind: "error-before", times: 3, method: "POST" });
  incident(ALL[0] as Repo, (ALL[0] as Repo).canary, []);
  await settled();
  await poke();
}, 1_800_000);

afterAll(async () => {
  globalThis.fetch = realFetch;
  await app.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function repoOf(path: string): Repo | undefined {
  const [, owner, repo] = /^\/repos\/([^/]+)\/([^/]+)/u.exec(path) ?? [];
  return ALL.find(({ name }) => name === `${owner}/${repo}`);
}

/** May the readers of `to` know what stands in `from`? */
function mayKnow(from: Repo, to: Repo | undefined): boolean {
  if (to === undefined) return false;
  if (from === to) return true;
  if (from.name.split("/")[0] !== to.name.split("/")[0]) return false;
  if (from.visibility === "private")
    return to.visibility === "private" && from.isNamed && to.name.endsWith("/private0");
  return RANK[from.visibility] <= RANK[to.visibility];
}

/** `/pm track 1 owner/repo` of somebody who may write in both: never to a wider audience, and never to another owner. */
function isCarried(from: Repo, to: Repo | undefined, text: string): boolean {
  if (to === undefined || !text.includes("postmortem:slot=track.")) return false;
  return from.name.split("/")[0] === to.name.split("/")[0] && RANK[from.visibility] <= RANK[to.visibility];
}

/** Numbers of the comments and issues whose text names the restricted word. */
function placesOf(repo: Repo): Set<string> {
  const issues = sandbox.state().repositories.find(({ name }) => name === repo.name)?.issues ?? [];
  const own = issues.filter(({ title }) => title.includes(repo.secret));
  return new Set(
    own.flatMap(({ number, comments }) => [
      `/repos/${repo.name}/issues/${number}`,
      ...comments.map(({ id }) => `/repos/${repo.name}/issues/comments/${id}`),
    ]),
  );
}

describe("words of one repository", () => {
  it("go to nobody who may not read that repository", () => {
    const leaks: string[] = [];
    let own = 0;
    let wider = 0;
    let carried = 0;
    for (const request of sent) {
      const to = repoOf(request.path);
      for (const from of ALL.filter((repo) => request.text.includes(repo.canary))) {
        if (from === to) own += 1;
        else if (mayKnow(from, to)) wider += 1;
        else if (isCarried(from, to, request.text)) carried += 1;
        else leaks.push(`${from.name} → ${request.method} ${request.path}`);
      }
    }

    console.log(
      `${ALL.length} repositories, ${sent.length} requests: ${own} with their own repository's word, ` +
        `${wider} with one that their readers may know, ${carried} carried over by a person, ${leaks.length} leaks`,
    );
    if (leaks.length > 0)
      for (const r of sent) {
        for (const f of ALL.filter((x) => r.text.includes(x.canary)))
          if (f !== repoOf(r.path) && !mayKnow(f, repoOf(r.path)))
            console.log("LEAK", f.name, r.method, r.path, r.text.slice(0, 1500));
      }
    expect(own).toBeGreaterThan(100);
    expect(wider).toBeGreaterThan(0);
    expect(leaks).toEqual([]);
  });

  it("stay on their issue when it is restricted", () => {
    const leaks: string[] = [];
    let own = 0;
    for (const repo of ALL) {
      const places = [...placesOf(repo)];
      for (const request of sent.filter(({ text }) => text.includes(repo.secret))) {
        if (places.some((place) => request.path === place || request.path.startsWith(`${place}/`))) own += 1;
        else leaks.push(`${repo.name} → ${request.method} ${request.path}`);
      }
    }

    console.log(`${ALL.length} restricted issues: ${own} requests on the issue itself, ${leaks.length} elsewhere`);
    expect(own).toBeGreaterThan(ALL.length);
    expect(leaks).toEqual([]);
  });

  it("reach Slack from public repositories only", () => {
    const named = ALL.filter(({ canary: word, secret }) =>
      told.some((text) => text.includes(word) || text.includes(secret)),
    );

    console.log(`${told.length} notices for Slack, with words of ${named.length} repositories`);
    expect(told.length).toBeGreaterThan(3);
    expect(named.filter(({ visibility }) => visibility !== "public")).toEqual([]);
    expect(told.join("\n")).not.toContain("zsec");
  });

  it("are in no line of the log, at any level", () => {
    const words = ALL.flatMap(({ canary: word, secret }) => [word, secret]);

    const hits = lines.filter((line) => words.some((word) => line.includes(word)));

    console.log(`${lines.length} log lines at trace, ${hits.length} with a word of people`);
    expect(lines.length).toBeGreaterThan(500);
    expect(hits).toEqual([]);
  });
});

describe("secrets", () => {
  it("are in no log line, no database file and no answer", async () => {
    const { privateKey, webhookSecret } = sandbox.app;
    const keyLines = privateKey.split("\n").filter((line) => line.length > 30 && !line.startsWith("-----"));
    const secrets = [...keyLines, webhookSecret, SLACK, "slackcanaryslackcanary", ...Object.values(NOTIFY), ...tokens];
    const files = readdirSync(dataDir, { recursive: true, encoding: "utf8" }).map((name) => join(dataDir, name));
    const stored = files.map((name) => readFileSync(name, "latin1"));
    const places = { logs: lines, stored, answers };

    const hits = Object.entries(places).flatMap(([place, texts]) =>
      texts.flatMap((text) =>
        secrets.filter((secret) => text.includes(secret)).map((secret) => `${place}: ${secret.slice(0, 4)}…`),
      ),
    );

    const bytes = stored.reduce((sum, text) => sum + text.length, 0);
    console.log(
      `${secrets.length} secrets looked for in ${lines.length} log lines, ${bytes} bytes of ${files.length} database files ` +
        `and ${answers.length} answers: ${hits.length} found`,
    );
    expect([...tokens].some((token) => token.startsWith("ghs_"))).toBe(true);
    expect(bytes).toBeGreaterThan(10_000);
    expect(hits).toEqual([]);
    expect([...lines, ...answers].join("\n")).not.toMatch(/gh[sp]_[A-Za-z0-9]{10}|-----BEGIN/u);
  });
});
