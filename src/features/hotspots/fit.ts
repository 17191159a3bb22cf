import { minimize } from "./minimize.ts";
import { softmax, type Model } from "./model.ts";
import type { Vector } from "./vector.ts";

/** One labelled write-up. `accepted` are indices of categories; any of them is a right answer. */
export interface Example {
  readonly vector: Vector;
  readonly accepted: readonly number[];
  /** Who wrote it: a word has to be used by several before it may count. */
  readonly source: string;
}

/** How strongly each kind of weight is held to the prior, and how often a feature has to occur to be fitted at all. */
export interface FitSettings {
  readonly hold: { readonly bias: number; readonly group: number; readonly term: number; readonly word: number };
  readonly least: { readonly documents: number; readonly sources: number };
  /** 0: every example counts the same; 1: every category counts the same. */
  readonly balance: number;
  readonly rounds: number;
}

/** Found by leaving out one source at a time; see docs/hotspots.md. */
export const SETTINGS: FitSettings = {
  hold: { bias: 1, group: 2, term: 3, word: 10 },
  least: { documents: 4, sources: 2 },
  balance: 0.2,
  rounds: 60,
};

/** Multinomial logistic regression that starts from the prior and is pulled back to it. Pure and deterministic. */
export function fitModel(prior: Model, examples: readonly Example[], settings: FitSettings = SETTINGS): Model {
  const names = featuresToFit(examples, settings);
  const width = prior.keys.length;
  const start = new Float64Array((names.length + 1) * width);
  start.set(prior.bias, 0);
  for (const [index, name] of names.entries()) start.set(prior.weights.get(name) ?? [], (index + 1) * width);
  const holds = [settings.hold.bias, ...names.map((name) => holdOf(name, settings))];
  const rows = rowsOf(examples, names, { width, balance: settings.balance });
  const fixed = examples.map((example) => fixedScores(prior, example.vector, new Set(names)));
  const fitted = minimize((at, slope) => loss({ rows, fixed, holds, start, width }, at, slope), start, settings.rounds);
  const weights = new Map(prior.weights);
  for (const [index, name] of names.entries())
    weights.set(name, fitted.slice((index + 1) * width, (index + 2) * width));
  return { keys: prior.keys, bias: Array.from(fitted.subarray(0, width)), weights };
}

/** Names in order of the alphabet, so that the answer does not hang on the order of the examples. */
function featuresToFit(examples: readonly Example[], settings: FitSettings): string[] {
  const documents = new Map<string, number>();
  const sources = new Map<string, Set<string>>();
  for (const { vector, source } of examples) {
    for (const name of vector.keys()) {
      documents.set(name, (documents.get(name) ?? 0) + 1);
      const known = sources.get(name);
      if (known === undefined) sources.set(name, new Set([source]));
      else known.add(source);
    }
  }
  return [...documents.keys()]
    .filter((name) => {
      if (name.startsWith("term:")) return (documents.get(name) ?? 0) >= 2;
      if (!name.startsWith("word:")) return true;
      return (
        (documents.get(name) ?? 0) >= settings.least.documents &&
        (sources.get(name)?.size ?? 0) >= settings.least.sources
      );
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

function holdOf(name: string, settings: FitSettings): number {
  if (name.startsWith("term:")) return settings.hold.term;
  return name.startsWith("word:") ? settings.hold.word : settings.hold.group;
}

interface Row {
  readonly at: Int32Array;
  readonly values: Float64Array;
  readonly accepted: readonly number[];
  readonly weight: number;
}

function rowsOf(
  examples: readonly Example[],
  names: readonly string[],
  options: { width: number; balance: number },
): Row[] {
  const places = new Map(names.map((name, index) => [name, index + 1]));
  const counts = new Float64Array(options.width);
  for (const { accepted } of examples) counts[accepted[0] ?? 0] = (counts[accepted[0] ?? 0] ?? 0) + 1;
  const usual = examples.length / options.width;
  return examples.map(({ vector, accepted }) => {
    const known = [...vector].filter(([name]) => places.has(name));
    return {
      at: Int32Array.from([0, ...known.map(([name]) => places.get(name) ?? 0)]),
      values: Float64Array.from([1, ...known.map(([, value]) => value)]),
      accepted,
      weight: (usual / Math.max(4, counts[accepted[0] ?? 0] ?? 0)) ** options.balance,
    };
  });
}

/** What features outside the fit add to each score. */
function fixedScores(prior: Model, vector: Vector, fitted: ReadonlySet<string>): Float64Array {
  const scores = new Float64Array(prior.keys.length);
  for (const [name, value] of vector) {
    if (fitted.has(name)) continue;
    const row = prior.weights.get(name);
    if (row !== undefined)
      for (let key = 0; key < scores.length; key += 1) scores[key] = (scores[key] ?? 0) + value * (row[key] ?? 0);
  }
  return scores;
}

interface Problem {
  readonly rows: readonly Row[];
  readonly fixed: readonly Float64Array[];
  readonly holds: readonly number[];
  readonly start: Float64Array;
  readonly width: number;
}

/** Minus the log chance of an accepted answer, plus the pull towards the prior. */
function loss(problem: Problem, at: Float64Array, slope: Float64Array): number {
  let total = 0;
  for (const [index, row] of problem.rows.entries()) total += rowLoss(problem, index, { row, at, slope });
  for (let place = 0; place < at.length; place += 1) {
    const off = (at[place] ?? 0) - (problem.start[place] ?? 0);
    const hold = problem.holds[Math.floor(place / problem.width)] ?? 0;
    total += hold * off * off;
    slope[place] = (slope[place] ?? 0) + 2 * hold * off;
  }
  return total;
}

function rowLoss(problem: Problem, index: number, on: { row: Row; at: Float64Array; slope: Float64Array }): number {
  const { row } = on;
  const chances = softmax(scoresOf(problem, index, on));
  const right = row.accepted.reduce((sum, key) => sum + (chances[key] ?? 0), 1e-12);
  for (const [key, chance] of chances.entries()) {
    const wanted = row.accepted.includes(key) ? chance / right : 0;
    addToSlope(problem, { row, slope: on.slope, key }, row.weight * (chance - wanted));
  }
  return -row.weight * Math.log(right);
}

function scoresOf(problem: Problem, index: number, on: { row: Row; at: Float64Array }): number[] {
  const scores = [...(problem.fixed[index] ?? [])];
  for (const [place, feature] of on.row.at.entries()) {
    const value = on.row.values[place] ?? 0;
    const first = feature * problem.width;
    for (let key = 0; key < problem.width; key += 1) {
      scores[key] = (scores[key] ?? 0) + value * (on.at[first + key] ?? 0);
    }
  }
  return scores;
}

function addToSlope(problem: Problem, to: { row: Row; slope: Float64Array; key: number }, off: number): void {
  for (const [place, feature] of to.row.at.entries()) {
    const at = feature * problem.width + to.key;
    to.slope[at] = (to.slope[at] ?? 0) + off * (to.row.values[place] ?? 0);
  }
}
