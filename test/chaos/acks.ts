/**
 * `node test/chaos/acks.ts [--rate 100] [--seconds 20] [--store sqlite|postgres] [--seed 1]`: how long GitHub waits for
 * the answer to a webhook, on schedule, while the app works; then with the store stalled for a second, and gone. Ends
 * with 1 when a goal is missed.
 */
import { parseArgs } from "node:util";

import { type AcksResult, measureAcks } from "./measure-acks.ts";
import { fragilePostgres, fragileSqlite } from "./fragile-store.ts";
import { type Figure, tell } from "./goals.ts";
import { type Answer, isAcknowledged } from "./load.ts";
import { percentile } from "./run.ts";

type Mark = "p50" | "p99" | "p99.9" | "max";
const MARKS: readonly (readonly [Mark, number])[] = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["p99.9", 0.999],
  ["max", 1],
];

const { values: flags } = parseArgs({
  options: {
    rate: { type: "string", default: "100" },
    seconds: { type: "string", default: "20" },
    store: { type: "string", default: "sqlite" },
    seed: { type: "string", default: "1" },
  },
});
const rate = Number(flags.rate);
const store = flags.store === "postgres" ? await fragilePostgres() : fragileSqlite();
const result = await measureAcks(store, {
  rate,
  seconds: Number(flags.seconds),
  seed: Number(flags.seed),
  say: (line) => console.error(`  ${line}`),
});
console.log(`${rate} deliveries a second on ${store.name}; stalled: ${store.stalledBy}; gone: ${store.goneBy}`);
tell([...steadyFigures(result), ...stalledFigures(result), ...goneFigures(result)]);

function steadyFigures({ steady, worked }: AcksResult): Figure[] {
  return [
    ...times("steady", steady, { p50: undefined, p99: 250, "p99.9": undefined, max: undefined }),
    refused("steady: not acknowledged", steady),
    { what: "requests of the app to GitHub meanwhile", seen: worked, goal: "some", reached: worked > 0 },
  ];
}

function stalledFigures({ stalled }: AcksResult): Figure[] {
  return [
    ...times("store stalled for 1 s", stalled, { "p99.9": 2_000, max: 8_000 }),
    refused("store stalled: not acknowledged", stalled),
  ];
}

function goneFigures({ gone, back, unkept, acknowledged, isSameProcess }: AcksResult): Figure[] {
  const statuses = [...new Set(gone.map(({ status }) => status))].toSorted((a, b) => a - b);
  return [
    {
      what: `store gone: answers to ${gone.length} deliveries`,
      seen: statuses.join(", "),
      goal: "503",
      reached: gone.length > 0 && statuses.every((status) => status === 503),
    },
    ...times("store gone", gone, { max: 8_000 }),
    refused("store back: not acknowledged", back),
    { what: "the same process all the time", seen: isSameProcess ? "yes" : "no", goal: "yes", reached: isSameProcess },
    {
      what: `of ${acknowledged} acknowledged, not in the inbox`,
      seen: unkept.length,
      goal: "0",
      reached: unkept.length === 0,
    },
  ];
}

/** How long the answers took, at the marks that are named, beside their goals in milliseconds. */
function times(
  what: string,
  answers: readonly Answer[],
  goals: Readonly<Partial<Record<Mark, number | undefined>>>,
): Figure[] {
  const took = answers.map(({ sentAt, answeredAt }) => answeredAt - sentAt);
  return MARKS.filter(([mark]) => mark in goals).map(([mark, share]) => {
    const seen = Math.round(percentile(took, share));
    const goal = goals[mark];
    const name = `${what}: ${mark} of ${answers.length}, ms`;
    return goal === undefined ? { what: name, seen } : { what: name, seen, goal: `≤ ${goal}`, reached: seen <= goal };
  });
}

function refused(what: string, answers: readonly Answer[]): Figure {
  const seen = answers.filter((answer) => !isAcknowledged(answer)).length;
  return { what, seen, goal: "0", reached: answers.length > 0 && seen === 0 };
}
