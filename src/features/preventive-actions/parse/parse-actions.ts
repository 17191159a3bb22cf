import type { Entry } from "./entry.ts";
import { findEntries } from "./find-entries.ts";
import type { ParsedAction } from "./parsed-action.ts";
import { readEntry } from "./read-entry.ts";

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
