import { compileTaxonomy, type Classifier } from "./classify.ts";
import { readWriteUp } from "./features.ts";
import { fitModel } from "./fit.ts";
import { learn } from "./learn.ts";
import { linearScores, type Model } from "./model.ts";
import type { Taxonomy } from "./taxonomy.ts";
import { prepare, type Labelled } from "./train.ts";
import { vectorOf, withWords } from "./vector.ts";

/** Accuracy on a team's later incidents after it confirmed its first `confirmed`. */
export interface CurvePoint {
  readonly team: string;
  readonly confirmed: number;
  readonly later: number;
  readonly builtIn: number;
  readonly learned: number;
  /** How far the learned weights were taken up; 0 means the built-in ones were kept. */
  readonly share: number;
}

/** Fewer later incidents than this measure nothing. */
const LEAST_LATER = 5;

/**
 * One team's learning curve, by date. The built-in weights are fitted on everybody else, so neither side of the
 * comparison has seen the team's later incidents.
 */
export function teamCurve(
  taxonomy: Taxonomy,
  labelled: readonly Labelled[],
  options: { team: string; steps: readonly number[] },
): CurvePoint[] {
  const { team, steps } = options;
  const { classifier, examples } = prepare(taxonomy, labelled);
  const others = fitModel(
    classifier.model,
    examples.filter((example) => example.source !== team),
  );
  return curve({ ...classifier, model: others }, byDate(labelled.filter((one) => one.source === team)), {
    team,
    steps,
  });
}

/** The same for all teams together as one installation; the built-in side has only what the taxonomy's authors wrote. */
export function wholeCurve(taxonomy: Taxonomy, labelled: readonly Labelled[], steps: readonly number[]): CurvePoint[] {
  const { fitted: _, ...bare } = taxonomy;
  return curve(compileTaxonomy(bare), byDate(labelled), { team: "all teams", steps });
}

function curve(
  classifier: Classifier,
  incidents: readonly Labelled[],
  options: { team: string; steps: readonly number[] },
): CurvePoint[] {
  return options.steps
    .filter((confirmed) => incidents.length - confirmed >= LEAST_LATER)
    .map((confirmed) => {
      const learned = learn(classifier, incidents.slice(0, confirmed).map(confirmation));
      const later = incidents.slice(confirmed);
      return {
        team: options.team,
        confirmed,
        later: later.length,
        builtIn: accuracy(classifier, classifier.model, later),
        learned: accuracy(classifier, learned.model, later),
        share: learned.share,
      };
    });
}

function byDate(incidents: readonly Labelled[]): Labelled[] {
  const key = (one: Labelled) => `${one.date ?? ""} ${one.id}`;
  return incidents.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function confirmation(one: Labelled): Parameters<typeof learn>[1][number] {
  return { title: one.title, body: one.body, category: one.primary[0] ?? "", at: one.date ?? "" };
}

function accuracy(classifier: Classifier, model: Model, incidents: readonly Labelled[]): number {
  const right = incidents.filter((one) => {
    const reading = readWriteUp(classifier.table, classifier.taxonomy, one);
    const scores = linearScores(model, withWords(vectorOf(reading, classifier.table), reading));
    return one.primary.includes(classifier.table.keys[scores.indexOf(Math.max(...scores))] ?? "");
  });
  return right.length / (incidents.length || 1);
}
