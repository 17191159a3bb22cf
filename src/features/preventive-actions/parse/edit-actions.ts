import { lineEndingOf, parseMarkdown, rangeOf, splice, type Range } from "../../../domain/markdown.ts";
import { DAY_SOURCE } from "./day.ts";
import { parseActions, type ParsedAction } from "./parse-actions.ts";
import { entryWords, newSection, placings, type NewAction } from "./placing.ts";

/*
 * Edits of one action. How our own lines look, each read again by parseActions:
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
  if (action.at.status !== undefined) return splice(body, [{ ...action.at.status, text: checked ? "Done" : "Open" }]);
  return checked ? splice(body, [insertAt(action.end, " ✅")]) : body;
}

/**
 * Appends an action as a task-list entry behind the last one of its section, in that list's style. A lone placeholder is
 * replaced; a body without such a section gets `## Preventive actions` at its end.
 */
export function addAction(body: string, line: NewAction): string {
  const ending = lineEndingOf(body);
  const entry = `[ ] ${entryWords(line)}`;
  const before = parseActions(body).length;
  for (const placed of placings(body, entry, ending)) if (parseActions(placed).length > before) return placed;
  // Only an unclosed fence or comment swallows all of the above: in front of it there is room.
  const last = parseMarkdown(body).children.at(-1);
  const at = last === undefined ? 0 : rangeOf(last).start;
  return splice(body, [insertAt(at, `${newSection(entry, ending)}${ending}`)]);
}

/** Names the owner of an action, in place of the one it had. */
export function setOwner(body: string, action: ParsedAction, login: string): string {
  const mention = `@${login.replace(/^@/u, "")}`;
  const { owner, group } = action.at;
  if (owner !== undefined)
    return splice(body, [{ ...owner, text: inFrame(body.slice(owner.start, owner.end), mention) }]);
  const within = group === undefined ? undefined : /@[\w-]+(?:\/[\w.-]+)?/u.exec(body.slice(group.start, group.end));
  if (group !== undefined && within !== undefined && within !== null) {
    const start = group.start + within.index;
    return splice(body, [{ start, end: start + within[0].length, text: mention }]);
  }
  return splice(body, [addWords(body, action, mention)]);
}

/** Sets the day an action is due, `2026-12-01`, in place of the one it had. */
export function setDue(body: string, action: ParsedAction, day: string): string {
  const { due, group } = action.at;
  if (due !== undefined)
    return splice(body, [{ ...due, text: dueInFrame(body.slice(due.start, due.end), action, day) }]);
  if (group === undefined) return splice(body, [addWords(body, action, `(due ${day})`)]);
  const source = body.slice(group.start, group.end);
  const written = new RegExp(DAY_SOURCE, "u").exec(source);
  if (written === null) return splice(body, [{ start: group.start, end: group.start + 1, text: `(due ${day}, ` }]);
  const start = group.start + written.index;
  return splice(body, [{ start, end: start + written[0].length, text: day }]);
}

/** Strikes an action out as decided against. */
export function dropAction(body: string, action: ParsedAction, reason: string): string {
  return strike(body, action, `dropped: ${oneLine(reason)}`);
}

/** Strikes an action out as not applicable. */
export function markNa(body: string, action: ParsedAction, reason: string): string {
  return strike(body, action, `n/a: ${oneLine(reason)}`);
}

function strike(body: string, action: ParsedAction, tail: string): string {
  const words = wordsOf(body, action);
  const struck = /^~~[\s\S]+~~(?!~)/u.exec(body.slice(words.start, words.end));
  // Struck out already: only the reason changes.
  if (struck !== null && action.at.status !== undefined && action.kind !== "row") {
    return splice(body, [{ start: words.start + struck[0].lastIndexOf("~~") + 2, end: words.end, text: ` — ${tail}` }]);
  }
  return splice(body, [insertAt(words.start, "~~"), insertAt(words.end, `~~ — ${tail}`)]);
}

/** Adds words behind those of an action, in front of its `(due …)` and of a status at its end. */
function addWords(body: string, action: ParsedAction, words: string): Edit {
  const { start, end } = wordsOf(body, action);
  const struck = /^~~[\s\S]+~~(?!~)/u.exec(body.slice(start, end));
  const last = struck === null ? end : start + struck[0].lastIndexOf("~~");
  const marks = [action.at.group, action.at.status].filter((range) => range !== undefined);
  const inside = marks.map((range) => range.start).filter((at) => at > start && at < last);
  const at = Math.min(last, ...inside);
  const spaced = /\s/u.test(body.charAt(at - 1)) ? `${words} ` : ` ${words}`;
  return insertAt(at, spaced);
}

/** The words of an action: its block without box, heading marks and white space at its ends. */
function wordsOf(body: string, action: ParsedAction): Range {
  const source = body.slice(action.start, action.end);
  const frame =
    action.kind === "heading"
      ? /^\s*(?:#{1,6}\s+)?(?:\(?\d+[.)]\s*)?/u
      : action.box === undefined
        ? /^\s*/u
        : /^\[.\]\s*/u;
  const start = action.start + (frame.exec(source)?.[0].length ?? 0);
  const tail = action.kind === "heading" ? /(?:\s+#+)?(?:\r?\n[ \t]*[=-]+)?\s*$/u : /\s*$/u;
  return { start, end: Math.max(start, action.start + source.replace(tail, "").length) };
}

/** Puts a mention where the old owner stood, keeping `Owner:` before it and a colon or dash behind it. */
function inFrame(old: string, mention: string): string {
  const lead =
    /^[-–—|,;\s([*_]*(?:owners?|assignees?|assigned to|responsible|dri)[*_]*\s*[:=][*_]*\s*/iu.exec(old)?.[0] ?? "";
  const bracket = /^[-–—|,;\s]*([([])/u.exec(lead)?.[1];
  const close = bracket === undefined ? "" : bracket === "(" ? ")" : "]";
  const bold = lead.split("**").length % 2 === 0 ? "**" : "";
  const tail = lead === "" ? (/\s*(?:[:–—-]+|\bto)$/u.exec(old)?.[0] ?? "") : "";
  return `${lead}${mention}${bold}${close}${tail}`;
}

function dueInFrame(old: string, action: ParsedAction, day: string): string {
  if (action.kind === "row") return day;
  return new RegExp(DAY_SOURCE, "u").test(old) ? old.replace(new RegExp(DAY_SOURCE, "u"), day) : `(due ${day})`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

interface Edit extends Range {
  readonly text: string;
}

function insertAt(at: number, text: string): Edit {
  return { start: at, end: at, text };
}
