import type { Range } from "../../../domain/markdown.ts";
import { isPlaceholder } from "../../postmortem/sections.ts";
import { cleanText, isHousekeeping, isNothing, linksIn } from "./clean-text.ts";
import { DAY_SOURCE, dayOf } from "./day.ts";
import type { Entry } from "./entry.ts";
import { ownerOfLabel } from "./label.ts";
import { blank, maskedText, shortBlanks, take, type MaskedText } from "./masked-text.ts";
import type { ParsedAction } from "./parsed-action.ts";
import { ownerFrom, takeOwner } from "./read-owner.ts";
import { isRetrospective, standingOfCell, takeStanding, type Standing } from "./read-status.ts";
import { saysDone } from "./section-name.ts";

type Reading = Omit<ParsedAction, "key" | "line">;
type ActionType = NonNullable<ParsedAction["type"]>;
type Marks = { -readonly [Name in keyof ParsedAction["at"]]: Range };

/** Reads the words of one entry; nothing when they are a placeholder or say that there is nothing to do. */
export function readEntry(entry: Entry, body: string): Reading | undefined {
  const masked = maskedText(body, entry);
  blankFrame(masked, entry);
  const links = linksIn(rowText(entry, body) ?? masked.text);
  const standing = readStanding(entry, masked, body);
  const group = takeGroup(masked);
  const owner = readOwner(entry, masked, { body, group });
  const due = readDue(entry, masked, { body, group });
  const type = group?.type ?? readType(entry, masked, body);
  const text = cleanText(masked.text);
  if (isPlaceholder(text) || isNothing(text) || isHousekeeping(text)) return undefined;
  return {
    text,
    start: entry.start,
    end: entry.end,
    kind: entry.kind,
    status: statusOf(entry, standing, text),
    links,
    at: marksOf({ status: standing?.range, group: group?.range, owner: owner?.range, due: due?.range }),
    ...whoAndWhen(owner, due),
    ...placeOf(entry),
    ...whatAndWhy(type, standing?.reason),
  };
}

function whoAndWhen(
  owner: OwnerReading | undefined,
  due: { day?: string } | undefined,
): Pick<Reading, "owner" | "ownerKind" | "due"> {
  return {
    ...(owner?.owner === undefined ? {} : { owner: owner.owner, ownerKind: owner.ownerKind }),
    ...(due?.day === undefined ? {} : { due: due.day }),
  };
}

function whatAndWhy(type: ActionType | undefined, reason: string | undefined): Pick<Reading, "type" | "reason"> {
  return { ...(type === undefined ? {} : { type }), ...(reason === undefined ? {} : { reason }) };
}

function placeOf({ box, under }: Entry): Pick<Reading, "box" | "under"> {
  return { ...(box === undefined ? {} : { box }), ...(under === undefined ? {} : { under }) };
}

function marksOf(ranges: Readonly<Record<keyof Marks, Range | undefined>>): Marks {
  const marks: Marks = {};
  for (const name of ["owner", "due", "status", "group"] as const) {
    const range = ranges[name];
    if (range !== undefined) marks[name] = range;
  }
  return marks;
}

/** Box, heading marks and comments frame the words; they are none. */
function blankFrame(masked: MaskedText, entry: Entry): void {
  if (entry.box !== undefined) blank(masked, 0, 3);
  if (entry.kind === "heading")
    take(masked, /^\s*#{1,6}\s+(?:\(?\d+[.)]\s*)?(?:TODO\b:?\s*)?|(?:\r?\n[ \t]*[=-]+)\s*$/u);
  if (entry.kind === "heading") take(masked, /\s+#+\s*$/u);
  masked.text = shortBlanks(masked.text.replaceAll(/<!--[\s\S]*?-->/gu, (comment) => " ".repeat(comment.length)));
}

function rowText(entry: Entry, body: string): string | undefined {
  if (entry.cells === undefined) return undefined;
  return Object.values(entry.cells)
    .map((cell) => maskedText(body, cell).text)
    .join(" | ");
}

function readStanding(entry: Entry, masked: MaskedText, body: string): Standing | undefined {
  const written = takeStanding(masked);
  if (written?.status === "dropped" || written?.status === "na") return written;
  const cell = entry.cells?.status;
  if (cell !== undefined) return { status: standingOfCell(body.slice(cell.start, cell.end)), range: cell };
  // Where a table has a column for the bug alone, people write DONE behind its number.
  const link = entry.cells?.link;
  const done = link !== undefined && standingOfCell(body.slice(link.start, link.end)) === "done";
  return done ? { status: "done" } : written;
}

function statusOf(entry: Entry, standing: Standing | undefined, text: string): ParsedAction["status"] {
  const { box } = entry;
  // A struck line that is ticked was crossed off, not given up.
  if (standing?.status === "dropped" && standing.reason === undefined && box?.checked === true) return "done";
  if (standing !== undefined && standing.status !== "open") return standing.status;
  if (box !== undefined) return box.checked ? "done" : "open";
  return standing === undefined && isToldAsDone(entry, text) ? "done" : "open";
}

function isToldAsDone(entry: Entry, text: string): boolean {
  return entry.done === true || saysDone(entry.under ?? "") || isRetrospective(text);
}

interface Group {
  readonly range: Range;
  readonly day?: string;
  readonly type?: ActionType;
  readonly owner?: string;
}

const GROUP = /\((?<parts>[^()\n]*\b(?:due|by|deadline|prevent|detect|mitigate|\d{4}-\d{2}-\d{2})\b[^()\n]*)\)/giu;
const DUE_PART = new RegExp(
  String.raw`^(?:(?:due|by|deadline|eta)(?: date)?:?\s+(?:on |by )?)?(?<day>${DAY_SOURCE})$`,
  "iu",
);

/** Takes `(due 2026-12-01, prevent)`: one pair of brackets in which every part is understood. */
function takeGroup(masked: MaskedText): Group | undefined {
  for (const match of masked.text.matchAll(GROUP)) {
    const parts = (match.groups?.["parts"] ?? "").split(/\s*[,;]\s*/u).map((part) => readPart(part.trim()));
    if (parts.some((part) => part === undefined)) continue;
    const end = match.index + match[0].length;
    blank(masked, match.index, end);
    return Object.assign({ range: { start: masked.start + match.index, end: masked.start + end } }, ...parts);
  }
  return undefined;
}

function readPart(part: string): Partial<Group> | undefined {
  const day = dayOf(DUE_PART.exec(part)?.groups?.["day"] ?? "");
  if (day !== undefined) return { day };
  const type = typeOf(/^(?:type:\s*)?(prevent|detect|mitigate)$/iu.exec(part)?.[1] ?? "");
  if (type !== undefined) return { type };
  const owner = /^(?:owner:\s*)?(@[\w-]+(?:\/[\w.-]+)?)$/iu.exec(part)?.[1];
  return owner === undefined ? undefined : { owner };
}

interface OwnerReading {
  readonly owner?: string;
  readonly ownerKind: "login" | "name";
  readonly range?: Range;
}

interface Around {
  readonly body: string;
  readonly group: Group | undefined;
}

function readOwner(entry: Entry, masked: MaskedText, { body, group }: Around): OwnerReading | undefined {
  if (group?.owner !== undefined) return ownerFrom(group.owner);
  const cell = entry.cells?.owner;
  if (cell !== undefined) {
    const written = body.slice(cell.start, cell.end);
    return isPlaceholder(written) || isNothing(written)
      ? { ownerKind: "name", range: cell }
      : { ...ownerFrom(written), range: cell };
  }
  const own = takeOwner(masked);
  if (own !== undefined) return own;
  const label = ownerOfLabel(entry.under ?? "");
  return label === undefined ? undefined : ownerFrom(label);
}

const DUE = new RegExp(
  String.raw`(?<!\s)\s*[([,;|–—-]*\s*(?:(?:\b(?:due|deadline|eta|target|by|before)(?: date)?\s*:?\s*(?:on |by )?)|📅\s*)\**(?<day>${DAY_SOURCE})\**[)\]]?`,
  "iu",
);

function readDue(
  entry: Entry,
  masked: MaskedText,
  { body, group }: Around,
): { day?: string; range?: Range } | undefined {
  if (group?.day !== undefined) return { day: group.day };
  const cell = entry.cells?.due;
  if (cell !== undefined) {
    const day = dayOf(body.slice(cell.start, cell.end));
    return { range: cell, ...(day === undefined ? {} : { day }) };
  }
  const match = DUE.exec(masked.text);
  const day = dayOf(match?.groups?.["day"] ?? "");
  if (day === undefined) return undefined;
  const taken = take(masked, DUE);
  return taken === undefined ? { day } : { day, range: taken.range };
}

function readType(entry: Entry, masked: MaskedText, body: string): ActionType | undefined {
  const cell = entry.cells?.type;
  if (cell !== undefined) return typeOf(body.slice(cell.start, cell.end));
  const taken = take(
    masked,
    /^\s*[[(*]*(?:type:\s*)?\b(?:prevent|detect|mitigate)\b[\])*]*\s*[:–—]\s*|\s*[[(](?:type:\s*)?(?:prevent|detect|mitigate)[\])]/iu,
  );
  return typeOf(taken?.match[0] ?? "") ?? typeOf(entry.under ?? "");
}

function typeOf(words: string): ActionType | undefined {
  if (/\bdetect(?:ion|ing)?\b|\bmonitoring\b|\balerting\b/iu.test(words)) return "detect";
  if (/\bmitigat(?:e|ion|ing)\b/iu.test(words)) return "mitigate";
  return /\bprevent(?:ion|ing|ive|ative)?\b/iu.test(words) ? "prevent" : undefined;
}
