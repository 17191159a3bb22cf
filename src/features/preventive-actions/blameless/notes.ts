import { parseMarkdown, rangeOf, type Block } from "../../../domain/markdown.ts";
import { shortBlanks } from "../parse/masked-text.ts";
import type { ParsedAction } from "../parse/parsed-action.ts";
import { BLAME, BOUNDS, UNBOUNDED, type Phrase } from "./phrases.ts";

/** Something worth a second look before a postmortem is published. It is an offer: nothing is ever edited for it. */
export interface Note {
  readonly kind: "blame" | "unbounded-verb" | "no-owner" | "no-due";
  /** Where the words stand in the body. */
  readonly start: number;
  readonly end: number;
  readonly words: string;
  readonly suggestion: string;
}

/**
 * What a reviewer might remark on the words of a postmortem: phrases that point at a person, and open actions without
 * an end, an owner or a day. Made from the words alone, so the same body always gives the same notes, in order.
 */
export function notes(body: string, actions: readonly ParsedAction[]): Note[] {
  const open = actions.filter(({ status }) => status === "open");
  const found = [...blameIn(body), ...open.flatMap((action) => notesOn(action, body))];
  return found.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function blameIn(body: string): Note[] {
  const prose = onlyProse(body);
  const found = BLAME.flatMap((phrase) => matchesOf(phrase, prose));
  // One remark per place: of two that overlap the earlier phrase of the list stays.
  return found.filter(
    (note, index) => !found.slice(0, index).some((other) => other.start < note.end && note.start < other.end),
  );
}

function matchesOf(phrase: Phrase, prose: string): Note[] {
  return [...prose.matchAll(phrase.pattern)].map((match) => {
    const words = match.groups?.["words"] ?? match.groups?.["words2"] ?? match.groups?.["words3"] ?? match[0];
    const start = match.index + match[0].lastIndexOf(words);
    return {
      kind: "blame",
      start,
      end: start + words.length,
      words: words.replaceAll(/\s+/gu, " "),
      suggestion: phrase.suggestion,
    };
  });
}

function notesOn(action: ParsedAction, body: string): Note[] {
  const whole = { start: action.start, end: action.end, words: action.text };
  const remarks: Note[] = [];
  const verb = UNBOUNDED.pattern.exec(action.text)?.groups?.["words"];
  if (verb !== undefined && !BOUNDS.some((bound) => bound.test(action.text))) {
    const start = Math.max(action.start, body.indexOf(verb, action.start));
    remarks.push({
      kind: "unbounded-verb",
      start,
      end: start + verb.length,
      words: verb,
      suggestion: UNBOUNDED.suggestion,
    });
  }
  if (action.owner === undefined) {
    remarks.push({ kind: "no-owner", ...whole, suggestion: "Nobody is named: add `@login` at the end of the line." });
  }
  if (action.due === undefined) {
    remarks.push({
      kind: "no-due",
      ...whole,
      suggestion: "No day is named: add `(due 2026-12-01)` at the end of the line.",
    });
  }
  return remarks;
}

/** The body with everything blanked that its author did not say: code, quotes, HTML, links' addresses. Offsets stay. */
function onlyProse(body: string): string {
  let prose = body;
  const queue: Block[] = [...parseMarkdown(body).children];
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    if (block.type === "code" || block.type === "html" || block.type === "blockquote" || block.type === "definition") {
      const { start, end } = rangeOf(block);
      prose = prose.slice(0, start) + blank(prose.slice(start, end)) + prose.slice(end);
    } else if (block.type === "list") queue.push(...block.children.flatMap(({ children }) => children));
  }
  return shortBlanks(prose.replaceAll(UNSAID, blank));
}

const UNSAID = /`[^`\n]+`|<!--[\s\S]*?(?:-->|$)|<[a-z/][^>\n]{0,1000}>|https?:\/\/[^\s)>\]]+|["“][^"”\n]{0,200}["”]/giu;

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/gu, " ");
}
