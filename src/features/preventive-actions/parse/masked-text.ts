import type { Range } from "../../../domain/markdown.ts";

/**
 * A stretch of the body from which marks are taken one after another. What is taken becomes blanks of the same length,
 * so offsets keep their meaning.
 */
export interface MaskedText {
  /** Offset of the first character in the body. */
  readonly start: number;
  text: string;
}

export function maskedText(body: string, range: Range): MaskedText {
  return { start: range.start, text: shortBlanks(body.slice(range.start, Math.min(range.end, range.start + LONGEST))) };
}

/** Longer than any action: the patterns that look for marks take time with the square of the length. */
const LONGEST = 2000;

/** Takes the first match of a pattern out of the text. The whole match counts as the mark. */
export function take(masked: MaskedText, pattern: RegExp): { match: RegExpExecArray; range: Range } | undefined {
  const match = pattern.exec(masked.text);
  if (match === null || match[0] === "") return undefined;
  const start = match.index;
  const end = start + match[0].length;
  blank(masked, start, end);
  // White space around a mark belongs to the sentence.
  const lead = match[0].length - match[0].trimStart().length;
  const trail = match[0].length - match[0].trimEnd().length;
  return { match, range: { start: masked.start + start + lead, end: masked.start + end - trail } };
}

export function blank(masked: MaskedText, start: number, end: number): void {
  masked.text = masked.text.slice(0, start) + " ".repeat(end - start) + masked.text.slice(end);
}

/** Stands for each character of a link, so that no mark is taken across one. */
export const LINK_FILLER = "\uFFFC";

/**
 * The same text, as long as before, without runs of white space longer than a hand leaves: their middle is filled. Looking
 * for white space around words takes time with the square or the cube of its length, and a log that was blanked out, or
 * a thousand empty lines, would stop the app for hours.
 */
export function shortBlanks(text: string): string {
  return text.replaceAll(
    /\s{24,}/gu,
    (run) => run.slice(0, KEPT) + LINK_FILLER.repeat(run.length - 2 * KEPT) + run.slice(-KEPT),
  );
}

const KEPT = 8;

/** The same text with links and addresses filled: what is left at its edges are words and people. */
export function withoutLinks(text: string): string {
  return text
    .replaceAll(
      /!?\[[^\][]*\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*[^)]*\)|<https?:[^>]*>|https?:\/\/[^\s)>\]]+|\[#\d+\]/gu,
      (link) => LINK_FILLER.repeat(link.length),
    )
    .replaceAll(/(?<![\p{L}\p{N}])(?:[\w.-]+\/[\w.-]+)?#\d+\b/gu, (reference) => LINK_FILLER.repeat(reference.length));
}
