import type { Fitted } from "./taxonomy.ts";
import type { Vector } from "./vector.ts";

/** Linear scores per category over named features. */
export interface Model {
  readonly keys: readonly string[];
  readonly bias: readonly number[];
  readonly weights: ReadonlyMap<string, Float64Array>;
}

/** What a share of the evidence is worth before anything was fitted; found with the built-in terms, rounded. */
export const PRIOR = { share: 7.5, title: 1, cause: 0.5, much: 1.5, top: 2 } as const;
/** Before fitting, the fallback category starts this far ahead: other categories have to bring evidence. */
export const FALLBACK_BIAS = 1.2;

/** Where there are only hints, the fallback category is this much likelier. */
export const WEAK_PULL = 2;

/** The model that knows only what experts wrote into the taxonomy. */
export function priorModel(keys: readonly string[], fallback: string): Model {
  const weights = new Map<string, Float64Array>();
  for (const [index, key] of keys.entries()) {
    for (const [group, weight] of Object.entries(PRIOR))
      weights.set(`${group}:${key}`, oneHot(keys.length, index, weight));
  }
  weights.set("weak", oneHot(keys.length, keys.indexOf(fallback), WEAK_PULL));
  return { keys, bias: keys.map((key) => (key === fallback ? FALLBACK_BIAS : 0)), weights };
}

function oneHot(length: number, at: number, value: number): Float64Array {
  const out = new Float64Array(length);
  out[at] = value;
  return out;
}

/** The prior with every fitted number laid over it. */
export function fittedModel(prior: Model, fitted: Fitted | undefined): Model {
  if (fitted === undefined) return prior;
  const weights = new Map(prior.weights);
  const lay = (prefix: string, table: Fitted["terms"]) => {
    for (const [name, row] of Object.entries(table)) {
      const known = weights.get(prefix + name);
      weights.set(
        prefix + name,
        Float64Array.from(prior.keys, (key, index) => row[key] ?? known?.[index] ?? 0),
      );
    }
  };
  lay("", fitted.groups);
  lay("term:", fitted.terms);
  return {
    keys: prior.keys,
    bias: prior.keys.map((key, index) => fitted.bias[key] ?? prior.bias[index] ?? 0),
    weights,
  };
}

/** One score per category, in the order of `model.keys`. */
export function linearScores(model: Model, vector: Vector): number[] {
  const scores = [...model.bias];
  for (const [name, value] of vector) {
    const row = model.weights.get(name);
    if (row === undefined) continue;
    for (let index = 0; index < scores.length; index += 1)
      scores[index] = (scores[index] ?? 0) + value * (row[index] ?? 0);
  }
  return scores;
}

export function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Turns the probability of the best category into the measured chance of being right. */
export function calibrate(probability: number, calibration: Fitted["calibration"]): number {
  const bounded = Math.min(0.999, Math.max(0.001, probability));
  return 1 / (1 + Math.exp(-(calibration.slope * Math.log(bounded / (1 - bounded)) + calibration.offset)));
}
