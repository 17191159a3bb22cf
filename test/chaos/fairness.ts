/**
 * `node test/chaos/fairness.ts [--quiet 19] [--events 5000] [--seconds 20] [--at-once 4] [--store sqlite|postgres]
 * [--seed 1]`: how much longer quiet tenants wait for what they asked for while one other sends as fast as it is
 * acknowledged. Ends with 1 when a goal is missed.
 */
import { parseArgs } from "node:util";

import { type Figure, tell } from "./goals.ts";
import { measureFairness, type Seen } from "./measure-fairness.ts";
import { postgresFor } from "./postgres.ts";
import { percentile } from "./run.ts";

const { values: flags } = parseArgs({
  options: {
    quiet: { type: "string", default: "19" },
    events: { type: "string", default: "5000" },
    seconds: { type: "string", default: "20" },
    "at-once": { type: "string", default: "4" },
    store: { type: "string", default: "sqlite" },
    seed: { type: "string", default: "1" },
  },
});
const store = flags.store === "postgres" ? await postgresFor() : undefined;
try {
  const { alone, beside, flooded, waiting, noisyDone } = await measureFairness({
    quiet: Number(flags.quiet),
    events: Number(flags.events),
    seconds: Number(flags.seconds),
    atOnce: Number(flags["at-once"]),
    seed: Number(flags.seed),
    databaseUrl: await store?.make(),
    say: (line) => console.error(`  ${line}`),
  });
  const during = beside.filter(({ at }) => at <= flooded.seconds * 1_000);
  const after = beside.filter(({ at }) => at > flooded.seconds * 1_000);
  console.log(
    `noisy: ${flooded.acknowledged} events in ${flooded.seconds.toFixed(1)} s, ${noisyDone} done, ${waiting} waiting`,
  );
  tell([
    ...figures("alone", alone),
    ...figures("beside the noisy one", beside),
    ...figures("of these while it sent", during),
    ...figures("of these afterwards", after),
    ratio("p50, beside ÷ alone", { alone, beside, share: 0.5 }),
    { ...ratio("p95, beside ÷ alone", { alone, beside, share: 0.95 }) },
  ]);
} finally {
  await store?.drop();
}
function figures(what: string, seen: readonly Seen[]): Figure[] {
  const took = seen.flatMap(({ ms }) => ms ?? []);
  return [
    { what: `${what}: p50 of ${seen.length}, ms`, seen: percentile(took, 0.5) },
    { what: `${what}: p95 of ${seen.length}, ms`, seen: percentile(took, 0.95) },
    { what: `${what}: missing`, seen: seen.length - took.length },
  ];
}
function ratio(
  what: string,
  { alone, beside, share }: { alone: readonly Seen[]; beside: readonly Seen[]; share: number },
): Figure {
  const of = (seen: readonly Seen[]): number =>
    percentile(
      seen.flatMap(({ ms }) => ms ?? []),
      share,
    );
  const seen = of(beside) / of(alone);
  return { what, seen: seen.toFixed(2), goal: "≤ 2", reached: seen <= 2 };
}
