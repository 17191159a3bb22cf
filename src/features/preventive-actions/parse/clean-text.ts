import { LINK_FILLER } from "./masked-text.ts";

/** The words of an entry as one line of text: links by their words, emphasis and left-over punctuation gone. */
export function cleanText(source: string): string {
  const flat = source.replaceAll(BLANKS, " ").trim();
  const named = flat
    .replaceAll(/!\[([^\][]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(CLOSING_LINK, (link, words: string, url: string) =>
      TRACKER_WORD.test(words.trim()) ? ` ${url} ` : link,
    )
    .replaceAll(/\[([^\][]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)/gu, "$1")
    .replaceAll(/<(https?:[^>]*)>/gu, "$1")
    .replaceAll(/\[(#\d+)\]/gu, "$1");
  const plain = named
    .split(/(`[^`]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : withoutEmphasis(part)))
    .join("");
  // An address only says where the work is tracked, unless it is all there is.
  const sentence = trimEdges(plain.replaceAll(/\s*[([]?\s*https?:\/\/\S+/gu, " "));
  return sentence === "" ? trimEdges(plain) : sentence;
}

const BLANKS = new RegExp(String.raw`[\s${LINK_FILLER}]+`, "gu");

/** A link behind which nothing but links and punctuation follows. */
const CLOSING_LINK = /\[([^\][]*)\]\(([^()\s]*)\)(?=(?:[\s).,;|\]/&]|and\s|\[[^\][]*\]\([^()]*\)|https?:\S+)*$)/gu;

function withoutEmphasis(text: string): string {
  return text.replaceAll("\\~", "~").replaceAll(/\*\*|__|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)/gu, "");
}

/** True when the words say that there is nothing to do, or are what a template left for the author. */
export function isNothing(text: string): boolean {
  const words = text.replaceAll(/[*_`]/gu, "").trim();
  return (
    !/\p{L}|#\d/u.test(words) ||
    /^(?:none|nothing|n\/?a|nil|no|not applicable|not yet|unknown|no (?:further |follow[- ]?up |corrective |preventive |preventative |additional )*(?:actions?|follow[- ]?ups?|steps|items|improvements?)(?: (?:items?|needed|required|necessary|planned|identified|yet|at this (?:time|point)|taken))*|none (?:needed|required|identified|yet|at this time)|nothing (?:to do|needed|yet|at this time))[.!]?$/iu.test(
      words,
    ) ||
    /^(?:(?:preventive |preventative |corrective )?(?:thing|action|item|task|step|measure|improvement|follow[- ]?up)(?: item)? (?:one|two|three|\d+|[a-c]|x)|(?:action|task|item|summary|description|example|text|owner|link)(?: here| goes here)?|link to (?:github )?issue)[.:]?$/iu.test(
      words,
    )
  );
}

/** True for what the author ticks about the report itself: the incident is over, the title is tidy, the sections are filled in. */
export function isHousekeeping(text: string): boolean {
  return /^(?:incident (?:has been|is) (?:dealt with|over|resolved|closed)|incident title\b|(?:all )?sections (?:above )?(?:are|have been) filled|all action(?:able)? items? (?:in report |above )?(?:have|are|has)\b|copy\/paste the|discuss and address incident|fill (?:in|out) (?:the |all )?(?:sections|template|report))/iu.test(
    text,
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
