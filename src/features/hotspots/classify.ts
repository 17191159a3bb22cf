import type { Classification, Evidence } from "../../domain/hotspot.ts";
import { readWriteUp, termTable, type Reading, type TermTable, type WriteUp } from "./features.ts";
import { calibrate, fittedModel, linearScores, priorModel, softmax, type Model } from "./model.ts";
import type { Taxonomy } from "./taxonomy.ts";
import { vectorOf, withWords } from "./vector.ts";

/** A classification with the score of every category. */
export interface Scored extends Classification {
  readonly scores: Readonly<Record<string, number>>;
}

export interface Classifier {
  readonly taxonomy: Taxonomy;
  readonly table: TermTable;
  readonly model: Model;
}

const MOST_EVIDENCE = 12;
const MOST_CONTRIBUTING = 3;
/** Without fitted calibration a probability is taken at its word, a little damped. */
const PLAIN_CALIBRATION = { slope: 0.8, offset: 0 };

/** Prepares a taxonomy for use. Build it once: it costs some milliseconds, a classification a fraction of one. */
export function compileTaxonomy(taxonomy: Taxonomy): Classifier {
  const table = termTable(taxonomy);
  return { taxonomy, table, model: fittedModel(priorModel(table.keys, taxonomy.fallback), taxonomy.fitted) };
}

/**
 * Says which hotspot a write-up belongs to, how sure that is, and which words led there. Same input, same output.
 * `learned` takes the place of the built-in weights.
 */
export function classify(classifier: Classifier, writeUp: WriteUp, learned?: { readonly model: Model }): Scored {
  const { taxonomy, table } = classifier;
  const reading = readWriteUp(table, taxonomy, writeUp);
  const vector = vectorOf(reading, table);
  const scores =
    learned === undefined
      ? linearScores(classifier.model, vector)
      : linearScores(learned.model, withWords(vector, reading));
  const chances = softmax(scores);
  const best = indexOfLargest(chances);
  const primary = table.keys[best] ?? taxonomy.fallback;
  const shares = new Map(table.keys.map((key) => [key, vector.get(`share:${key}`) ?? 0]));
  const contributing = contributingTo(primary, shares, taxonomy);
  return {
    primary,
    contributing,
    confidence: rounded(calibrate(chances[best] ?? 0, taxonomy.fitted?.calibration ?? PLAIN_CALIBRATION)),
    thin: isThin(reading, taxonomy, table),
    evidence: evidenceFor([primary, ...contributing], { reading, table, writeUp }),
    scores: Object.fromEntries(table.keys.map((key, index) => [key, rounded(chances[index] ?? 0)])),
  };
}

function indexOfLargest(values: readonly number[]): number {
  let best = 0;
  for (const [index, value] of values.entries()) if (value > (values[best] ?? 0)) best = index;
  return best;
}

function contributingTo(primary: string, shares: ReadonlyMap<string, number>, taxonomy: Taxonomy): string[] {
  return [...shares]
    .filter(([key, share]) => key !== primary && key !== taxonomy.fallback && share >= taxonomy.contributing)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_CONTRIBUTING)
    .map(([key]) => key);
}

function isThin(reading: Reading, taxonomy: Taxonomy, table: TermTable): boolean {
  if (reading.wordCount >= taxonomy.thin.words) return false;
  let strongest = 0;
  for (const mention of reading.mentions) {
    strongest = Math.max(strongest, mention.strength * (table.terms[mention.term]?.weight ?? 0));
  }
  return strongest < taxonomy.thin.evidence;
}

/** Three decimals are what a reader can use, and they compare as text. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function evidenceFor(
  categories: readonly string[],
  from: { reading: Reading; table: TermTable; writeUp: WriteUp },
): Evidence[] {
  const all = from.reading.mentions.flatMap((mention): Evidence[] => {
    const term = from.table.terms[mention.term];
    const category = from.table.keys[term?.category ?? -1];
    if (term === undefined || category === undefined || term.weight <= 0 || !categories.includes(category)) return [];
    const text = mention.section === "title" ? from.writeUp.title : from.writeUp.body;
    const words = text.slice(mention.start, mention.end).replaceAll(/\s+/g, " ");
    const { section, start, end } = mention;
    return [{ words, section, start, end, weight: rounded(mention.strength * term.weight), category }];
  });
  all.sort((a, b) => b.weight - a.weight || a.start - b.start || a.end - b.end);
  return withoutRepeats(all).slice(0, MOST_EVIDENCE);
}

/** The same words in the same part, or inside stronger words that were already shown, are said once. */
function withoutRepeats(all: readonly Evidence[]): Evidence[] {
  const out: Evidence[] = [];
  for (const one of all) {
    if (out.length === MOST_EVIDENCE) break;
    if (!out.some((shown) => shown.category === one.category && repeats(one, shown))) out.push(one);
  }
  return out;
}

function repeats(one: Evidence, shown: Evidence): boolean {
  if (one.words.toLowerCase() === shown.words.toLowerCase()) return true;
  const sameText = (one.section === "title") === (shown.section === "title");
  return sameText && one.start >= shown.start && one.end <= shown.end;
}
