import { tokenize, type Tokens } from "./tokens.ts";

/** Where a pattern stands in a list of tokens: from the first to the last word it covers. */
export interface Hit {
  readonly pattern: number;
  readonly first: number;
  readonly last: number;
}

interface Pattern {
  readonly slots: readonly number[];
  /** The second half of `a ~ b`; empty for a plain phrase. */
  readonly near: readonly number[];
}

/** Many patterns at once, found by their first word. Built once per taxonomy, never changed afterwards. */
export interface Matcher {
  readonly patterns: readonly Pattern[];
  /** By the slot of the first word. */
  readonly startingWith: readonly (readonly number[])[];
  readonly exact: ReadonlyMap<string, readonly number[]>;
  readonly stems: ReadonlyMap<string, readonly Stem[]>;
  /** Words met before and the slots they fill: only saves time, never changes an answer. */
  readonly met: Map<string, readonly number[]>;
}

interface Stem {
  readonly stem: string;
  readonly slots: readonly number[];
}

/** `a ~ b` holds when at most this many words stand between the two, in one sentence. */
const NEAR = 8;
/** A pattern repeated more often than this says nothing new; bounds the work on hostile text. */
const MOST_HITS = 24;
const STEM_KEY = 3;
/** Start remembering words afresh after this many, so that memory stays bounded. */
const MOST_MET = 50_000;
/** Any whole number. */
const NUMBER = "<n>";

/** Reads patterns such as `no space left`, `certificat* ~ expir*`, `502|503|504`, `upgrad* to <version>`. */
export function compilePatterns(sources: readonly string[]): Matcher {
  const slots = new Map<string, number>();
  const patterns = sources.map((source) => {
    const [left = "", right = "", ...more] = source.split(" ~ ");
    if (more.length > 0) throw new Error(`pattern "${source}": use ~ once, between two words or phrases`);
    return { slots: slotsOf(left, source, slots), near: right === "" ? [] : slotsOf(right, source, slots) };
  });
  return { patterns, startingWith: byFirstSlot(patterns, slots.size), ...lookupTables(slots), met: new Map() };
}

/** What is wrong with a pattern, as a sentence for the person who wrote it; undefined when it is fine. */
export function patternFault(source: string): string | undefined {
  try {
    compilePatterns([source]);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function byFirstSlot(patterns: readonly Pattern[], slotCount: number): number[][] {
  const out = Array.from({ length: slotCount }, (): number[] => []);
  for (const [index, pattern] of patterns.entries()) out[pattern.slots[0] ?? 0]?.push(index);
  return out;
}

/** One slot per distinct element; `a|b` and `stem*` are elements of their own. */
function slotsOf(phrase: string, source: string, slots: Map<string, number>): number[] {
  const elements = phrase
    .split(" ")
    .filter((part) => part !== "")
    .flatMap((part) => elementsOf(part, source));
  if (elements.length === 0) throw new Error(`pattern "${source}" has no words in it`);
  return elements.map((element) => {
    const known = slots.get(element);
    if (known !== undefined) return known;
    slots.set(element, slots.size);
    return slots.size - 1;
  });
}

function elementsOf(part: string, source: string): string[] {
  if (part.startsWith("<")) return [part];
  if (!part.includes("|")) return wordsOf(part);
  const choices = part.split("|").map((choice) => {
    const words = choice.startsWith("<") ? [choice] : wordsOf(choice);
    if (words.length !== 1) throw new Error(`pattern "${source}": each choice in ${part} has to be a single word`);
    return words.join("");
  });
  return [choices.join("|")];
}

function wordsOf(part: string): string[] {
  const words = [...tokenize(part.replaceAll("*", " ")).words];
  const kind = words.find((word) => word.startsWith("<"));
  if (kind !== undefined)
    throw new Error(`pattern word "${part}" reads as ${kind}, which stands for many: write ${kind} itself`);
  const last = words.pop();
  return last === undefined ? [] : [...words, part.endsWith("*") ? `${last}*` : last];
}

function lookupTables(slots: ReadonlyMap<string, number>): Pick<Matcher, "exact" | "stems"> {
  const exact = new Map<string, number[]>();
  const stems = new Map<string, { stem: string; slots: number[] }[]>();
  for (const [element, slot] of slots) {
    for (const choice of element.split("|")) {
      if (choice.endsWith("*")) addStem(stems, choice.slice(0, -1), slot);
      else push(exact, choice, slot);
    }
  }
  return { exact, stems };
}

function addStem(stems: Map<string, { stem: string; slots: number[] }[]>, stem: string, slot: number): void {
  if (stem.length < STEM_KEY) throw new Error(`pattern "${stem}*": give at least ${STEM_KEY} letters before the star`);
  const key = stem.slice(0, STEM_KEY);
  const bucket = stems.get(key) ?? [];
  const entry = bucket.find((one) => one.stem === stem);
  if (entry === undefined) stems.set(key, [...bucket, { stem, slots: [slot] }]);
  else entry.slots.push(slot);
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Every place where a pattern stands, in order of the text. */
export function findPatterns(matcher: Matcher, tokens: Tokens): Hit[] {
  if (matcher.met.size > MOST_MET) matcher.met.clear();
  const search: Search = { matcher, tokens, meanings: tokens.words.map((word) => meaningOf(matcher, word)) };
  const counts = new Map<number, number>();
  const out: Hit[] = [];
  for (let at = 0; at < search.meanings.length; at += 1) {
    for (const slot of search.meanings[at] ?? NONE) {
      for (const pattern of matcher.startingWith[slot] ?? NONE) {
        const count = counts.get(pattern) ?? 0;
        const hit = count < MOST_HITS ? matchAt(search, pattern, at) : undefined;
        if (hit === undefined) continue;
        counts.set(pattern, count + 1);
        out.push(hit);
      }
    }
  }
  return out;
}

function meaningOf(matcher: Matcher, word: string): readonly number[] {
  const known = matcher.met.get(word);
  if (known !== undefined) return known;
  const found = slotsOfWord(matcher, word);
  matcher.met.set(word, found);
  return found;
}

interface Search {
  readonly matcher: Matcher;
  readonly meanings: readonly (readonly number[])[];
  readonly tokens: Tokens;
}

const NONE: readonly number[] = [];

function slotsOfWord(matcher: Matcher, word: string): readonly number[] {
  const out = [...(matcher.exact.get(word) ?? NONE)];
  if (word.length > 3 && word.endsWith("s")) out.push(...(matcher.exact.get(word.slice(0, -1)) ?? NONE));
  for (const entry of matcher.stems.get(word.slice(0, STEM_KEY)) ?? []) {
    if (word.startsWith(entry.stem)) out.push(...entry.slots);
  }
  if (/^\d{1,12}$/.test(word)) out.push(...(matcher.exact.get(NUMBER) ?? NONE));
  return out.length < 2 ? out : [...new Set(out)];
}

function matchAt(search: Search, index: number, at: number): Hit | undefined {
  const pattern = search.matcher.patterns[index];
  if (pattern === undefined || !stands(search, pattern.slots, at)) return undefined;
  const last = at + pattern.slots.length - 1;
  if (pattern.near.length === 0) return { pattern: index, first: at, last };
  const near = findNear(search, pattern.near, { first: at, last });
  if (near === undefined) return undefined;
  return { pattern: index, first: Math.min(at, near), last: Math.max(last, near + pattern.near.length - 1) };
}

function stands(search: Search, slots: readonly number[], at: number): boolean {
  const sentence = search.tokens.sentence[at];
  for (let offset = 0; offset < slots.length; offset += 1) {
    const slot = slots[offset];
    if (slot === undefined || search.meanings[at + offset]?.includes(slot) !== true) return false;
    if (search.tokens.sentence[at + offset] !== sentence) return false;
  }
  return true;
}

/** The nearest place of the second half, after the first half before it. */
function findNear(
  search: Search,
  slots: readonly number[],
  around: { first: number; last: number },
): number | undefined {
  const sentence = search.tokens.sentence[around.first];
  for (let gap = 1; gap <= NEAR + 1; gap += 1) {
    const after = around.last + gap;
    if (search.tokens.sentence[after] === sentence && stands(search, slots, after)) return after;
    const before = around.first - gap - slots.length + 1;
    if (before >= 0 && search.tokens.sentence[before] === sentence && stands(search, slots, before)) return before;
  }
  return undefined;
}
