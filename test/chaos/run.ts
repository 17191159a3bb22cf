import { setTimeout as sleep } from "node:timers/promises";

import { type Apps, startApps } from "./apps.ts";
import { type Acted, check, type Skill, type Verdict } from "./check.ts";
import type { Delivery } from "../../src/sandbox/hook-sender.ts";
import { seeded } from "./random.ts";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";
import { quiet, settle } from "./settle.ts";
import { storyOf } from "./trace.ts";
import { type Act, CONFIG, PEOPLE, type Plan, planOf } from "./story.ts";

export interface ChaosOptions {
  readonly events: number;
  readonly kills: number;
  readonly seed: number;
  readonly processes?: number;
  readonly databaseUrl?: string | undefined;
  /** Faults, duplicates and reordering; without them it is the floor's run. */
  readonly faults: boolean;
  /** Replica lag of reads up to so many milliseconds. */
  readonly lagMs?: number;
  /** Acts a second. */
  readonly rate?: number;
  /** Clicks on each issue, beside three other acts. */
  readonly clicks?: number;
  readonly skill?: Skill;
  readonly main?: string;
  readonly variables?: Record<string, string>;
  /** When not all is worked off by then, it is judged as it is. */
  readonly patienceMs?: number;
  readonly say?: (line: string) => void;
}

export interface ChaosResult extends Verdict {
  readonly seconds: number;
  readonly kills: number;
  /** Webhooks GitHub could not deliver, by its own log. */
  readonly undelivered: number;
  readonly slowestFirstJobMs: number;
  readonly settled: boolean;
  readonly buried: number;
  readonly ackP50: number;
  readonly ackP99: number;
  readonly unhandledRefusals: number;
}

const SHARES = [
  // Of every request, in this order; each chance is of what the ones before left over.
  { kind: "applied-then-500", share: 0.06 },
  { kind: "error-before", share: 0.06 },
  { kind: "applied-then-reset", share: 0.03 },
  { kind: "403-secondary", share: 0.015 },
  { kind: "429-secondary", share: 0.015 },
] as const;

/** Acts a second: 10,000 of them in four minutes, which leaves one for what the kills cost. */
const USUAL_RATE = 42;

/** There are only so many people: they look after so many issues at once, and open no other while these wait. */
const MOST_OPEN = 120;
/** Who has begun goes on: the next act is one of the issues that are open longest. */
const AT_HAND = 8;

/** One run: a fresh GitHub, the app as processes of its own, people who act, and SIGKILL from time to time. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { rate = USUAL_RATE } = options;
  const plan = planOf({ ...options, rate });
  const sandbox = await startSandboxProcess({ seed: options.seed });
  let apps: Apps | undefined;
  try {
    apps = await startApps({
      sandbox,
      processes: options.processes ?? 1,
      databaseUrl: options.databaseUrl,
      ...(options.main === undefined ? {} : { main: options.main }),
      ...(options.variables === undefined ? {} : { variables: options.variables }),
    });
    await sandbox.press("POST", "/hook", { url: `${apps.url}/api/github/webhooks` });
    await build(sandbox, plan);
    await sandbox.press("GET", "/idle");
    await quiet(apps, options.skill ?? "app");
    return await driven(options, plan, { sandbox, apps });
  } finally {
    await apps?.stop();
    await sandbox.stop();
  }
}

export async function build(sandbox: SandboxProcess, plan: Plan): Promise<void> {
  const press = async (method: string, path: string, body: unknown): Promise<unknown> =>
    sandbox.press(method, path, body);
  for (const login of PEOPLE) await press("POST", "/users", { login });
  for (const login of plan.organizations) await press("POST", "/organizations", { login });
  for (const name of plan.repositories) {
    await press("POST", "/repositories", { name });
    for (const login of PEOPLE) await press("PUT", "/roles", { repository: name, login, role: "maintain" });
    await press("PUT", "/files", { repository: name, path: ".github/postmortem.yml", text: CONFIG });
  }
  for (const owner of plan.organizations) await press("POST", "/installations", { owner });
}

interface Stage {
  readonly sandbox: SandboxProcess;
  readonly apps: Apps;
}

async function driven(options: ChaosOptions, plan: Plan, { sandbox, apps }: Stage): Promise<ChaosResult> {
  const { skill = "app", say = () => undefined } = options;
  const before = (await sandbox.log(0)).at(-1)?.n ?? 0;
  if (options.faults) await stir(sandbox);
  if (options.lagMs !== undefined) await sandbox.press("POST", "/lag", { readMs: [0, options.lagMs] });
  await sandbox.press("POST", "/sender", { concurrency: 32 });
  const started = performance.now();
  const crowd = new Crowd(options, plan, { sandbox, apps });
  await crowd.act();
  say(`all acted after ${seconds(started)} s; ${crowd.killed} kills`);
  const settled = await settle(options, { sandbox, apps, backAt: crowd.backAt, before });
  const took = seconds(started);
  say(`${settled ? "settled" : "NOT settled"} after ${took} s`);
  const [state, log] = [await sandbox.state(), await sandbox.log(before)];
  const deliveries = (await sandbox.press("GET", "/deliveries")) as Delivery[];
  const verdict = check(crowd.acted, { state, log, bot: `${state.app.slug}[bot]`, skill });
  const [example] = skill === "app" ? verdict.examples : [];
  if (example !== undefined) {
    say(`the story of ${example}`);
    for (const line of await storyOf(example.split(": ")[0] ?? "", { log, deliveries }, sandbox)) say(line);
  }
  const acks = deliveries
    .filter(({ statusCode }) => statusCode === 200 || statusCode === 202)
    .map(({ duration }) => duration * 1_000);
  const firstJobs = apps.restarts().map(({ firstJobMs }) => firstJobMs ?? 0);
  return {
    ...verdict,
    seconds: took,
    kills: crowd.killed,
    undelivered: deliveries.filter(({ statusCode }) => statusCode < 200 || statusCode > 299).length,
    slowestFirstJobMs: Math.round(Math.max(0, ...firstJobs)),
    settled,
    buried: (await apps.depth())?.buried ?? 0,
    ackP50: percentile(acks, 0.5),
    ackP99: percentile(acks, 0.99),
    unhandledRefusals: log.filter(({ status }) => status === 422).length,
  };
}

async function stir(sandbox: SandboxProcess): Promise<void> {
  let left = 1;
  for (const { kind, share } of SHARES) {
    await sandbox.press("POST", "/faults", { kind, probability: share / left, retryAfter: 1 });
    left -= share;
  }
  await sandbox.press("POST", "/sender", { duplicate: 0.1, reorder: 0.2 });
}

/** People at their browsers. Who wants to answer a comment of the app waits until it is there. */
class Crowd {
  readonly acted: Acted[];
  killed = 0;
  /** When the last process that was killed was back. */
  backAt = "";
  readonly #options: ChaosOptions;
  readonly #stage: Stage;
  readonly #random;
  /** Issues whose comment of the app has been seen, by `owner/name#1`. */
  readonly #answered = new Map<string, number>();
  #seen = 0;

  constructor(options: ChaosOptions, plan: Plan, stage: Stage) {
    this.#options = options;
    this.#stage = stage;
    this.#random = seeded(options.seed + 1);
    this.acted = plan.issues.map((story) => ({
      story,
      number: undefined,
      done: 0,
      commentIds: new Map<Act, number>(),
    }));
  }

  async act(): Promise<void> {
    const { rate = USUAL_RATE, events, kills } = this.#options;
    const killAt = Array.from({ length: kills }, (_, n) => Math.floor(((n + this.#random.next()) * events) / kills));
    let done = 0;
    let nextNew = 0;
    const open: Acted[] = [];
    const killing: Promise<void>[] = [];
    let lastBack = "";
    const started = performance.now();
    let looked = 0;
    while (open.length > 0 || nextNew < this.acted.length) {
      if (performance.now() - looked > 500) {
        looked = performance.now();
        await this.#look();
      }
      const ready = open.filter((one) => this.#isReady(one));
      const isRoom = nextNew < this.acted.length && open.length < MOST_OPEN;
      const fresh = isRoom && (ready.length === 0 || this.#random.next() < 0.25);
      const one = fresh ? this.acted[nextNew++] : ready[this.#random.below(Math.min(ready.length, AT_HAND))];
      if (one === undefined) {
        if (performance.now() - started > (this.#options.patienceMs ?? 600_000)) return;
        await sleep(20);
        continue;
      }
      await this.#do(one);
      if (fresh) open.push(one);
      if (one.done >= one.story.acts.length) open.splice(open.indexOf(one), 1);
      done += 1;
      while (killAt[0] !== undefined && killAt[0] <= done) {
        killAt.shift();
        this.killed += 1;
        const back = this.#stage.apps.killOne(this.#random.below(8));
        killing.push(back.then(() => void (lastBack = new Date().toISOString())));
      }
      const ahead = done * (1_000 / rate) - (performance.now() - started);
      if (ahead > 0) await sleep(ahead);
    }
    await Promise.all(killing);
    this.backAt = lastBack;
  }

  #isReady(one: Acted): boolean {
    const at = this.#answered.get(this.#place(one));
    if (at !== undefined) return true;
    // The baseline never comes back to what it lost: people go on without it.
    return (
      this.#options.skill === "baseline" &&
      performance.now() - (one.commentIds.get(one.story.acts[0] ?? { kind: "label" }) ?? 0) > 3_000
    );
  }

  #place({ story, number }: Acted): string {
    return `${story.repository}#${number}`;
  }

  /** Which issues have a comment of the app by now, as the log of requests tells. */
  async #look(): Promise<void> {
    for (const entry of await this.#stage.sandbox.log(this.#seen, "&method=POST&path=/comments$")) {
      this.#seen = entry.n;
      const [, repository, number] = /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/u.exec(entry.path) ?? [];
      const isMade = entry.status === 201 || entry.fault?.startsWith("applied") === true;
      if (isMade && repository !== undefined) this.#answered.set(`${repository}#${number}`, performance.now());
    }
  }

  async #do(one: Acted): Promise<void> {
    const { sandbox } = this.#stage;
    const act = one.story.acts[one.done];
    if (act === undefined) return;
    one.done += 1;
    const as = async (deed: string, ...values: unknown[]): Promise<{ id: number; number: number }> =>
      (await sandbox.press("POST", `/as/wendy/${deed}`, values)) as { id: number; number: number };
    if (act.kind === "label") {
      const body = `## Impact\n\n${one.story.title}.\n`;
      one.number = (await as("createIssue", one.story.repository, { title: one.story.title, body })).number;
      one.commentIds.set(act, performance.now());
      await as("label", this.#place(one), "postmortem");
      return;
    }
    if (act.kind === "close") return void (await as("close", this.#place(one)));
    if (act.kind === "tick") return this.#tick(one, act.key);
    one.commentIds.set(act, (await as("comment", this.#place(one), wordsOf(act))).id);
  }

  /** A click: the box changes in the text as the page showed it, whatever the app writes meanwhile. */
  async #tick(one: Acted, key: string): Promise<void> {
    const { sandbox } = this.#stage;
    if (this.#options.skill === "baseline") return;
    for (let tries = 0; tries < 200; tries += 1) {
      try {
        const path = `/repos/${one.story.repository}/issues/${one.number}/comments?per_page=100`;
        const response = await fetch(`${sandbox.url}${path}`, { headers: { authorization: "Bearer wendy-token" } });
        const comments = (await response.json()) as { id: number; body: string }[];
        const status = Array.isArray(comments) ? comments.find(({ body }) => body.includes("slot=status")) : undefined;
        if (status !== undefined) {
          const clicked = status.body.replace(`- [ ] <!-- pm:prompt.${key} -->`, `- [x] <!-- pm:prompt.${key} -->`);
          await sandbox.press("POST", "/as/wendy/editComment", [status.id, clicked]);
          return;
        }
      } catch {
        // The page did not load; people press reload.
      }
      await sleep(50);
    }
    throw new Error(`The status comment of ${this.#place(one)} could not be read`);
  }
}

function wordsOf(act: Act): string {
  if (act.kind === "note") return `/pm note "${act.text}"`;
  if (act.kind === "action") return `/pm action add "${act.text}" @ana`;
  return act.kind === "severity" ? `/pm severity ${act.severity}` : "";
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
