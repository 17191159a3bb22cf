import { readWriteUp } from "./features.ts";
import { fitModel, type Example, type FitSettings } from "./fit.ts";
import { linearScores, softmax, type Model } from "./model.ts";
import { vectorOf, withWords } from "./vector.ts";
import type { Classifier } from "./classify.ts";

/** A postmortem whose category a person confirmed. `at` is when, as an ISO time: it only puts them in order. */
export interface Confirmed {
  readonly title: string;
  readonly body: string;
  readonly category: string;
  readonly at: string;
}

/** What an installation's confirmations changed. `share` 0 means: nothing yet, the built-in weights stand. */
export interface Learned {
  readonly model: Model;
  readonly share: number;
  readonly from: number;
}

/** Fewer confirmations than this teach habits, not categories. */
export const LEAST_CONFIRMED = 12;
/** Older confirmations than the newest so many say little about today. */
const MOST = 600;
/** Learning is tried on the past: from the first half on the next quarter, from three quarters on the last. */
const TRIALS = [
  { until: 0.5, to: 0.75 },
  { until: 0.75, to: 1 },
] as const;
/** How much of the new weights may be taken up, and how far the misfit has to fall for it: smaller gains are chance. */
const SHARES = [
  { share: 1, gain: 0.75 },
  { share: 0.6, gain: 0.97 },
  { share: 0.3, gain: 0.97 },
] as const;

const SETTINGS: FitSettings = {
  hold: { bias: 2, group: 4, term: 1.5, word: 0.5 },
  least: { documents: 3, sources: 1 },
  balance: 0,
  rounds: 40,
};

/**
 * Moves the built-in weights towards what people confirmed. It asks the past first: weights learned from an older part
 * have to do clearly better on the newer part than the built-in ones, or they are not used. The same set of
 * confirmations, in any order, gives the same result.
 */
export function learn(classifier: Classifier, confirmed: readonly Confirmed[]): Learned {
  const examples = inOrder(confirmed, classifier);
  const builtIn = { model: classifier.model, share: 0, from: examples.length };
  if (examples.length < LEAST_CONFIRMED) return builtIn;
  const share = bestShare(classifier.model, examples);
  if (share === 0) return builtIn;
  const model = blend(classifier.model, fitModel(classifier.model, examples, SETTINGS), share);
  return { model, share, from: examples.length };
}

function inOrder(confirmed: readonly Confirmed[], classifier: Classifier): Example[] {
  const keys = classifier.table.keys;
  return confirmed
    .filter((one) => keys.includes(one.category))
    .toSorted(
      (a, b) =>
        compare(a.at, b.at) || compare(a.title, b.title) || compare(a.body, b.body) || compare(a.category, b.category),
    )
    .slice(-MOST)
    .map((one) => {
      const reading = readWriteUp(classifier.table, classifier.taxonomy, one);
      const vector = withWords(vectorOf(reading, classifier.table), reading);
      return { vector, accepted: [keys.indexOf(one.category)], source: "confirmed" };
    });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The share of the new weights that did best on the newer parts; 0 when none did clearly better. */
function bestShare(builtIn: Model, examples: readonly Example[]): number {
  const trials = TRIALS.map(({ until, to }) => {
    const cut = Math.floor(examples.length * until);
    const late = examples.slice(cut, Math.floor(examples.length * to));
    return { early: fitModel(builtIn, examples.slice(0, cut), SETTINGS), late };
  });
  const base = sum(trials.map(({ late }) => judged(builtIn, late)));
  let best = { share: 0, loss: base.loss };
  for (const { share, gain } of SHARES) {
    const result = sum(trials.map(({ early, late }) => judged(blend(builtIn, early, share), late)));
    const isClear = result.right > base.right && result.loss < base.loss * gain;
    if (isClear && result.loss < best.loss) best = { share, loss: result.loss };
  }
  return best.share;
}

function sum(results: readonly { right: number; loss: number }[]): { right: number; loss: number } {
  let right = 0;
  let loss = 0;
  for (const result of results) {
    right += result.right;
    loss += result.loss;
  }
  return { right, loss };
}

function judged(model: Model, examples: readonly Example[]): { right: number; loss: number } {
  let right = 0;
  let loss = 0;
  for (const { vector, accepted } of examples) {
    const chances = softmax(linearScores(model, vector));
    const chance = chances[accepted[0] ?? 0] ?? 0;
    if (chance === Math.max(...chances)) right += 1;
    loss -= Math.log(chance + 1e-9);
  }
  return { right, loss };
}

function blend(a: Model, b: Model, share: number): Model {
  const mix = (x: number, y: number) => x + share * (y - x);
  const names = [...new Set([...a.weights.keys(), ...b.weights.keys()])];
  const weights = new Map(
    names.map((name) => {
      const left = a.weights.get(name);
      const right = b.weights.get(name);
      return [name, Float64Array.from(a.keys, (_, index) => mix(left?.[index] ?? 0, right?.[index] ?? 0))];
    }),
  );
  return { keys: a.keys, bias: a.bias.map((value, index) => mix(value, b.bias[index] ?? 0)), weights };
}
