import { setTimeout as sleep } from "node:timers/promises";

import type { FragileStore } from "./fragile-store.ts";
import { type Answer, everydayPost, isAcknowledged, startStream, type Stream } from "./load.ts";
import { labelNew, type Rig, startRig } from "./rig.ts";

export interface AcksOptions {
  /** Deliveries a second. */
  readonly rate: number;
  /** Of the steady part; 0 leaves it out. */
  readonly seconds: number;
  readonly seed: number;
  /** How long the store is gone. */
  readonly goneMs?: number;
  /** How long it is left alone before and after each of its troubles. */
  readonly calmMs?: number;
  readonly say?: (line: string) => void;
}

export interface AcksResult {
  readonly steady: readonly Answer[];
  /** From the moment the store began to stall until all was answered. */
  readonly stalled: readonly Answer[];
  /** Sent and answered while the store was gone. */
  readonly gone: readonly Answer[];
  /** Sent a second after it was back, and later. */
  readonly back: readonly Answer[];
  readonly acknowledged: number;
  /** Acknowledged, and not in the inbox in the end. */
  readonly unkept: readonly string[];
  /** Requests of the app to GitHub in the steady part. */
  readonly worked: number;
  /** The process that took the first delivery took the last. */
  readonly isSameProcess: boolean;
}

const TENANTS = 40;
const STALL_MS = 1_000;
/** The store is given so long to come back before the app has to acknowledge again. */
const BACK_MS = 1_000;
/**
 * However busy the machine is: so many have to be answered while the store is gone, and acknowledged when it is back.
 */
const ENOUGH = 10;
const PATIENCE_MS = 60_000;

/** Sends to the app on schedule: for a while in peace, then with a store that stalls, then with one that is gone. */
export async function measureAcks(store: FragileStore, options: AcksOptions): Promise<AcksResult> {
  try {
    const rig = await startRig({ seed: options.seed, tenants: TENANTS, databaseUrl: store.databaseUrl });
    try {
      return await driven(rig, store, options);
    } finally {
      await rig.stop();
    }
  } finally {
    await store.remove();
  }
}

async function driven(rig: Rig, store: FragileStore, options: AcksOptions): Promise<AcksResult> {
  const { rate, seconds, goneMs = 4_000, calmMs = 2_000, say = () => undefined } = options;
  const { app } = rig;
  let sent = 0;
  const stream = (): Stream => startStream(rig.hookUrl, () => everydayPost(sent++, rig.tenants), rate);
  // The first requests of a process pay for its warming up.
  const warmingUp = stream();
  await sleep(calmMs);
  const before = await warmingUp.stop();

  say("steady");
  const from = (await rig.sandbox.log(0)).at(-1)?.n ?? 0;
  const living = stream();
  await people(rig, seconds * 1_000);
  const steady = await living.stop();
  const worked = (await rig.sandbox.log(from, "&actor=^app")).length;

  say(`stalled: ${store.stalledBy}`);
  const waiting = stream();
  await sleep(calmMs);
  const stalledAt = performance.now();
  await store.stall(app, STALL_MS);
  await sleep(calmMs);
  const stalled = await waiting.stop();

  say(`gone: ${store.goneBy}`);
  const mourning = stream();
  await sleep(calmMs);
  await store.leave(app);
  const leftAt = performance.now();
  await enough(leftAt + goneMs, () => mourning.answers.filter(({ sentAt }) => sentAt >= leftAt));
  const backAt = performance.now();
  await store.comeBack(app);
  const isBack = ({ sentAt }: Answer): boolean => sentAt >= backAt + BACK_MS;
  await enough(backAt + BACK_MS + calmMs, () => mourning.answers.filter(isBack).filter(isAcknowledged));
  const late = await mourning.stop();

  const acknowledged = [...before, ...steady, ...stalled, ...late].filter(isAcknowledged);
  const isSameProcess = app === rig.app && app.child.exitCode === null && app.child.signalCode === null;
  if (!isSameProcess) say(`the app ended: ${app.output().slice(-2_000)}`);
  const kept = new Set((await rig.inbox()).map(({ id }) => id));
  return {
    steady,
    stalled: stalled.filter(({ answeredAt }) => answeredAt >= stalledAt),
    gone: late.filter(({ sentAt, answeredAt }) => sentAt >= leftAt && answeredAt < backAt),
    back: late.filter(isBack),
    acknowledged: acknowledged.length,
    unkept: acknowledged.map(({ id }) => id).filter((id) => !kept.has(id)),
    worked,
    isSameProcess,
  };
}

/** Not before that time, and not before there are enough of them. */
async function enough(time: number, answers: () => readonly Answer[]): Promise<void> {
  while (performance.now() < time || (answers().length < ENOUGH && performance.now() < time + PATIENCE_MS))
    await sleep(10);
}

/** What keeps the app at work meanwhile: twice a second somebody labels an issue or writes a note on one. */
async function people({ sandbox, tenants }: Rig, forMs: number): Promise<void> {
  const until = performance.now() + forMs;
  const started: string[] = [];
  for (let n = 0; performance.now() < until; n += 1) {
    const repository = tenants[n % tenants.length]?.repository ?? "";
    const noted = n % 2 === 1 ? started.at(-1) : undefined;
    if (noted === undefined) started.push(await labelNew(sandbox, repository, `Incident ${n}`));
    else await sandbox.press("POST", "/as/wendy/comment", [noted, `/pm note "seen ${n} times."`]);
    await sleep(500);
  }
}
