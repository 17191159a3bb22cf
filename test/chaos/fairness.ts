/**
 * `node test/chaos/fairness.ts [--quiet 19] [--events 5000] [--seconds 20] [--at-once 1] [--store sqlite|postgres]
 * [--seed 1]`: how much longer quiet tenants wait for what they asked for while one other sends as fast as it is
 * acknowledged, and while what it sent waits. Ends with 1 when a goal is missed.
 */
import { parseArgs } from "node:util";

import { databasesOn, findServer } from "../support/postgres-server.ts";
import { type Figure, tell } from "./goals.ts";
import { type FairnessResult, measureFairness, type Seen } from "./measure-fairness.ts";
import { percentile } from "./run.ts";

const { values: flags } = parseArgs({
  options: {
    quiet: { type: "string", default: "19" },
    events: { type: "string", default: "5000" },
    seconds: { type: "string", default: "20" },
    "at-once": { type: "string", default: "1" },
    store: { type: "string", default: "sqlite" },
    seed: { type: "string", default: "1" },
  },
});
const store = flags.store === "postgres" ? databasesOn(await findServer()) : undefined;
try {
  const result = await measureFairness({
    quiet: Number(flags.quiet),
    events: Number(flags.events),
    seconds: Number(flags.seconds),
    atOnce: Number(flags["at-once"]),
    seed: Number(flags.seed),
    databaseUrl: await store?.make(),
    say: (line) => console.error(`  ${line}`),
  });
  console.log(`${flags.quiet} quiet tenants and a noisy one on ${store === undefined ? "SQLite" : "PostgreSQL"}`);
  tell(figuresOf(result));
} finally {
  await store?.drop();
}

function figuresOf({ alone, beside, flooded, waiting, noisyDone }: FairnessResult): Figure[] {
  const sentMs = flooded.seconds * 1_000;
  const ratio = percentile(took(beside), 0.95) / percentile(took(alone), 0.95);
  const missing = alone.length + beside.length - took(alone).length - took(beside).length;
  return [
    { what: "noisy: acknowledged", seen: `${flooded.acknowledged} in ${flooded.seconds.toFixed(1)} s` },
    { what: "noisy: commands done, deliveries waiting", seen: `${noisyDone}, ${waiting}` },
    waits("quiet, alone", alone),
    waits("quiet, beside the noisy one", beside),
    waits(
      "… while it sent",
      beside.filter(({ at }) => at <= sentMs),
    ),
    waits(
      "… while what it sent waited",
      beside.filter(({ at }) => at > sentMs),
    ),
    { what: "p95, beside ÷ alone", seen: ratio.toFixed(2), goal: "≤ 2", reached: ratio <= 2 },
    { what: "quiet: without effect", seen: missing, goal: "0", reached: missing === 0 },
  ];
}

function waits(what: string, acts: readonly Seen[]): Figure {
  const [p50, p95] = [0.5, 0.95].map((share) => percentile(took(acts), share));
  return { what: `${what}: p50 / p95 of ${acts.length} acts, ms`, seen: `${p50} / ${p95}` };
}

function took(acts: readonly Seen[]): number[] {
  return acts.flatMap(({ ms }) => ms ?? []);
}
