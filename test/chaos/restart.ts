/**
 * `node test/chaos/restart.ts [--backlog 10000] [--steady 3000] [--store sqlite|postgres] [--seed 1]`: killed with a full
 * inbox, how soon does the app work again, and does it work off the backlog as fast as it works otherwise? The deliveries
 * are comments and assignments on issues without the label, which cost the app no call. Ends with 1 when a goal is missed.
 */
import { parseArgs } from "node:util";

import { databasesOn, findServer } from "../support/postgres-server.ts";
import { tell } from "./goals.ts";
import { measureRestart } from "./measure-restart.ts";

/** Compared at both ends of the backlog: with nearly all of it waiting, and with nearly none. */
const END = 2_000;
/** A process that has just started is slower at first; left out of the comparison of the two ends. */
const WARM_UP = 1_000;

const { values: flags } = parseArgs({
  options: {
    backlog: { type: "string", default: "10000" },
    steady: { type: "string", default: "3000" },
    store: { type: "string", default: "sqlite" },
    seed: { type: "string", default: "1" },
  },
});
const backlog = Number(flags.backlog);
const store = flags.store === "postgres" ? databasesOn(await findServer()) : undefined;
try {
  const result = await measureRestart({
    backlog,
    steady: Number(flags.steady),
    seed: Number(flags.seed),
    databaseUrl: await store?.make(),
    say: (line) => console.error(`  ${line}`),
  });
  const { waiting, drained, worked, undone } = result;
  const [drain, steady] = [perSecond(drained), perSecond(worked)];
  const ends = perSecond(drained.slice(WARM_UP, WARM_UP + END)) / perSecond(drained.slice(-END));
  console.log(`Killed with ${waiting} waiting on ${store === undefined ? "SQLite" : "PostgreSQL"}`);
  tell([
    { what: "waiting at the kill", seen: waiting, goal: `≥ ${backlog - 50}`, reached: waiting >= backlog - 50 },
    { what: "start to listening, s", seen: inSeconds(result.listeningMs) },
    {
      what: "start to first delivery done, s",
      seen: inSeconds(result.firstDoneMs),
      goal: "≤ 15",
      reached: result.firstDoneMs <= 15_000,
    },
    {
      what: "slowest answer while the backlog is worked off, ms",
      seen: Math.round(result.slowestAnswerMs),
      goal: "≤ 250",
      reached: result.slowestAnswerMs <= 250,
    },
    { what: "backlog, deliveries a second", seen: Math.round(drain) },
    { what: "steady, deliveries a second", seen: Math.round(steady) },
    { what: "backlog ÷ steady", seen: (drain / steady).toFixed(2), goal: "≥ 0.9", reached: drain / steady >= 0.9 },
    {
      what: `backlog, its first ${END} after warming up ÷ its last ${END}`,
      seen: backlog < WARM_UP + 2 * END ? "too few" : ends.toFixed(2),
    },
    { what: "acknowledged and not done", seen: undone.length, goal: "0", reached: undone.length === 0 },
    { what: "handed out more than once", seen: result.again },
  ]);
} finally {
  await store?.drop();
}

function perSecond(moments: readonly number[]): number {
  const [first = 0] = moments;
  return (moments.length - 1) / (((moments.at(-1) ?? 0) - first) / 1_000);
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
