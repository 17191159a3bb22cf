/** The words of an entry as one line of text: links by their words, emphasis and left-over punctuation gone. */
export function cleanText(source: string): string {
  const flat = source.replaceAll(/\s+/gu, " ").trim();
  const named = flat
    .replaceAll(/!\[([^\][]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/\[([^\][]*)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)/gu, (_link, words: string, url: string) =>
      TRACKER_WORD.test(words.trim()) ? ` ⛓${url.trim()} ` : words,
    )
    .replaceAll(/<(https?:[^>]*)>/gu, "$1")
    .replaceAll(/\[(#\d+)\]/gu, "$1");
  const plain = named.replaceAll(/\*\*|__|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)/gu, "");
  // A link that only says where the work is tracked goes, unless it is all there is.
  const sentence = plain.replaceAll(/⛓\S*/gu, " ").replaceAll(/\s*[([]?\s*https?:\/\/\S+/gu, " ");
  const kept = trimEdges(sentence) === "" ? plain.replaceAll("⛓", "") : sentence;
  return trimEdges(kept);
}

/** True when the words say that there is nothing to do, or are what a template left for the author. */
export function isNothing(text: string): boolean {
  const words = text.replaceAll(/[*_`]/gu, "").trim();
  return (
    /^(?:none|nothing|n\/?a|nil|no|not applicable|not yet|unknown|no (?:further |follow[- ]?up |corrective |preventive |preventative |additional )*(?:actions?|follow[- ]?ups?|steps|items|improvements?)(?: (?:items?|needed|required|necessary|planned|identified|yet|at this (?:time|point)|taken))*|none (?:needed|required|identified|yet|at this time)|nothing (?:to do|needed|yet|at this time))[.!]?$/iu.test(
      words,
    ) ||
    /^(?:(?:thing|action|item|task|step|improvement|follow[- ]?up)(?: item)? (?:one|two|three|\d+|[a-c]|x)|(?:action|task|item|summary|description|example|text|owner|link)(?: here| goes here)?|link to (?:github )?issue)[.:]?$/iu.test(
      words,
    )
  );
}

/** Addresses, `owner/repo#7` and `#7` in a text, in order, each once. */
export function linksIn(source: string): string[] {
  const found = source.replaceAll(/`[^`]*`/gu, " ").matchAll(LINK);
  return [...new Set([...found].map(([link]) => link.replace(/[.,;:!?'"*_~]+$/u, "")))];
}

const LINK =
  /https?:\/\/[^\s<>()[\]|`]+(?:\([^\s()]*\)[^\s<>()[\]|`]*)*|(?<![\w/#&])[\w.-]+\/[\w.-]+#\d+\b|(?<![\w/#&])#\d+\b/gu;

/** Link texts that say nothing but "tracked there". */
const TRACKER_WORD =
  /^(?:(?:github |gh |jira |tracking |see )?(?:issue|ticket|pr|pull request|link|here|card|story|tracker|trello)s?(?: \d+)?|[A-Z][A-Z\d]+-\d+|(?:[\w.-]+\/[\w.-]+)?#\d+)$/iu;

function trimEdges(text: string): string {
  return text
    .replaceAll(/\(\s*\)|\[\s*\]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/ (?=[.,;!?](?:\s|$))/gu, "")
    .replace(/^[\s|:;,.–—-]+/u, "")
    .replace(/[\s|:;,–—-]+$/u, "");
}
