// Does the time that checking a signature takes tell how much of it was right? After dudect (Reparaz, Balasch and
// Verbauwhede, 2017): two classes of signatures in random order, Welch's t between their times. Below 4.5 nothing is seen.
import { seeded } from "../test/chaos/random.ts";
import { isSigned, SECRET, sign } from "../test/server/support.ts";
import type { Row } from "./calls.ts";

const MEASURES = 200_000;
const WARM_UP = 20_000;
const DIFFERENT = 512;
/** Interruptions by the machine say nothing about the comparison: the slowest of all are left out. */
const KEPT = 0.9;
const GOAL = 4.5;

export async function bench(): Promise<Row[]> {
  const random = seeded(1);
  const bodies = Array.from({ length: DIFFERENT }, (_, n) => Buffer.from(`{"action":"labeled","number":${1_000 + n}}`));
  const signatures = bodies.map((body) => nearlyRight(sign(body)));
  const times: [number[], number[]] = [[], []];
  for (let n = 0; n < MEASURES + WARM_UP; n += 1) {
    const which = random.below(2) === 0 ? 0 : 1;
    const one = random.below(DIFFERENT);
    const body = bodies.slice(one, one + 1);
    // The same bodies and the same signatures in both classes, only paired otherwise: nothing else is to be told apart.
    const header = signatures[which === 0 ? one : (one + DIFFERENT / 2) % DIFFERENT] ?? "";
    const began = process.hrtime.bigint();
    isSigned(body, header, [SECRET]);
    const took = Number(process.hrtime.bigint() - began);
    if (n >= WARM_UP) times[which].push(took);
  }
  const longest = times.flat().toSorted((a, b) => a - b)[Math.floor(MEASURES * KEPT)] ?? Number.NaN;
  const [nearly, wrong] = times.map((all) => all.filter((took) => took < longest));
  const t = Math.abs(welch(nearly ?? [], wrong ?? []));
  const name = `signature: t between nearly right and all wrong, ${MEASURES} measured`;
  return [{ name, value: Math.round(t * 100) / 100, goal: GOAL, ok: t < GOAL }];
}

/** One digit is changed, the last. */
function nearlyRight(signature: string): string {
  return `${signature.slice(0, -1)}${signature.endsWith("0") ? "1" : "0"}`;
}

function welch(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [momentsOf(a), momentsOf(b)];
  return (one.mean - other.mean) / Math.sqrt(one.variance / a.length + other.variance / b.length);
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}
