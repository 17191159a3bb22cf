import MiniSearch from "minisearch";
import { tokenize } from "./tokens.ts";

/** A postmortem as far as finding its like needs it. `id` is the caller's own. */
export interface Known {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly category?: string | undefined;
}

export interface Related {
  readonly id: string;
  readonly score: number;
  /** The telling words both have in common, most telling first. */
  readonly words: string[];
}

export interface RelatedIndex {
  readonly search: MiniSearch<Known>;
  readonly categories: Map<string, string | undefined>;
}

/** What a title shares says more than what a timeline shares. */
const TITLE_BOOST = 2.5;
/** Being in the same hotspot lifts a postmortem that is close anyway; it never makes one related. */
const SAME_CATEGORY = 1.15;
/** Only the most telling words ask: a long postmortem would otherwise be like everything. */
const MOST_QUERY_WORDS = 60;
const MOST_WORDS_SHOWN = 6;
/** A neighbour that shares fewer telling words than this is chance. */
const LEAST_COMMON = 3;
const LONGEST_BODY = 20_000;

/** Indexes earlier postmortems. Build it once per repository and add to it; it holds titles and words, no more. */
export function indexRelated(known: readonly Known[]): RelatedIndex {
  const index: RelatedIndex = { search: emptyIndex(), categories: new Map() };
  addRelated(index, known);
  return index;
}

/** Adds those that are not in it yet. */
export function addRelated({ search, categories }: RelatedIndex, known: readonly Known[]): void {
  for (const one of known) {
    if (search.has(one.id)) continue;
    search.add({ ...one, body: one.body.slice(0, LONGEST_BODY) });
    categories.set(one.id, one.category);
  }
}

function emptyIndex(): MiniSearch<Known> {
  return new MiniSearch<Known>({
    fields: ["title", "body"],
    tokenize: tellingWords,
    processTerm: (term) => term,
  });
}

/** The closest earlier postmortems with the words in common; never the write-up itself. */
export function findRelated(index: RelatedIndex, writeUp: Known, most = 3): Related[] {
  const words = queryWords(index, writeUp);
  if (words.length === 0) return [];
  const found = index.search.search(words.join(" "), { boost: { title: TITLE_BOOST }, combineWith: "OR" });
  return found
    .filter((hit) => hit.id !== writeUp.id && hit.terms.length >= leastCommon(words.length))
    .map((hit): Related => {
      const id = String(hit.id);
      const same = writeUp.category !== undefined && index.categories.get(id) === writeUp.category;
      const common = words.filter((word) => hit.terms.includes(word)).slice(0, MOST_WORDS_SHOWN);
      return { id, score: Math.round(hit.score * (same ? SAME_CATEGORY : 1) * 1000) / 1000, words: common };
    })
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, most);
}

/** A short write-up has fewer words to share; a single one is always chance. */
function leastCommon(words: number): number {
  return Math.max(2, Math.min(LEAST_COMMON, words));
}

/** The write-up's rarest words among the earlier ones, its title's first. */
function queryWords(index: RelatedIndex, writeUp: Known): string[] {
  const inTitle = new Set(tellingWords(writeUp.title));
  const words = [...new Set([...inTitle, ...tellingWords(writeUp.body.slice(0, LONGEST_BODY))])];
  return words
    .map((word) => ({ word, rank: rarity(index, word, writeUp.id) * (inTitle.has(word) ? 2 : 1) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_QUERY_WORDS)
    .map(({ word }) => word);
}

/** 0 for a word no other postmortem has, or that most have. */
function rarity(index: RelatedIndex, word: string, own: string): number {
  const holding = index.search.search(word).filter((hit) => hit.id !== own).length;
  const all = index.search.documentCount;
  return holding === 0 ? 0 : Math.max(0, Math.log((all + 1) / (holding + 0.5)));
}

const COMMON_WORDS = new Set(
  (
    "the and for that with was were from this have has had not but are our been they which when then there their will would could should " +
    "into after before all any can did does down due during each few how its just more most now off one only other out over same some such " +
    "than them these those through too under until very what where while who why you your also about again because being both here very " +
    "incident issue issues problem time team user users service services timeline summary impact resolution resolved update message final " +
    "initial details see http https utc new back able still made make need using used via between however"
  ).split(" "),
);

function tellingWords(text: string): string[] {
  return tokenize(text).words.filter(
    (word) =>
      word.length > 2 && word.length < 40 && !word.startsWith("<") && !COMMON_WORDS.has(word) && !/^\d+$/.test(word),
  );
}
