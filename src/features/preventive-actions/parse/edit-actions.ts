import { lineEndingOf, parseMarkdown, rangeOf, splice, type Range } from "../../../domain/markdown.ts";
import { DAY_SOURCE } from "./day.ts";
import { parseActions } from "./parse-actions.ts";
import type { ParsedAction } from "./parsed-action.ts";
import { entryWords, newSection, placings, type NewAction } from "./placing.ts";

/*
 * Edits of one action, read from the very body it is given with. How our own lines look, each read again by parseActions:
 *   - [ ] Alert on snapshot age @alice (due 2026-12-01, prevent)
 *   - [ ] ~~Alert on snapshot age @alice (due 2026-12-01, prevent)~~ — dropped: reason
 *   - [ ] ~~Alert on snapshot age~~ — n/a: reason
 */

/**
 * Ticks or unticks an action. With a box exactly its one character changes; a bullet without one gets `[x] ` after its
 * marker; a table row has its status cell filled, and words without any of these get a ✅ at their end.
 */
export function tick(body: string, action: ParsedAction, checked: boolean): string {
  if (action.box !== undefined) {
    const { start } = action.box;
    return splice(body, [{ start, end: start + 1, text: checked ? "x" : " " }]);
  }
  if (action.kind === "bullet") return splice(body, [insertAt(action.start, checked ? "[x] " : "[ ] ")]);
  if (action.kind === "row" && action.at.status !== undefined) {
    return splice(body, [{ ...action.at.status, text: checked ? "Done" : "Open" }]);
  }
  return checked ? splice(body, [insertAt(wordsOf(body, action).end, " ✅")]) : body;
}

/**
 * Appends an action as a task-list entry behind the last one of its section, in that list's style. A lone placeholder is
 * replaced; a body without such a section gets `## Preventive actions` at its end.
 */
export function addAction(body: string, line: NewAction): string {
  const ending = lineEndingOf(body);
  const entry = `[ ] ${entryWords(line)}`;
  const before = readingOf(body, entry);
  let second: string | undefined;
  // Each reading of a long body takes a while: the first place that is right ends the search.
  for (const after of placings(body, entry, ending)) {
    const now = readingOf(after, entry);
    if (now.entries <= before.entries) continue;
    if (now.actions > before.actions) return after;
    second ??= after;
  }
  if (second !== undefined) return second;
  // Only an unclosed fence or comment swallows all of the above: in front of it there is room.
  const last = parseMarkdown(body).children.at(-1);
  const at = last === undefined ? 0 : rangeOf(last).start;
  return splice(body, [insertAt(at, `${newSection(entry, ending)}${ending}`)]);
}

/** Names the owner of an action, in place of the one it had. */
export function setOwner(body: string, action: ParsedAction, login: string): string {
  const name = login.replace(/^@/u, "");
  const mention = `@${name}`;
  const { owner, group } = action.at;
  const edits: Edit[] = [];
  if (owner !== undefined) edits.push({ ...owner, text: ownerInFrame(body.slice(owner.start, owner.end), mention) });
  const within = group === undefined ? undefined : matchIn(body, group, /@[\w-]+(?:\/[\w.-]+)?/u);
  if (within !== undefined) edits.push({ ...within, text: mention });
  edits.push(...addWords(body, action, mention), ...addWords(body, action, `(owner: ${mention})`));
  return firstRead(body, edits, (after) => readAgain(after, action)?.owner === name);
}

/** Sets the day an action is due, `2026-12-01`, in place of the one it had. */
export function setDue(body: string, action: ParsedAction, day: string): string {
  const { due, group } = action.at;
  const edits: Edit[] = [];
  if (due !== undefined) edits.push(dueEdit(body, due, { action, day }));
  if (group !== undefined) {
    const written = matchIn(body, group, new RegExp(DAY_SOURCE, "u"));
    edits.push(
      written === undefined
        ? { start: group.start, end: group.start + 1, text: `(due ${day}, ` }
        : { ...written, text: day },
    );
  }
  edits.push(...addWords(body, action, `(due ${day})`));
  return firstRead(body, edits, (after) => readAgain(after, action)?.due === day);
}

/** Strikes an action out as decided against. */
export function dropAction(body: string, action: ParsedAction, reason: string): string {
  return strike(body, action, `dropped: ${oneLine(reason)}`);
}

/** Strikes an action out as not applicable. */
export function markNa(body: string, action: ParsedAction, reason: string): string {
  return strike(body, action, `n/a: ${oneLine(reason)}`);
}

interface Edit extends Range {
  readonly text: string;
}

/** The body after the first edit that reads back as meant; the last one when people's own words stand in the way of all. */
function firstRead(body: string, edits: readonly Edit[], isMeant: (after: string) => boolean): string {
  let after = body;
  for (const edit of edits) {
    after = splice(body, [edit]);
    if (isMeant(after)) return after;
  }
  return after;
}

function readAgain(after: string, action: ParsedAction): ParsedAction | undefined {
  return parseActions(after).find(({ start }) => start === action.start);
}

/** How many actions there are, and how many of them are written as the entry is. */
function readingOf(body: string, entry: string): { actions: number; entries: number } {
  const actions = parseActions(body);
  const entries = actions.filter(({ start, end }) => body.slice(start, end).trimEnd() === entry);
  return { actions: actions.length, entries: entries.length };
}

function strike(body: string, action: ParsedAction, tail: string): string {
  const { start, end } = wordsOf(body, action);
  const words = body.slice(start, end);
  // Struck out already: only what stands behind it changes.
  const struck = isStruck(action) ? /^~~[\s\S]+~~(?!~)/u.exec(words)?.[0].trimEnd() : undefined;
  // Marks of an earlier strike go, and a tilde in front is escaped: three in a row would open a fence.
  const plain = words.replaceAll("~~", "").replace(/^~/u, "\\~");
  return splice(body, [{ start, end, text: `${struck ?? `~~${plain}~~`} — ${tail}` }]);
}

function isStruck(action: ParsedAction): boolean {
  return (
    action.kind !== "row" && action.at.status !== undefined && (action.status === "dropped" || action.status === "na")
  );
}

/** Ways to add words: in front of the `(due …)` and of a status at the end, or else behind everything or behind the first line. */
function addWords(body: string, action: ParsedAction, words: string): Edit[] {
  const { start, end } = wordsOf(body, action);
  const struck = isStruck(action) ? /^~~[\s\S]+~~(?!~)/u.exec(body.slice(start, end))?.[0] : undefined;
  const last = struck === undefined ? end : start + struck.length - 2;
  const colon = action.kind === "prose" && body.charAt(last - 1) === ":" ? last - 1 : last;
  const marks = [action.at.group, action.at.status].filter((range) => range !== undefined);
  const inside = marks.map((range) => range.start).filter((at) => at > start && at < last);
  const firstLine = start + (body.slice(start, last).split(/[\r\n]/u, 1)[0] ?? "").trimEnd().length;
  const places = new Set([Math.min(colon, ...inside), colon, last, firstLine]);
  return [...places].map((at) => insertAt(at, /\s/u.test(body.charAt(at - 1)) ? `${words} ` : ` ${words}`));
}

/** The words of an action: its block without box, heading marks and white space at its ends. */
function wordsOf(body: string, action: ParsedAction): Range {
  const source = body.slice(action.start, action.end);
  const heading = action.kind === "heading";
  const plain = action.box === undefined ? /^\s*/u : /^\[[^]\]\s*/u;
  const frame = heading ? /^\s*(?:#{1,6}\s+)?(?:\(?\d+[.)]\s*)?(?:TODO\b:?\s*)?/u : plain;
  const start = action.start + (frame.exec(source)?.[0].length ?? 0);
  const words = source.trimEnd();
  const plainEnd = heading ? words.replace(/(?:(?<!\s)\s+#+)?(?:\r?\n[ \t]*[=-]+)?$/u, "").trimEnd() : words;
  return { start, end: Math.max(start, action.start + plainEnd.length) };
}

/** Puts a mention where the old owner stood, keeping `Owner:` before it and a colon or dash behind it. */
function ownerInFrame(old: string, mention: string): string {
  const explicit =
    /^([-–—|,;\s]*)([([*_]*)((?:owners?|assignees?|assigned to|responsible|dri)[*_]*\s*[:=][*_]*\s*)/iu.exec(old);
  if (explicit === null) return mention + (/\s*(?:[:–—-]+|\bto)$/u.exec(old)?.[0] ?? "");
  const close = /[)\]*_]*$/u.exec(old)?.[0] ?? "";
  return explicit[0] + mention + close;
}

function dueEdit(body: string, due: Range, { action, day }: { action: ParsedAction; day: string }): Edit {
  const written = matchIn(body, due, new RegExp(DAY_SOURCE, "u"));
  if (action.kind === "row") return { ...due, text: day };
  return written === undefined ? { ...due, text: `(due ${day})` } : { ...written, text: day };
}

function matchIn(body: string, range: Range, pattern: RegExp): Range | undefined {
  const match = pattern.exec(body.slice(range.start, range.end));
  if (match === null) return undefined;
  const start = range.start + match.index;
  return { start, end: start + match[0].length };
}

function oneLine(text: string): string {
  return text.replaceAll("~~", "~").replaceAll(/\s+/gu, " ").trim();
}

function insertAt(at: number, text: string): Edit {
  return { start: at, end: at, text };
}
