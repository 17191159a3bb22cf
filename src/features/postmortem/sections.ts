import { parseMarkdown, rangeOf, type Block, type List, type Range } from "../../domain/markdown.ts";

/** A heading and what stands under it, deeper headings included. Offsets are into the body it was read from. */
export interface Section {
  /** The heading as written, without its marks. */
  readonly heading: string;
  readonly depth: number;
  readonly start: number;
  readonly headingEnd: number;
  /** Start of the line after the heading. */
  readonly bodyStart: number;
  /** Where the next heading of the same or a lesser depth starts, or the end of the body. */
  readonly end: number;
  /** Nothing but comments, placeholders and white space. */
  readonly empty: boolean;
}

/** Every section of a body, in order. Headings in code, HTML comments, quotes and lists are not headings of the body. */
export function sectionsOf(body: string): Section[] {
  const blocks = parseMarkdown(body).children;
  const written = blocks.filter((block) => block.type !== "heading" && isWritten(block, body)).map(rangeOf);
  const headings = blocks.filter((block) => block.type === "heading");
  return headings.map((heading, index) => {
    const { start, end: headingEnd } = rangeOf(heading);
    const next = headings.slice(index + 1).find(({ depth }) => depth <= heading.depth);
    const end = next === undefined ? body.length : rangeOf(next).start;
    const empty = !written.some((range) => range.start >= headingEnd && range.start < end);
    const bodyStart = lineAfter(body, headingEnd);
    return {
      heading: plainHeading(body.slice(start, headingEnd)),
      depth: heading.depth,
      start,
      headingEnd,
      bodyStart,
      end,
      empty,
    };
  });
}

/**
 * The first section that goes by one of these names, the earlier name winning. Case, emoji, numbering (`3.`, `2)`),
 * a trailing colon and closing `#`s make no difference.
 */
export function findSection(body: string, names: readonly string[]): Section | undefined {
  const sections = sectionsOf(body);
  for (const name of names) {
    const found = sections.find(({ heading }) => foldHeading(heading) === foldHeading(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True when somebody has written something under one of these names. */
export function hasText(body: string, names: readonly string[]): boolean {
  const wanted = new Set(names.map(foldHeading));
  return sectionsOf(body).some(({ heading, empty }) => !empty && wanted.has(foldHeading(heading)));
}

/** How many things happened according to the timeline: list entries, table rows, and lines that open with a time. */
export function timelineEntries(body: string): number {
  const section = sectionsOf(body).find(({ heading }) => TIMELINE.test(foldHeading(heading)));
  if (section === undefined) return 0;
  const blocks = parseMarkdown(body).children.filter((block) => isWithin(rangeOf(block), section));
  return blocks.reduce((count, block) => count + entriesIn(block, body), 0);
}

const TIMELINE = /^(?:incident |detailed |full )?(?:timeline|chronology)\b|^key events\b/u;

/** A heading without case, emoji, numbering, emphasis, trailing colon: what two people would agree is the same name. */
export function foldHeading(heading: string): string {
  return plainHeading(heading)
    .toLowerCase()
    .replaceAll(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{FE0F}|\u{200D}|:[a-z][a-z0-9_+-]*:/gu, " ")
    .replaceAll("’", "'")
    .replace(/^[\s\-–—]*(?:\(?(?:\d+(?:\.\d+)*|[ivx]+)[.)](?=\s|$)[\s\-–—]*)?/u, "")
    .replaceAll(/\s+/gu, " ")
    .replace(/[\s:.\-–—]+$/u, "");
}

/** True for text that a template left for its reader: dots, "TBD", braces, comments. "None" and "n/a" are answers. */
export function isPlaceholder(text: string): boolean {
  const words = text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/gu, " ")
    .replaceAll(/[*_`]/gu, "")
    .trim();
  if (words.length > MOST_PLACEHOLDER) return false;
  if (words === "" || /^[.…\-–—?\s]+$/u.test(words)) return true;
  if (
    /^(?:tbd|tba|tbc|todo|fixme|xxx+|lorem ipsum.*|placeholder|to be (?:determined|done|added|filled(?: in)?|written))[.:!]?$/iu.test(
      words,
    )
  )
    return true;
  return /^(?:\{\{[^}]*\}\}|<(?!https?:)[^<>]+>|\[[^\]]*\](?!\())[.:]?$/u.test(words) || /\{\{[^}]*\}\}/u.test(words);
}

/** Nobody leaves so much for a reader to fill in, and nobody names a section so. Looking for the end of what was never
 * closed takes time that grows with the square of the length: a minute for an issue full of brackets. */
const MOST_PLACEHOLDER = 1000;
const MOST_HEADING = 300;

/** The words of a heading's source: without its marks, links, emphasis and comments. */
export function plainHeading(source: string): string {
  return source
    .slice(0, MOST_HEADING)
    .replace(/\r?\n[ \t]*[=-]+[ \t]*$/u, "")
    .replace(/^[ \t]*#{1,6}(?=\s|$)/u, "")
    .replace(/(?:^|[ \t])#+[ \t]*$/u, "")
    .replaceAll(/<!--[\s\S]*?-->/gu, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/[*`]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .trim();
}

function lineAfter(body: string, offset: number): number {
  const newline = body.indexOf("\n", offset);
  return newline === -1 ? body.length : newline + 1;
}

function isWithin(range: Range, section: Section): boolean {
  return range.start >= section.headingEnd && range.start < section.end;
}

function isWritten(block: Block, body: string): boolean {
  if (block.type === "thematicBreak" || block.type === "definition") return false;
  if (block.type === "list") return block.children.some((entry) => isWrittenSource(entry, body));
  if (block.type === "table") return block.children.slice(1).some((row) => /[\p{L}\p{N}]/u.test(sourceOf(row, body)));
  if (block.type === "html") return /[^\s]/u.test(block.value.replaceAll(/<!--[\s\S]*?(?:-->|$)|<[^<>]*>/gu, ""));
  return !isPlaceholder(sourceOf(block, body));
}

function isWrittenSource(entry: List["children"][number], body: string): boolean {
  return !isPlaceholder(sourceOf(entry, body).replace(/^\s*(?:[-+*]|\d+[.)])[ \t]*(?:\[[ \txX]\])?/u, ""));
}

function entriesIn(block: Block, body: string): number {
  if (block.type === "list") return block.children.filter((entry) => isWrittenSource(entry, body)).length;
  if (block.type === "table")
    return block.children.slice(1).filter((row) => /[\p{L}\p{N}]/u.test(sourceOf(row, body))).length;
  if (block.type !== "paragraph" && block.type !== "heading") return 0;
  return sourceOf(block, body)
    .split("\n")
    .filter((line) => TIME.test(line)).length;
}

const TIME =
  /^[\s#*_`[(]*(?:\d{1,2}[:.h]\d{2}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|t\s?[+-]\s?\d|\d{1,2}\s?[ap]m\b)/iu;

function sourceOf(node: Pick<Block, "position">, body: string): string {
  const { start, end } = rangeOf(node);
  return body.slice(start, end);
}
