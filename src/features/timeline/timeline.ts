import { calm } from "../../domain/calm.ts";
import { splice } from "../../domain/markdown.ts";
import { findSection, isPlaceholder } from "../postmortem/sections.ts";
import { BLOCK_END, BODY_CAP, namesOf } from "../postmortem/template.ts";

export interface TimelineEntry {
  readonly at: string;
  readonly text: string;
  readonly by: string;
}

/**
 * The body with one more entry in its Timeline section, in order of time; the section is made when it is missing.
 * All else stays as it is. Undefined when the body would grow beyond what GitHub takes.
 */
export function withTimelineEntry(body: string, entry: TimelineEntry): string | undefined {
  const newline = body.includes("\r\n") ? "\r\n" : "\n";
  const line = `- ${entry.at.slice(0, 16).replace("T", " ")} UTC — ${calm(entry.text)} (${entry.by})`;
  const section = findSection(body, namesOf("Timeline"));
  const grown =
    section === undefined
      ? `${body}${newline}${newline}## Timeline${newline}${newline}${line}${newline}`
      : placed(body, section, { line, newline });
  return grown.length > BODY_CAP ? undefined : grown;
}

function placed(
  body: string,
  section: { bodyStart: number; end: number },
  add: { line: string; newline: string },
): string {
  const later = laterEntry(body, section, add.line);
  if (later !== undefined) return splice(body, [{ start: later, end: later, text: `${add.line}${add.newline}` }]);
  const text = body.slice(section.bodyStart, section.end).split(BLOCK_END)[0] ?? "";
  const written = text.trimEnd();
  const at = section.bodyStart + written.length;
  if (written === "") return splice(body, [{ start: at, end: at, text: add.newline + add.line + add.newline }]);
  const lastLine = written.split(/\r?\n/u).at(-1) ?? "";
  const spaces = /^[ \t]*/u.exec(text.slice(written.length))?.[0].length ?? 0;
  if (isOpenBullet(lastLine)) return splice(body, [{ start: at - lastLine.length, end: at + spaces, text: add.line }]);
  const isInList = /^\s*(?:[-*+]|\d+[.)])\s/u.test(lastLine);
  const before = isInList ? add.newline : add.newline + add.newline;
  const after = written.length === text.length ? add.newline : "";
  return splice(body, [{ start: at, end: at, text: `${before}${add.line}${after}` }]);
}

const ENTRY = /^[-*+] \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/gmu;

/** Where the first entry in our form stands that is later than this one: the course of events stays in order. */
function laterEntry(body: string, section: { bodyStart: number; end: number }, line: string): number | undefined {
  const stamp = line.slice(2, 18);
  const text = body.slice(section.bodyStart, section.end);
  const later = [...text.matchAll(ENTRY)].find(([entry]) => entry.slice(2, 18) > stamp);
  return later === undefined ? undefined : section.bodyStart + later.index;
}

/** A bullet that a template left for its reader. */
function isOpenBullet(line: string): boolean {
  const text = /^\s*[-*+](?<text>.*)$/u.exec(line)?.groups?.["text"];
  return text !== undefined && isPlaceholder(text.trim());
}
