import type { Postmortem } from "../../domain/postmortem.ts";

/** An idea that came up after several incidents: no longer one postmortem's business. */
export interface RepeatedIdea {
  /** As it was said first. */
  readonly text: string;
  readonly postmortems: readonly Pick<Postmortem, "ref" | "title" | "url">[];
}

/** Once is a thought, twice may be chance. */
const OFTEN = 3;
/** Share of words in common, of all words of both, from which two say the same. */
const ALIKE = 0.5;

/**
 * The ideas parked in at least three postmortems, the most frequent first. Restricted ones are not looked at. The same
 * postmortems in any order give the same answer.
 */
export function repeatedIdeas(postmortems: readonly Postmortem[]): RepeatedIdea[] {
  const parked = postmortems
    .filter(({ restricted, drill }) => !restricted && !drill)
    .flatMap((postmortem) => (postmortem.ideas ?? []).map(({ text, at }) => ({ text, at, postmortem })))
    .toSorted((a, b) => compare(a.at, b.at) || compare(a.postmortem.url, b.postmortem.url) || compare(a.text, b.text));
  const groups: (typeof parked)[] = [];
  for (const idea of parked) {
    const group = groups.find(([first]) => first !== undefined && alike(first.text, idea.text));
    if (group === undefined) groups.push([idea]);
    else group.push(idea);
  }
  return groups
    .map((group) => ({
      text: group[0]?.text ?? "",
      postmortems: [...new Map(group.map(({ postmortem }) => [postmortem.url, postmortem])).values()],
    }))
    .filter((group) => group.postmortems.length >= OFTEN)
    .toSorted((a, b) => b.postmortems.length - a.postmortems.length || compare(a.text, b.text));
}

/** Do two ideas say the same, as far as their words tell? */
export function alike(a: string, b: string): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const common = [...left].filter((word) => right.has(word)).length;
  if (left.size + right.size === 0) return a.trim().toLowerCase() === b.trim().toLowerCase();
  return common / (left.size + right.size - common) >= ALIKE;
}

const EMPTY = new Set(
  "a an and are as at be by could for from have in is it its of on or our should so that the their there this to use we with would".split(
    " ",
  ),
);

/** Words without those that carry nothing, and without the endings that English puts on them. */
function wordsOf(text: string): Set<string> {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !EMPTY.has(word)).map(stem));
}

function stem(word: string): string {
  return word.length <= 4 ? word.replace(/s$/u, "") : word.replace(/(?:ing|ies|ed|es|s|y|e)$/u, "");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
