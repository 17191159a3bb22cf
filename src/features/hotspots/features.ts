import { compilePatterns, findPatterns, type Hit, type Matcher } from "./matcher.ts";
import { splitSections, type Stretch } from "./sections.ts";
import type { Category, Section, Taxonomy } from "./taxonomy.ts";
import { tokenize, type Tokens } from "./tokens.ts";

/** A pattern of the taxonomy, ready to be looked for. `category` is an index; a negative weight speaks against it. */
export interface Term {
  readonly source: string;
  readonly category: number;
  readonly weight: number;
}

export interface TermTable {
  readonly terms: readonly Term[];
  readonly keys: readonly string[];
  readonly matcher: Matcher;
  /** Patterns from here on are causal cues, then negating cues. */
  readonly causalFrom: number;
  readonly negatingFrom: number;
}

/** One place of a write-up where a term stands. Offsets into the title or the body. */
export interface Mention {
  readonly term: number;
  readonly section: Section;
  readonly start: number;
  readonly end: number;
  readonly strength: number;
  /** Stands in a sentence that states a cause. */
  readonly causal: boolean;
}

export interface Reading {
  readonly mentions: readonly Mention[];
  /** Words outside code, links and comments: how much there is to tell from. */
  readonly wordCount: number;
  readonly words: readonly WeightedWord[];
}

export interface WeightedWord {
  readonly word: string;
  readonly strength: number;
}

export interface WriteUp {
  readonly title: string;
  readonly body: string;
}

/** Words in a sentence that states a cause count this much more. */
const CAUSAL_FACTOR = 2;
/** A negation reaches this many words forward: "not a DNS issue". */
const NEGATION_REACH = 3;
/** GitHub's own limit for a body; what is beyond it was never shown to anybody. */
const LONGEST_BODY = 65_536;
const LONGEST_TITLE = 1_024;

export function termTable(taxonomy: Taxonomy): TermTable {
  const terms = taxonomy.categories.flatMap((category, index) => termsOf(category, index, taxonomy.componentWeight));
  const causalFrom = terms.length;
  const negatingFrom = causalFrom + taxonomy.cues.causal.length;
  const sources = [...terms.map((term) => term.source), ...taxonomy.cues.causal, ...taxonomy.cues.negating];
  const keys = taxonomy.categories.map((category) => category.key);
  return { terms, keys, matcher: compilePatterns(sources), causalFrom, negatingFrom };
}

function termsOf(category: Category, index: number, componentWeight: number): Term[] {
  const components = { weight: componentWeight, any: category.components };
  return [...category.terms, components, ...category.against].flatMap((entry) => {
    const sources = "any" in entry ? entry.any : [entry.term];
    return sources.map((source) => ({ source, category: index, weight: entry.weight }));
  });
}

/** Reads title and body into mentions of terms, each as strong as its part of the write-up and its sentence make it. */
export function readWriteUp(table: TermTable, taxonomy: Taxonomy, writeUp: WriteUp): Reading {
  const title = writeUp.title.slice(0, LONGEST_TITLE);
  const body = writeUp.body.slice(0, LONGEST_BODY);
  const parts: { section: Section; text: string; from: number; to: number }[] = [
    { section: "title", text: title, from: 0, to: title.length },
    ...splitSections(body, taxonomy).map((part: Stretch) => ({
      section: part.section,
      text: body,
      from: part.start,
      to: part.end,
    })),
  ];
  const mentions: Mention[] = [];
  const words: WeightedWord[] = [];
  let wordCount = 0;
  for (const part of parts) {
    const weight = taxonomy.sections[part.section];
    if (weight === 0) continue;
    const tokens = tokenize(part.text, part.from, part.to);
    for (const mention of mentionsIn(table, tokens, part.section)) {
      mentions.push({ ...mention, strength: mention.strength * weight });
    }
    if (part.section !== "code") wordCount += plainWords(tokens);
    for (const word of tokens.words) words.push({ word, strength: weight });
  }
  return { mentions, wordCount, words };
}

function plainWords(tokens: Tokens): number {
  let count = 0;
  for (const word of tokens.words) if (word.length > 1 && !word.startsWith("<")) count += 1;
  return count;
}

function mentionsIn(table: TermTable, tokens: Tokens, section: Section): Mention[] {
  const hits = findPatterns(table.matcher, tokens);
  const causal = new Set<number>();
  const negations: Hit[] = [];
  for (const hit of hits) {
    if (hit.pattern >= table.negatingFrom) negations.push(hit);
    else if (hit.pattern >= table.causalFrom) causal.add(tokens.sentence[hit.first] ?? -1);
  }
  return withoutInner(
    table,
    hits.filter((hit) => hit.pattern < table.causalFrom && !isNegated(hit, negations, tokens)),
  ).map((hit) => {
    const isCausal = causal.has(tokens.sentence[hit.first] ?? -1);
    return {
      term: hit.pattern,
      section,
      start: tokens.start[hit.first] ?? 0,
      end: tokens.end[hit.last] ?? 0,
      strength: isCausal ? CAUSAL_FACTOR : 1,
      causal: isCausal,
    };
  });
}

/** Words count once per category: "ingress" inside "ingress controller" adds nothing to the stronger of the two. */
function withoutInner(table: TermTable, hits: readonly Hit[]): Hit[] {
  const weightOf = (hit: Hit) => Math.abs(table.terms[hit.pattern]?.weight ?? 0);
  const taken = new Set<number>();
  return hits
    .toSorted(
      (a, b) =>
        weightOf(b) - weightOf(a) ||
        b.last - b.first - (a.last - a.first) ||
        a.first - b.first ||
        a.pattern - b.pattern,
    )
    .filter((hit) => {
      const category = table.terms[hit.pattern]?.category ?? 0;
      const isFree = !taken.has(placeOf(table, hit.first, category)) || !taken.has(placeOf(table, hit.last, category));
      for (let at = hit.first; at <= hit.last; at += 1) taken.add(placeOf(table, at, category));
      return isFree;
    });
}

function placeOf(table: TermTable, token: number, category: number): number {
  return token * table.keys.length + category;
}

/** Negating words inside the hit itself ("not enough memory") are part of what it says. */
function isNegated(hit: Hit, negations: readonly Hit[], tokens: Tokens): boolean {
  return negations.some(
    (negation) =>
      negation.last < hit.first &&
      hit.first - negation.last <= NEGATION_REACH &&
      tokens.sentence[negation.last] === tokens.sentence[hit.first],
  );
}
