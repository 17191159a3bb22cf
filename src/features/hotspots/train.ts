import { compileTaxonomy, type Classifier } from "./classify.ts";
import { readWriteUp } from "./features.ts";
import { fitModel, type Example } from "./fit.ts";
import { minimize } from "./minimize.ts";
import { calibrate, linearScores, priorModel, softmax, type Model } from "./model.ts";
import type { Fitted, Taxonomy } from "./taxonomy.ts";
import { vectorOf } from "./vector.ts";

/** A write-up that a careful person has labelled; any category in `primary` is a right answer. */
export interface Labelled {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly primary: readonly string[];
  readonly source?: string | undefined;
  readonly date?: string | undefined;
  readonly kind?: string | undefined;
}

/** Chances per category for one record, from weights that never saw its source. */
export interface Unseen {
  readonly chances: readonly number[];
  readonly source: string;
  readonly right: boolean;
}

/** Fits every weight and the calibration on labelled incidents: what weights.yml holds. */
export function train(taxonomy: Taxonomy, labelled: readonly Labelled[]): Fitted {
  const { classifier, examples } = prepare(taxonomy, labelled);
  const model = fitModel(classifier.model, examples);
  const calibration = fitCalibration(leaveSourcesOut(taxonomy, labelled));
  return readable(model, classifier, calibration);
}

/** For every source: fit on all others, then judge this one. The honest measure of how unseen teams fare. */
export function leaveSourcesOut(taxonomy: Taxonomy, labelled: readonly Labelled[]): Unseen[] {
  const { classifier, examples } = prepare(taxonomy, labelled);
  const models = new Map<string, Model>();
  return examples.map((example) => {
    const known = models.get(example.source);
    const model =
      known ??
      fitModel(
        classifier.model,
        examples.filter((other) => other.source !== example.source),
      );
    if (known === undefined) models.set(example.source, model);
    const chances = softmax(linearScores(model, example.vector));
    return { chances, source: example.source, right: example.accepted.includes(best(chances)) };
  });
}

/** Chances turned into confidence: the two numbers that make it fit how often the best category was right. */
export function fitCalibration(unseen: readonly Unseen[]): Fitted["calibration"] {
  const loss = (at: Float64Array, slope: Float64Array) => {
    const [steep = 0, offset = 0] = at;
    slope.set([2 * HOLD * (steep - 1), 2 * HOLD * offset]);
    let total = HOLD * ((steep - 1) ** 2 + offset ** 2);
    for (const { chances, right } of unseen) {
      const top = Math.min(0.999, Math.max(0.001, Math.max(...chances)));
      const odds = Math.log(top / (1 - top));
      const sure = calibrate(top, { slope: steep, offset });
      total -= Math.log(right ? sure : 1 - sure);
      slope[0] = (slope[0] ?? 0) + (sure - (right ? 1 : 0)) * odds;
      slope[1] = (slope[1] ?? 0) + (sure - (right ? 1 : 0));
    }
    return total;
  };
  const [slope = 1, offset = 0] = minimize(loss, new Float64Array([1, 0]), 100);
  return { slope: rounded(slope), offset: rounded(offset - CAUTION) };
}

/** Keeps the calibration near "take the chance at its word" when there is little to learn it from. */
const HOLD = 1;
/** Teams not met yet differ more than those we know: what is said is a little below what was measured (log odds). */
const CAUTION = 0.6;
/** Weights closer to the prior than this change nothing anybody could see. */
const SMALLEST = 0.02;

/** The taxonomy without its fitted weights, and every record as the numbers that it sees. */
export function prepare(
  taxonomy: Taxonomy,
  labelled: readonly Labelled[],
): { classifier: Classifier; examples: Example[] } {
  const { fitted: _, ...bare } = taxonomy;
  const classifier = compileTaxonomy(bare);
  const { keys } = classifier.table;
  const examples = labelled.map((one) => ({
    vector: vectorOf(readWriteUp(classifier.table, bare, one), classifier.table),
    accepted: one.primary.map((key) => keys.indexOf(key)).filter((index) => index >= 0),
    source: one.source ?? one.id,
  }));
  return { classifier, examples };
}

function best(chances: readonly number[]): number {
  return chances.indexOf(Math.max(...chances));
}

function readable(model: Model, classifier: Classifier, calibration: Fitted["calibration"]): Fitted {
  const prior = priorModel(model.keys, classifier.taxonomy.fallback);
  const terms: Fitted["terms"] = {};
  const groups: Fitted["groups"] = {};
  for (const name of [...model.weights.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    const row = rowOf(model, prior, name);
    if (Object.keys(row).length === 0) continue;
    if (name.startsWith("term:")) terms[name.slice(5)] = row;
    else groups[name] = row;
  }
  const bias = Object.fromEntries(model.keys.map((key, index) => [key, rounded(model.bias[index] ?? 0)]));
  return { calibration, bias, groups, terms };
}

function rowOf(model: Model, prior: Model, name: string): Record<string, number> {
  const row = model.weights.get(name);
  const start = prior.weights.get(name);
  const entries = model.keys.map((key, index): [string, number, number] => [
    key,
    row?.[index] ?? 0,
    start?.[index] ?? 0,
  ]);
  return Object.fromEntries(
    entries
      .filter(([, weight, from]) => Math.abs(weight - from) >= SMALLEST)
      .map(([key, weight]) => [key, rounded(weight)]),
  );
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
