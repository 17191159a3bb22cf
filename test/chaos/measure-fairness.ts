import { createServer, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { depthOf, freePort, untilWorkedOff } from "../crash/app-process.ts";
import { flood, type Flooded } from "./flood.ts";
import type { Post } from "./load.ts";
import { labelNew, type Rig, startRig } from "./rig.ts";
import type { SandboxProcess } from "./sandbox-process.ts";

export interface FairnessOptions {
  readonly quiet: number;
  /** Of the noisy tenant. */
  readonly events: number;
  /** Of each of the two parts. */
  readonly seconds: number;
  /** Events of the noisy tenant under way at once. */
  readonly atOnce: number;
  readonly seed: number;
  readonly databaseUrl?: string | undefined;
  readonly say?: (line: string) => void;
}

/** One act of a quiet tenant. */
export interface Seen {
  readonly kind: "note" | "label";
  /** Milliseconds since the start of the part. */
  readonly at: number;
  /** Milliseconds until GitHub had its effect; undefined when it never came. */
  readonly ms: number | undefined;
}

export interface FairnessResult {
  readonly alone: readonly Seen[];
  readonly beside: readonly Seen[];
  readonly flooded: Flooded;
  /** Deliveries that waited in the inbox when all had acted and all was sent. */
  readonly waiting: number;
  /** Commands of the noisy tenant that had their effect by then. */
  readonly noisyDone: number;
}

const NOISY_ISSUES = 10;
/** Each quiet tenant acts once in so many milliseconds: far below what its budgets allow. */
const EVERY_MS = 2_000;
/** Of so many acts one starts a postmortem, the others are commands. */
const LABEL_EVERY = 6;
/** Beyond this an effect did not come. */
const PATIENCE_MS = 15_000;

/** The same acts of quiet tenants twice: alone, and beside one that sends as fast as it is acknowledged. */
export async function measureFairness(options: FairnessOptions): Promise<FairnessResult> {
  const { say = () => undefined } = options;
  const rig = await startRig({ seed: options.seed, tenants: options.quiet + 1, databaseUrl: options.databaseUrl });
  try {
    const [noisy = "", ...quiet] = rig.tenants.map(({ repository }) => repository);
    say("a postmortem in every tenant");
    for (let n = 0; n < NOISY_ISSUES; n += 1) await labelNew(rig.sandbox, noisy, `Incident ${n}`);
    for (const repository of quiet) await labelNew(rig.sandbox, repository, "Incident");
    await rig.sandbox.press("GET", "/idle?quietMs=200");
    await untilWorkedOff(rig.app, { everyMs: 100, patienceMs: 60_000 });
    say(`${options.events} notes of the noisy one, kept back`);
    const posts = await collectNotes(rig, noisy, options.events);
    say("the quiet ones alone");
    const alone = await actAll(rig, quiet, options.seconds);
    say("the quiet ones beside the noisy one");
    const flooding = flood({ url: rig.hookUrl, posts, atOnce: options.atOnce });
    const beside = await actAll(rig, quiet, options.seconds);
    const flooded = await flooding;
    const waiting = (await depthOf(rig.app.url))?.waiting ?? Number.NaN;
    const done = [...(await effectsAfter(rig.sandbox, 0)).keys()].filter((path) => path.includes(`/${noisy}/`));
    return {
      alone,
      beside,
      flooded,
      waiting,
      noisyDone: done.filter((path) => path.endsWith("/reactions")).length,
    };
  } finally {
    await rig.stop();
  }
}

/** Notes that people wrote, as the stand-in would have sent them to the app. */
async function collectNotes({ sandbox, hookUrl }: Rig, repository: string, count: number): Promise<Post[]> {
  const posts: Post[] = [];
  const port = await freePort();
  const basket = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      posts.push(postOf(request.headers, Buffer.concat(pieces)));
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => basket.listen(port, "127.0.0.1", () => resolve()));
  await sandbox.press("POST", "/hook", { url: `http://127.0.0.1:${port}/` });
  for (let n = 0; n < count; n += 1)
    await sandbox.press("POST", "/as/wendy/comment", [
      `${repository}#${1 + (n % NOISY_ISSUES)}`,
      `/pm note "seen ${n} times."`,
    ]);
  await sandbox.press("GET", "/idle");
  await sandbox.press("POST", "/hook", { url: hookUrl });
  basket.close();
  basket.closeAllConnections();
  return posts;
}

function postOf(headers: IncomingHttpHeaders, body: Buffer): Post {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith("x-") || name.startsWith("content-"));
  return { id: String(headers["x-github-delivery"]), headers: Object.fromEntries(kept) as Post["headers"], body };
}

interface Act {
  readonly kind: Seen["kind"];
  readonly at: number;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** The request that is its effect. */
  readonly effect: string;
}

/** One after the other round the tenants, on time whatever becomes of those before. */
async function actAll({ sandbox }: Rig, tenants: readonly string[], seconds: number): Promise<Seen[]> {
  const before = (await sandbox.log(0, "&path=^/nothing$")).length;
  const started = performance.now();
  const acting: Promise<Act>[] = [];
  const pause = EVERY_MS / tenants.length;
  for (let n = 0; n * pause < seconds * 1_000; n += 1) {
    await sleep(Math.max(0, started + n * pause - performance.now()));
    const repository = tenants[n % tenants.length] ?? "";
    const at = performance.now() - started;
    const deed = n % LABEL_EVERY === 0 ? label(sandbox, repository, n) : note(sandbox, repository, n);
    acting.push(deed.then((done) => ({ ...done, at })));
  }
  const acts = await Promise.all(acting);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const effects = await effectsAfter(sandbox, before);
    const isOver = acts.every(({ effect }) => effects.has(effect)) || performance.now() > until;
    if (isOver)
      return acts.map(({ kind, at, sentAt, effect }) => ({ kind, at, ms: since(sentAt, effects.get(effect)) }));
    await sleep(250);
  }
}

async function note(sandbox: SandboxProcess, repository: string, n: number): Promise<Omit<Act, "at">> {
  const sentAt = Date.now();
  const made = await sandbox.press("POST", "/as/wendy/comment", [`${repository}#1`, `/pm note "look ${n}."`]);
  const { id } = made as { id: number };
  return { kind: "note", sentAt, effect: `/repos/${repository}/issues/comments/${id}/reactions` };
}

async function label(sandbox: SandboxProcess, repository: string, n: number): Promise<Omit<Act, "at">> {
  const sentAt = Date.now();
  const [, number] = (await labelNew(sandbox, repository, `Incident of look ${n}`)).split("#");
  return { kind: "label", sentAt, effect: `/repos/${repository}/issues/${number}/comments` };
}

/** When (milliseconds since 1970) the app first sent each POST that GitHub carried out, by its path. */
async function effectsAfter(sandbox: SandboxProcess, after: number): Promise<Map<string, number>> {
  const effects = new Map<string, number>();
  for (const { path, status, at } of await sandbox.log(after, "&actor=^app&method=POST"))
    if (status < 300 && !effects.has(path)) effects.set(path, Date.parse(at));
  return effects;
}

function since(sentAt: number, at: number | undefined): number | undefined {
  return at === undefined ? undefined : at - sentAt;
}
