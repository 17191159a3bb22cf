import type { Box } from "../../../domain/markdown.ts";
import type { Entry } from "./entry.ts";
import { findEntries } from "./find-entries.ts";
import { readEntry } from "./read-entry.ts";

/** A preventive action as its author wrote it, and where. Offsets are UTF-16 units into the body it was read from. */
export interface ParsedAction {
  /** One line: without list marker, owner, due day or status. */
  readonly text: string;
  /** The entry's own first block: sub-lists below it are not part of it. */
  readonly start: number;
  readonly end: number;
  readonly kind: "bullet" | "row" | "prose" | "heading";
  readonly box?: Box;
  /** Counted from 1. */
  readonly line: number;
  /** A login without `@` when written as `@login`, else the name as written. */
  readonly owner?: string;
  readonly ownerKind?: "login" | "name";
  /** `2026-12-01` */
  readonly due?: string;
  readonly type?: "prevent" | "detect" | "mitigate";
  readonly status: "open" | "done" | "dropped" | "na";
  /** Why it was dropped or does not apply. */
  readonly reason?: string;
  /** URLs, `owner/repo#7` and `#7`, in order, each once. */
  readonly links: readonly string[];
  /** Made from the words alone, so it stays the same when the entry moves; repeats get `-2`, `-3`. */
  readonly key: string;
  /** The sub-heading or label above it. */
  readonly under?: string;
  /** Where the owner, the due day and the status are written, marks included. */
  readonly at: Readonly<
    Partial<Record<"owner" | "due" | "status" | "group", { readonly start: number; readonly end: number }>>
  >;
}

/**
 * The preventive actions of a postmortem's body, in order: task lists, bullets, numbered lists, tables and prose below
 * a heading or label that announces them. Code, quotes, comments, placeholders, housekeeping lists and "actions taken"
 * are left out. Reads any text, never throws.
 */
export function parseActions(body: string): ParsedAction[] {
  const lineOf = lineCounter(body);
  const keys = new Map<string, number>();
  return findEntries(body).flatMap((entry: Entry) => {
    const reading = readEntry(entry, body);
    if (reading === undefined) return [];
    const key = uniqueKey(keyOf(reading.text), keys);
    return [{ ...reading, key, line: lineOf(entry.start) }];
  });
}

/** The words of an action as a key: what stays the same when an owner or a day is added. */
export function keyOf(text: string): string {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "");
  if (words.length <= LONGEST_KEY) return words === "" ? "action" : words;
  return `${words.slice(0, LONGEST_KEY - 8).replace(/-+$/u, "")}-${fingerprint(words)}`;
}

const LONGEST_KEY = 56;

function uniqueKey(key: string, taken: Map<string, number>): string {
  let count = taken.get(key) ?? 0;
  let unique = key;
  do {
    count += 1;
    unique = count === 1 ? key : `${key}-${count}`;
  } while (count > 1 && taken.has(unique));
  taken.set(key, count);
  if (unique !== key) taken.set(unique, 1);
  return unique;
}

/** FNV-1a, 32 bits: tells long texts with the same beginning apart. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36).padStart(7, "0");
}

/** Line numbers for offsets that only grow. */
function lineCounter(body: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (let next = body.indexOf("\n", at); next !== -1 && next < offset; next = body.indexOf("\n", at)) {
      line += 1;
      at = next + 1;
    }
    return line;
  };
}
