import { parseMarkdown } from "../domain/markdown.ts";
import type { CommandCall } from "./define.ts";

const LINE = /^[ ]{0,3}\/(?:postmortem|pm)(?:[ \t]+(?<rest>.*))?$/isu;
const WORD = /(?<key>[a-z][a-z-]*)=(?:"(?<quotedValue>[^"]*)"|(?<value>\S+))|"(?<quoted>[^"]*)"|(?<word>\S+)/giu;

/**
 * The commands in a comment, in order. A command is a line of its own that starts with `/postmortem` or `/pm`,
 * outside code, quotes, HTML and links.
 */
export function slashCalls(comment: string, commentId: number): CommandCall[] {
  if (!/\/(?:postmortem|pm)\b/iu.test(comment)) return [];
  const { silent, until } = silentRanges(comment);
  const calls: CommandCall[] = [];
  let at = 0;
  for (const line of comment.split("\n")) {
    const rest = LINE.exec(line.trimEnd())?.groups;
    const start = at + line.indexOf("/");
    if (rest !== undefined && start < until && !silent.some(([from, to]) => start >= from && start < to)) {
      calls.push(callOf(rest["rest"] ?? "", commentId));
    }
    at += line.length + 1;
  }
  return calls;
}

/** Splits the words of a call: `"quoted words"` are one, `key=value` are named. */
export function callOf(text: string, commentId: number): CommandCall {
  const words: string[] = [];
  const named: Record<string, string> = {};
  for (const { groups } of text.matchAll(WORD)) {
    if (groups === undefined) continue;
    const { key, quotedValue, value, quoted, word } = groups;
    if (key === undefined) words.push(quoted ?? word ?? "");
    else named[key.toLowerCase()] = quotedValue ?? value ?? "";
  }
  const [name = "help", ...args] = words;
  const rest = text.replace(name, "").trim();
  return { name: name.toLowerCase(), words: args, named, rest, commentId };
}

/**
 * The words of a call as one text, as they were written; only the `key=value` words that are asked for stay out, and
 * the bare words that mean something themselves.
 */
export function freeText(
  call: Pick<CommandCall, "rest">,
  keys: readonly string[] = [],
  isMeant: (word: string) => boolean = () => false,
): string {
  return [...call.rest.matchAll(WORD)]
    .filter(({ groups }) => groups?.["key"] === undefined || !keys.includes(groups["key"].toLowerCase()))
    .filter(({ groups }) => groups?.["word"] === undefined || !isMeant(groups["word"]))
    .map(({ 0: written, groups }) => groups?.["quoted"] ?? written)
    .join(" ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/** The nearest name, for a slip of one or two letters. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .filter((known) => Math.abs(known.length - name.length) <= 2)
    .map((known) => ({ known, far: distance(name, known) }))
    .filter(({ known, far }) => far <= (known.length > 4 ? 2 : 1))
    .sort((a, b) => a.far - b.far);
  return ranked[0]?.known;
}

const SILENT = new Set([
  "code",
  "inlineCode",
  "html",
  "blockquote",
  "link",
  "linkReference",
  "image",
  "imageReference",
  "definition",
]);

interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
  readonly position?:
    | {
        readonly start: { readonly offset?: number | undefined };
        readonly end: { readonly offset?: number | undefined };
      }
    | undefined;
}

/** Where nothing is taken for a command; beyond `until` the comment was too long to be read at all. */
function silentRanges(comment: string): { silent: (readonly [number, number])[]; until: number } {
  const ranges: (readonly [number, number])[] = [];
  function walk(node: Node): void {
    const { position } = node;
    if (SILENT.has(node.type) && position !== undefined) {
      ranges.push([position.start.offset ?? 0, position.end.offset ?? comment.length]);
      return;
    }
    for (const child of node.children ?? []) walk(child);
  }
  const root = parseMarkdown(comment);
  walk(root);
  return { silent: ranges, until: root.position?.end.offset ?? comment.length };
}

/** Optimal string alignment: a swap of two neighbours counts once. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : i)),
  );
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? cell(i - 2, j - 2) + 1
          : Number.POSITIVE_INFINITY;
      const row = rows[i];
      if (row !== undefined)
        row[j] = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + cost, swapped);
    }
  }
  return cell(a.length, b.length);
}
