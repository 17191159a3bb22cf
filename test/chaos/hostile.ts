/**
 * `node test/chaos/hostile.ts [--rate 50] [--seconds 20] [--megabytes 125] [--flood] [--store sqlite|postgres] [--seed 1]`: how
 * much longer proper webhooks wait for their answer while somebody without the secret uploads 600 MB every ten seconds,
 * announced and not, crowds in with large bodies and keeps 200 connections waiting, over a line of a gigabit a second.
 * With `--flood` there is no pause between the uploads. Ends with 1 when a goal is missed.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { databasesOn, findServer } from "../support/postgres-server.ts";
import { tell } from "./goals.ts";
import type { Hostile, Sent } from "./hostile-process.ts";
import { type Answer, everydayPost, isAcknowledged, startStream } from "./load.ts";
import { type Rig, startRig } from "./rig.ts";
import { percentile } from "./run.ts";

const { values: flags } = parseArgs({
  options: {
    rate: { type: "string", default: "50" },
    seconds: { type: "string", default: "20" },
    megabytes: { type: "string", default: "125" },
    flood: { type: "boolean", default: false },
    store: { type: "string", default: "sqlite" },
    seed: { type: "string", default: "1" },
  },
});
const store = flags.store === "postgres" ? databasesOn(await findServer()) : undefined;
let sent = 0;

async function answersOf(rig: Rig): Promise<readonly Answer[]> {
  const stream = startStream(rig.hookUrl, () => everydayPost(sent++, rig.tenants), Number(flags.rate));
  await sleep(Number(flags.seconds) * 1_000);
  return stream.stop();
}

async function besideHostile(rig: Rig): Promise<Sent & { answers: readonly Answer[] }> {
  const hostile: Hostile = {
    port: Number(new URL(rig.hookUrl).port),
    megabytes: Number(flags.megabytes),
    everyMs: flags.flood ? 0 : 10_000,
  };
  const stranger = fork(fileURLToPath(import.meta.resolve("./hostile-process.ts")), [JSON.stringify(hostile)]);
  const over = Promise.race([
    once(stranger, "message").then(([sent]) => sent as Sent),
    once(stranger, "exit").then(([code]) => Promise.reject(new Error(`the hostile sender ended with ${String(code)}`))),
  ]);
  const answers = await answersOf(rig);
  stranger.send("enough");
  return { answers, ...(await over) };
}

try {
  const rig = await startRig({ seed: Number(flags.seed), tenants: 20, databaseUrl: await store?.make() });
  try {
    // A process that has just begun is slow: that is not to count as the calm it is compared with.
    await answersOf(rig);
    const alone = await answersOf(rig);
    const { answers: beside, uploads, sent: megabytes } = await besideHostile(rig);
    const p99 = (answers: readonly Answer[]): number =>
      percentile(
        answers.map(({ sentAt, answeredAt }) => answeredAt - sentAt),
        0.99,
      );
    const refused = [...alone, ...beside].filter((answer) => !isAcknowledged(answer)).length;
    const ratio = p99(beside) / p99(alone);
    tell([
      { what: `alone: p99 of ${alone.length}, ms`, seen: p99(alone).toFixed(1) },
      {
        what: `beside ${uploads} hostile uploads of ${megabytes} MB: p99 of ${beside.length}, ms`,
        seen: p99(beside).toFixed(1),
      },
      { what: "p99, beside ÷ alone", seen: ratio.toFixed(2), goal: "≤ 2", reached: ratio <= 2 },
      { what: "proper webhooks that were not acknowledged", seen: refused, goal: "0", reached: refused === 0 },
      {
        what: "the process lives",
        seen: rig.app.child.exitCode === null ? "yes" : "no",
        goal: "yes",
        reached: rig.app.child.exitCode === null,
      },
    ]);
  } finally {
    await rig.stop();
  }
} finally {
  await store?.drop();
}
