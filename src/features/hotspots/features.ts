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

/** What words of a sentence say about the words around them: the cause stands after, before or around them. */
type Cue = "after" | "before" | "around" | "negating";

export interface TermTable {
  readonly terms: readonly Term[];
  readonly keys: readonly string[];
  /** `term:…`, the name of each term among the features. */
  readonly names: readonly string[];
  readonly matcher: Matcher;
  /** Patterns from here on are cues, not terms. */
  readonly cuesFrom: number;
  readonly cues: readonly Cue[];
}

/** One place of a write-up where a term stands. Offsets into the title or the body. */
export interface Mention {
  readonly term: number;
  readonly section: Section;
  readonly start: number;
  readonly end: number;
  readonly strength: number;
}

export interface Reading {
  readonly mentions: readonly Mention[];
  /** Words outside code, links and comments: how much there is to tell from. */
  readonly wordCount: number;
  readonly texts: readonly WeightedText[];
}

/** The words of one part, with how much that part says. */
export interface WeightedText {
  readonly words: readonly string[];
  readonly strength: number;
}

export interface WriteUp {
  readonly title: string;
  readonly body: string;
}

/** Words that a sentence states as the cause count this much more. */
const CAUSAL_FACTOR = 2;
/** A negation reaches this many words forward: "not a DNS issue". */
const NEGATION_REACH = 3;
/** GitHub's own limit for a body; what is beyond it was never shown to anybody. */
const LONGEST_BODY = 65_536;
const LONGEST_TITLE = 1_024;

export function termTable(taxonomy: Taxonomy): TermTable {
  const terms = taxonomy.categories.flatMap((category, index) => termsOf(category, index, taxonomy.componentWeight));
  const { causeAfter, causeBefore, causeAround, negating } = taxonomy.cues;
  const cues = [
    ...causeAfter.map((source) => ({ source, cue: "after" as const })),
    ...causeBefore.map((source) => ({ source, cue: "before" as const })),
    ...causeAround.map((source) => ({ source, cue: "around" as const })),
    ...negating.map((source) => ({ source, cue: "negating" as const })),
  ];
  const keys = taxonomy.categories.map((category) => category.key);
  const matcher = compilePatterns([...terms, ...cues].map((pattern) => pattern.source));
  const names = terms.map((term) => `term:${term.source}`);
  return { terms, keys, names, matcher, cuesFrom: terms.length, cues: cues.map((one) => one.cue) };
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
  const texts: WeightedText[] = [];
  let wordCount = 0;
  for (const part of parts) {
    const weight = taxonomy.sections[part.section];
    if (weight === 0) continue;
    const tokens = tokenize(part.text, part.from, part.to);
    mentions.push(...mentionsIn(table, tokens, { section: part.section, weight }));
    if (part.section !== "code") wordCount += plainWords(tokens);
    texts.push({ words: tokens.words, strength: weight });
  }
  return { mentions, wordCount, texts };
}

function plainWords(tokens: Tokens): number {
  let count = 0;
  for (const word of tokens.words) if (word.length > 1 && !word.startsWith("<")) count += 1;
  return count;
}

function mentionsIn(table: TermTable, tokens: Tokens, part: { section: Section; weight: number }): Mention[] {
  const hits = findPatterns(table.matcher, tokens);
  const cues = hits.filter((hit) => hit.pattern >= table.cuesFrom);
  const negations = cues.filter((hit) => cueOf(table, hit) === "negating");
  const causes = causalReach(table, cues, tokens);
  const terms = hits.filter((hit) => hit.pattern < table.cuesFrom && !isNegated(hit, negations, tokens));
  return withoutInner(table, terms, tokens.words.length).map((hit) => ({
    term: hit.pattern,
    section: part.section,
    start: tokens.start[hit.first] ?? 0,
    end: tokens.end[hit.last] ?? 0,
    strength: isCausal(hit, causes, tokens) ? part.weight * CAUSAL_FACTOR : part.weight,
  }));
}

function cueOf(table: TermTable, hit: Hit): Cue | undefined {
  return table.cues[hit.pattern - table.cuesFrom];
}

/** Per sentence: the cause stands from `from` on, or up to `to`. */
type CausalReach = ReadonlyMap<number, { readonly from: number; readonly to: number }>;

function causalReach(table: TermTable, cues: readonly Hit[], tokens: Tokens): CausalReach {
  const out = new Map<number, { from: number; to: number }>();
  for (const hit of cues) {
    const cue = cueOf(table, hit);
    if (cue === "negating") continue;
    const sentence = tokens.sentence[hit.first] ?? -1;
    const reach = out.get(sentence) ?? { from: Infinity, to: -1 };
    const from = cue === "before" ? reach.from : Math.min(reach.from, cue === "after" ? hit.first : -1);
    const to = cue === "before" ? Math.max(reach.to, hit.first) : reach.to;
    out.set(sentence, { from, to });
  }
  return out;
}

function isCausal(hit: Hit, causes: CausalReach, tokens: Tokens): boolean {
  const reach = causes.get(tokens.sentence[hit.first] ?? -1);
  return reach !== undefined && (hit.first >= reach.from || hit.last <= reach.to);
}

/** Words count once per category: "ingress" inside "ingress controller" adds nothing to the stronger of the two. */
function withoutInner(table: TermTable, hits: readonly Hit[], tokenCount: number): Hit[] {
  if (hits.length < 2) return [...hits];
  const width = table.keys.length;
  const taken = new Uint8Array(tokenCount * width);
  return hits
    .toSorted((a, b) => strongerFirst(table, a, b))
    .filter((hit) => {
      const category = table.terms[hit.pattern]?.category ?? 0;
      const isInner = taken[hit.first * width + category] === 1 && taken[hit.last * width + category] === 1;
      for (let at = hit.first; at <= hit.last; at += 1) taken[at * width + category] = 1;
      return !isInner;
    });
}

function strongerFirst(table: TermTable, a: Hit, b: Hit): number {
  const weights = Math.abs(table.terms[b.pattern]?.weight ?? 0) - Math.abs(table.terms[a.pattern]?.weight ?? 0);
  return weights || b.last - b.first - (a.last - a.first) || a.first - b.first || a.pattern - b.pattern;
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
