import {
  parseMarkdown,
  rangeOf,
  type Block,
  type Heading,
  type List,
  type ListItem,
} from "../../../domain/markdown.ts";
import { plainHeading } from "../../postmortem/sections.ts";
import { entriesOfTable, isActionTable, type Entry } from "./entry.ts";
import { leadingLabel, ownerOfLabel, plainLabel } from "./label.ts";
import { entriesOfScope, LIST_MARK, type Segment } from "./scope-entries.ts";
import { shortBlanks } from "./masked-text.ts";
import { isElsewhere, saysDone, sectionKind } from "./section-name.ts";

/** Every stretch of a body that its author presents as something to do, in order. */
export function findEntries(body: string): Entry[] {
  const reader: Reader = { body, found: [], scope: undefined };
  for (const block of parseMarkdown(body).children) readBlock(reader, block);
  leaveScope(reader);
  return reader.found;
}

/** Where the reader is: below a heading or label that announces actions. */
interface Scope {
  /** Depth of the heading that opened it; a label opens deeper than any heading. */
  readonly depth: number;
  /** True when its name says that all below is done. */
  readonly done: boolean;
  /** True when a list entry opened it: then the next labelled entry ends it. */
  readonly inList: boolean;
  /** Depth of a heading (or 7: a label) inside it that says the rest is something else. */
  refusedAt: number | undefined;
  readonly segments: Segment[];
}

interface Reader {
  readonly body: string;
  readonly found: Entry[];
  scope: Scope | undefined;
}

const LABEL_DEPTH = 7;

function readBlock(reader: Reader, block: Block): void {
  if (block.type === "heading") return readHeading(reader, block);
  if (block.type === "thematicBreak" && isLabelled(reader)) return leaveScope(reader);
  if (isLabelBlock(reader, block)) return undefined;
  if (reader.scope !== undefined) addBlock(reader.scope, block);
  else if (block.type === "table" && isActionTable(block, reader.body)) {
    reader.found.push(...entriesOfTable(block, reader.body));
  }
  return undefined;
}

function addBlock(scope: Scope, block: Block): void {
  if (scope.refusedAt !== undefined) return;
  if (block.type === "html" && block.value.trim() === LIST_MARK) {
    scope.segments.push({ under: scope.segments.at(-1)?.under, apart: true, blocks: [] });
  }
  scope.segments.at(-1)?.blocks.push(block);
}

/** Takes in a block that only names what follows, or that holds such names. */
function isLabelBlock(reader: Reader, block: Block): boolean {
  if (block.type === "paragraph") return readLabel(reader, block);
  if (block.type !== "list") return false;
  return (reader.scope === undefined || isLabelled(reader)) && readLabelledList(reader, block);
}

/** True below a label, whose reach is shorter than a heading's. */
function isLabelled(reader: Reader): boolean {
  return reader.scope?.depth === LABEL_DEPTH;
}

function readHeading(reader: Reader, heading: Heading): void {
  const source = sourceOf(heading, reader);
  const { scope } = reader;
  const { depth } = heading;
  if (scope === undefined || depth <= scope.depth) {
    leaveScope(reader);
    if (sectionKind(source) === "actions") reader.scope = openScope(depth, saysDone(source));
    return;
  }
  if (scope.refusedAt !== undefined && depth > scope.refusedAt) return;
  scope.refusedAt = isElsewhere(source) ? depth : undefined;
  scope.segments.push({ under: plainHeading(source), heading, blocks: [] });
}

/** Takes in a paragraph that only names what follows. Says false for one that is text of its own. */
function readLabel(reader: Reader, block: Block): boolean {
  const source = sourceOf(block, reader);
  const label = plainLabel(source) ?? bareTitle(source);
  if (label === undefined) return readLeadingLabel(reader, block) || readLastLine(reader, source);
  const { scope } = reader;
  if (scope === undefined || isLabelled(reader)) return readLabelOutside(reader, label);
  if (scope.refusedAt === undefined || scope.refusedAt === LABEL_DEPTH) {
    scope.refusedAt = isElsewhere(label) ? LABEL_DEPTH : undefined;
    scope.segments.push({ under: label, blocks: [] });
  }
  return true;
}

/** Words behind a label of actions on the same line are an action, or announce the list below when they end in a colon. */
function readLeadingLabel(reader: Reader, block: Block): boolean {
  if (reader.scope !== undefined && !isLabelled(reader)) return false;
  const source = sourceOf(block, reader);
  const lead = leadingLabel(source);
  if (lead === undefined || sectionKind(lead.label) !== "actions") return false;
  readLabelOutside(reader, lead.label);
  const { start, end } = rangeOf(block);
  if (!source.trimEnd().endsWith(":")) reader.found.push({ kind: "prose", start: start + lead.length, end });
  return true;
}

/** `text:` as the last line of a longer paragraph announces the list below it as well as one on its own. */
function readLastLine(reader: Reader, source: string): boolean {
  if (reader.scope !== undefined && !isLabelled(reader)) return false;
  const label = plainLabel(source.slice(source.trimEnd().lastIndexOf("\n") + 1));
  return label !== undefined && sectionKind(label) === "actions" && readLabelOutside(reader, label);
}

function readLabelOutside(reader: Reader, label: string): boolean {
  const { scope } = reader;
  if (sectionKind(label) === "actions") {
    leaveScope(reader);
    reader.scope = openScope(LABEL_DEPTH, saysDone(label));
    return true;
  }
  if (scope === undefined) return false;
  if (ownerOfLabel(label) === undefined && !isPartOfActions(label)) leaveScope(reader);
  else scope.segments.push({ under: label, blocks: [] });
  return true;
}

/** Labels that divide a list of actions rather than end it. */
function isPartOfActions(label: string): boolean {
  return /^(?:(?:short|medium|mid|long|near)[- ]?term|immediate(?:ly)?|process|technical|documentation|people|detect(?:ion)?|prevent(?:ion)?|mitigat(?:e|ion)|monitoring|done|completed|open|to do|todo|in progress|now|next|later|high|medium|low|p[0-4])\b/iu.test(
    label,
  );
}

/** A list whose entries are labels (`- **Review actions**:`): those that announce actions are read, the rest passed by. */
function readLabelledList(reader: Reader, list: List): boolean {
  let labelled = false;
  for (const entry of list.children) {
    const label = labelOf(entry, reader.body);
    const opens = label !== undefined && sectionKind(label) === "actions";
    if (label === undefined || !(opens || endsScope(reader, label))) continue;
    labelled = true;
    leaveScope(reader);
    if (opens) readLabelledEntry(reader, entry, label);
  }
  return labelled;
}

/** The next labelled entry of its list ends a scope opened by one; below a paragraph only the name of another part does. */
function endsScope(reader: Reader, label: string): boolean {
  return reader.scope?.inList === true || (isLabelled(reader) && isElsewhere(label));
}

function readLabelledEntry(reader: Reader, entry: ListItem, label: string): void {
  const [first, ...rest] = entry.children;
  if (first !== undefined && rest.length === 0 && readLeadingLabel(reader, first)) return;
  const scope = openScope(LABEL_DEPTH, saysDone(label), true);
  reader.scope = scope;
  for (const block of rest) addBlock(scope, block);
}

/** The label at the start of a list entry: `**Review actions**:`, alone or with words behind it. */
function labelOf(entry: ListItem, body: string): string | undefined {
  const first = entry.children[0];
  if (first?.type !== "paragraph" || typeof entry.checked === "boolean") return undefined;
  const { start, end } = rangeOf(first);
  const source = shortBlanks(body.slice(start, end));
  const lead = leadingLabel(source)?.label;
  const known = lead !== undefined && (sectionKind(lead) === "actions" || isElsewhere(lead));
  return plainLabel(source) ?? (known ? lead : undefined);
}

function openScope(depth: number, done: boolean, inList = false): Scope {
  return { depth, done, inList, refusedAt: undefined, segments: [{ under: undefined, blocks: [] }] };
}

function leaveScope(reader: Reader): void {
  const { scope, body } = reader;
  reader.scope = undefined;
  if (scope === undefined) return;
  const found = entriesOfScope(scope.segments, body);
  reader.found.push(...(scope.done ? found.map((entry) => ({ ...entry, done: true })) : found));
}

/** A title on a line of its own without any mark, as plain text has it. */
function bareTitle(source: string): string | undefined {
  const line = source.trim();
  if (line.length > 60 || /[\r\n.!?]/u.test(line)) return undefined;
  const known = sectionKind(line) === "actions" || (isElsewhere(line) && line.split(/\s+/u).length <= 5);
  return known && /^\p{Lu}/u.test(line) ? line : undefined;
}

function sourceOf(block: Block, reader: Reader): string {
  const { start, end } = rangeOf(block);
  return shortBlanks(reader.body.slice(start, end));
}
