/** A smooth function of many numbers: its value at `at`, with the slope written into `slope`. */
export type Objective = (at: Float64Array, slope: Float64Array) => number;

interface Step {
  readonly move: Float64Array;
  readonly bend: Float64Array;
  readonly scale: number;
}

const MEMORY = 8;
/** Stop when a round gains less than this share of the value. */
const ENOUGH = 1e-7;
const MOST_HALVINGS = 25;

/** Limited-memory BFGS with halving steps. No randomness: the same objective gives the same answer. */
export function minimize(objective: Objective, start: Float64Array, rounds: number): Float64Array {
  let at = start;
  let slope = new Float64Array(at.length);
  let value = objective(at, slope);
  const steps: Step[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const next = search(objective, { at, value, slope }, direction(slope, steps));
    if (next === undefined) break;
    const gained = value - next.value;
    remember(steps, difference(next.at, at), difference(next.slope, slope));
    ({ at, slope, value } = next);
    if (gained < ENOUGH * Math.max(1, Math.abs(value))) break;
  }
  return at;
}

interface Point {
  readonly at: Float64Array<ArrayBuffer>;
  readonly slope: Float64Array<ArrayBuffer>;
  readonly value: number;
}

function search(
  objective: Objective,
  from: { at: Float64Array; value: number; slope: Float64Array },
  move: Float64Array,
): Point | undefined {
  const fall = dot(from.slope, move);
  let size = 1;
  for (let halving = 0; halving < MOST_HALVINGS; halving += 1) {
    const at = Float64Array.from(from.at, (value, index) => value + size * (move[index] ?? 0));
    const slope = new Float64Array(at.length);
    const value = objective(at, slope);
    if (value <= from.value + 1e-4 * size * fall) return { at, slope, value };
    size /= 2;
  }
  return undefined;
}

/** The two-loop recursion: the slope, bent by what the last steps taught about the curvature. */
function direction(slope: Float64Array, steps: readonly Step[]): Float64Array {
  const out = Float64Array.from(slope);
  const shares: number[] = [];
  for (const step of steps.toReversed()) {
    const share = step.scale * dot(step.move, out);
    shares.unshift(share);
    addScaled(out, step.bend, -share);
  }
  const last = steps.at(-1);
  const first =
    last === undefined ? 1 / Math.max(1, Math.sqrt(dot(slope, slope))) : 1 / (last.scale * dot(last.bend, last.bend));
  for (let index = 0; index < out.length; index += 1) out[index] = (out[index] ?? 0) * first;
  for (const [index, step] of steps.entries()) {
    addScaled(out, step.move, (shares[index] ?? 0) - step.scale * dot(step.bend, out));
  }
  return out.map((value) => -value);
}

function remember(steps: Step[], move: Float64Array, bend: Float64Array): void {
  const curvature = dot(move, bend);
  if (curvature <= 1e-12) return;
  steps.push({ move, bend, scale: 1 / curvature });
  if (steps.length > MEMORY) steps.shift();
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - (b[index] ?? 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function addScaled(out: Float64Array, by: Float64Array, scale: number): void {
  for (let index = 0; index < out.length; index += 1) out[index] = (out[index] ?? 0) + scale * (by[index] ?? 0);
}
