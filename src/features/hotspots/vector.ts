import type { Reading, TermTable } from "./features.ts";
import type { Section } from "./taxonomy.ts";

/**
 * A write-up as numbers with readable names:
 * `share:dns`, `title:dns`, `cause:dns`: how much of the weighted evidence speaks for a category, overall and in the
 * title and the cause parts; `much:dns`: how much evidence there is at all; `top:dns`: the strongest single mention;
 * `weak`: nothing but hints; `short`: how little text there is;
 * `term:…`: one pattern of the taxonomy; `word:…`: a plain word.
 */
export type Vector = ReadonlyMap<string, number>;

/** Evidence that has to gather before a share means much; in units of term weight. */
const EVIDENCE_FLOOR = { share: 3, title: 1.5, cause: 2 } as const;
const CAUSE_SECTIONS = new Set<Section>(["cause", "trigger", "mitigation"]);
/** The same words said again add ever less, and from here on nothing. */
const MOST_STRENGTH = 2.2;
const PLAIN_LENGTH = 60;
/** A mention below this is a hint; hints alone prove nothing. */
const HINT = 2.5;

/** The numbers the built-in weights know. Plain words cost time and are left to `withWords`. */
export function vectorOf(reading: Reading, table: TermTable): Map<string, number> {
  const out = new Map<string, number>();
  const strengths = termStrengths(reading);
  addShares(out, "share", { strengths, table });
  addShares(out, "title", { strengths: termStrengths(reading, TITLE), table });
  addShares(out, "cause", { strengths: termStrengths(reading, CAUSE_SECTIONS), table });
  addStrongest(out, reading, table);
  out.set("short", 1 / (1 + reading.wordCount / PLAIN_LENGTH));
  addTerms(out, strengths, table);
  return out;
}

/** The same with plain words, which an installation's own confirmations may give a meaning to. */
export function withWords(vector: Vector, reading: Reading): Vector {
  const out = new Map(vector);
  addWords(out, reading);
  return out;
}

const TITLE = new Set<Section>(["title"]);

/** How strongly each term that occurs is said, in order of the first mention. */
type Strengths = ReadonlyMap<number, number>;

function termStrengths(reading: Reading, only?: ReadonlySet<Section>): Strengths {
  const sums = new Map<number, number>();
  for (const { term, section, strength } of reading.mentions) {
    if (only === undefined || only.has(section)) sums.set(term, (sums.get(term) ?? 0) + strength);
  }
  for (const [term, sum] of sums) sums.set(term, saturated(sum));
  return sums;
}

function saturated(sum: number): number {
  return Math.min(MOST_STRENGTH, Math.log2(1 + sum));
}

/** Weighted evidence per category, negative cues taken off. */
function evidencePerCategory(strengths: Strengths, table: TermTable): number[] {
  const totals = table.keys.map(() => 0);
  for (const [index, strength] of strengths) {
    const term = table.terms[index];
    if (term !== undefined) totals[term.category] = (totals[term.category] ?? 0) + strength * term.weight;
  }
  return totals.map((total) => Math.max(0, total));
}

function addShares(
  out: Map<string, number>,
  group: "share" | "title" | "cause",
  from: { strengths: Strengths; table: TermTable },
): void {
  const totals = evidencePerCategory(from.strengths, from.table);
  const all = totals.reduce((sum, total) => sum + total, EVIDENCE_FLOOR[group]);
  for (const [index, key] of from.table.keys.entries()) {
    const total = totals[index] ?? 0;
    if (total === 0) continue;
    out.set(`${group}:${key}`, total / all);
    if (group === "share") out.set(`much:${key}`, Math.log2(1 + total) / 4);
  }
}

/** The single most telling mention of each category: one plain statement outweighs many hints. */
function addStrongest(out: Map<string, number>, reading: Reading, table: TermTable): void {
  const tops = table.keys.map(() => 0);
  for (const mention of reading.mentions) {
    const term = table.terms[mention.term];
    if (term !== undefined) tops[term.category] = Math.max(tops[term.category] ?? 0, mention.strength * term.weight);
  }
  if (Math.max(...tops) < HINT) out.set("weak", 1);
  for (const [index, key] of table.keys.entries()) {
    const top = tops[index] ?? 0;
    if (top > 0) out.set(`top:${key}`, Math.min(2, top / 10));
  }
}

/** Terms and words are scaled so that a long write-up does not shout. */
function addTerms(out: Map<string, number>, strengths: Strengths, table: TermTable): void {
  let square = 1;
  for (const strength of strengths.values()) square += strength * strength;
  const scale = 1 / Math.sqrt(square);
  for (const [index, strength] of strengths) out.set(table.names[index] ?? "", strength * scale);
}

function addWords(out: Map<string, number>, reading: Reading): void {
  const sums = new Map<string, number>();
  for (const { words, strength } of reading.texts) {
    for (const word of words) if (isPlainWord(word)) sums.set(word, (sums.get(word) ?? 0) + strength);
  }
  let square = 1;
  for (const [word, sum] of sums) {
    const strength = saturated(sum);
    sums.set(word, strength);
    square += strength * strength;
  }
  const scale = 1 / Math.sqrt(square);
  for (const [word, strength] of sums) out.set(`word:${word}`, strength * scale);
}

/** Letters only, of a length that can mean something. */
function isPlainWord(word: string): boolean {
  return word.length >= 3 && word.length <= 24 && /^[a-z]+$/.test(word);
}
