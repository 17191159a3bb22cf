import { fromMarkdown, type CompileContext, type Extension, type Token } from "mdast-util-from-markdown";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";

import { putNewest } from "./newest.ts";

export type Root = ReturnType<typeof fromMarkdown>;
export type Block = Root["children"][number];
export type Heading = Extract<Block, { type: "heading" }>;

export type List = Extract<Block, { type: "list" }>;
export type ListItem = List["children"][number];
export type Table = Extract<Block, { type: "table" }>;

/** A half-open stretch of a text, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The box of a task-list entry. */
export interface Box {
  /** Offset of the one character between `[` and `]`. */
  readonly start: number;
  readonly checked: boolean;
}

/**
 * Reads GitHub's Markdown (tables and task lists included). Every position is an offset in `text`, whatever its line
 * endings. Never throws, and never takes long: what no hand writes and only slows a parser down is read as plain text
 * (more than 32 quotes or lists opened on one line, thousands of emphasis marks or brackets, hundreds of inline comments) or not at all (lines
 * beyond the 3,000th). The tree is shared by all who ask for the same text: it is not to be changed.
 */
export function parseMarkdown(text: string): Root {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const root = parse(text);
  putNewest(recent, [text, root], MOST_RECENT);
  return root;
}

/** One body is read by many rules, one after the other: the trees read last. */
const recent = new Map<string, Root>();
const MOST_RECENT = 8;

function parse(text: string): Root {
  const calm = flattenDeepLines(firstLines(text));
  const plain = [
    ...(countOf(calm, /[*_]+/gu) > MOST_EMPHASIS ? ["attention"] : []),
    ...(countOf(calm, /\[/gu) > MOST_BRACKETS ? LINKS : []),
    ...(countOf(calm, /<[!?]/gu) > MOST_INLINE_HTML ? ["htmlText"] : []),
  ];
  const extensions = [
    ...(DELIMITER_ROW.test(calm) ? [gfmTable()] : []),
    gfmTaskListItem(),
    { disable: { null: plain } },
  ];
  return fromMarkdown(calm, { extensions, mdastExtensions: [TABLE, TASK_LIST] });
}

/** Replaces ranges of a text; all else stays as it is, byte for byte. Ranges may come in any order, never overlapping. */
export function splice(text: string, edits: readonly { start: number; end: number; text: string }[]): string {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let at = 0;
  for (const edit of ordered) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(`Edit ${edit.start}–${edit.end} overlaps another or leaves the text of ${text.length}`);
    }
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Where a node stands in the text. */
export function rangeOf(node: Pick<Block, "position">): Range {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

/** The box of a list entry as GitHub draws one, or nothing for a plain bullet. */
export function boxOf(entry: ListItem, text: string): Box | undefined {
  const first = entry.children[0];
  if (typeof entry.checked !== "boolean" || first?.type !== "paragraph") return undefined;
  const { start } = rangeOf(first);
  return /^\[[ \txX]\]/u.test(text.slice(start, start + 3)) ? { start: start + 1, checked: entry.checked } : undefined;
}

/** The line ending the text uses most; `\n` for a text of one line. */
export function lineEndingOf(text: string): "\r\n" | "\n" {
  const windows = text.split("\r\n").length - 1;
  return windows > text.split("\n").length - 1 - windows ? "\r\n" : "\n";
}

/** Above these, matching emphasis and brackets takes seconds, and it grows with the square. */
const MOST_EMPHASIS = 6000;
const MOST_BRACKETS = 2000;
/** Each that is never closed is looked for to the end of its paragraph. HTML comments of their own lines are not meant. */
const MOST_INLINE_HTML = 300;
const LINKS = ["labelStartLink", "labelStartImage", "labelEnd"];
/** Above this, opening containers takes minutes: nobody quotes a quote 32 times on one line. */
const DEEPEST = 32;
/** The time blocks take grows with the square of their number; the longest body GitHub keeps has some 1,500 written lines. */
const MOST_LINES = 3000;

/** Without one there is no table, and looking for tables is the dearest part of reading thousands of lists. */
const DELIMITER_ROW = /\|[ \t]*:?-|-:?[ \t]*\|/u;

const MARKER = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/uy;

function flattenDeepLines(text: string): string {
  // The reader drops a byte order mark and every offset behind it would be off by one.
  const marked = text.startsWith("\uFEFF") ? `\n${text.slice(1)}` : text;
  return marked.replaceAll(/^[ \t>\-+*\d.)]{64,}/gmu, (line) => flattenLine(line));
}

function flattenLine(line: string): string {
  MARKER.lastIndex = 0;
  for (let depth = 0; depth < DEEPEST; depth += 1) if (!MARKER.test(line)) return line;
  const kept = MARKER.lastIndex;
  return line.slice(0, kept) + line.slice(kept).replaceAll(/[^ \t]/gu, ".");
}

function firstLines(text: string): string {
  let at = -1;
  for (let line = 0; line < MOST_LINES; line += 1) {
    at = text.indexOf("\n", at + 1);
    if (at === -1) return text;
  }
  return text.slice(0, at + 1);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

const TABLE: Extension = {
  enter: {
    table(token) {
      this.enter({ type: "table", align: [], children: [] }, token);
    },
    tableRow(token) {
      this.enter({ type: "tableRow", children: [] }, token);
    },
    tableData: enterCell,
    tableHeader: enterCell,
  },
  exit: { table: leave, tableRow: leave, tableData: leave, tableHeader: leave },
};

const TASK_LIST: Extension = {
  exit: {
    taskListCheckValueChecked() {
      setChecked(this, true);
    },
    taskListCheckValueUnchecked() {
      setChecked(this, false);
    },
  },
};

function enterCell(this: CompileContext, token: Token): void {
  this.enter({ type: "tableCell", children: [] }, token);
}

function leave(this: CompileContext, token: Token): void {
  this.exit(token);
}

function setChecked(context: CompileContext, checked: boolean): void {
  // The paragraph is on top, the list entry that holds it just below.
  const entry = context.stack.at(-2);
  if (entry?.type === "listItem") entry.checked = checked;
}
