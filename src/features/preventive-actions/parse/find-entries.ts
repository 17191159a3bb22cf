import { parseMarkdown, rangeOf, type Block, type List, type ListItem } from "../../../domain/markdown.ts";
import { foldHeading, isPlaceholder } from "../../postmortem/sections.ts";
import { entriesOfList, entriesOfTable, isActionTable, type Entry } from "./entry.ts";
import { foldLabel, ownerOfLabel, plainLabel } from "./label.ts";
import { saysDone, sectionKind } from "./section-name.ts";

/** Every stretch of a body that its author presents as something to do, in order. */
export function findEntries(body: string): Entry[] {
  const reader: Reader = { body, found: [], scope: undefined };
  for (const block of parseMarkdown(body).children) readBlock(reader, block);
  closeSegment(reader);
  return reader.found;
}

/** Where the reader is: below a heading or label that announces actions. */
interface Scope {
  /** Depth of the heading that opened it; a label opens deeper than any heading. */
  readonly depth: number;
  readonly done: boolean;
  under: string | undefined;
  /** Depth of a heading (or 7: a label) inside it that says the rest is something else. */
  refusedAt: number | undefined;
  /** Blocks since the last heading or label. */
  segment: Block[];
}

interface Reader {
  readonly body: string;
  readonly found: Entry[];
  scope: Scope | undefined;
}

const LABEL_DEPTH = 7;

function readBlock(reader: Reader, block: Block): void {
  if (block.type === "heading") return readHeading(reader, block.depth, sourceOf(block, reader));
  if (block.type === "thematicBreak" && isLabelled(reader)) return leaveScope(reader);
  if (isLabelBlock(reader, block)) return undefined;
  if (reader.scope !== undefined) reader.scope.segment.push(block);
  else if (block.type === "table" && isActionTable(block, reader.body)) {
    reader.found.push(...entriesOfTable(block, reader.body));
  }
  return undefined;
}

/** Takes in a block that only names what follows, or that holds such names. */
function isLabelBlock(reader: Reader, block: Block): boolean {
  if (block.type === "paragraph") return readLabel(reader, sourceOf(block, reader));
  if (block.type !== "list") return false;
  return (reader.scope === undefined || isLabelled(reader)) && readLabelledList(reader, block);
}

/** True below a label, whose reach is shorter than a heading's. */
function isLabelled(reader: Reader): boolean {
  return reader.scope?.depth === LABEL_DEPTH;
}

function readHeading(reader: Reader, depth: number, source: string): void {
  closeSegment(reader);
  const name = foldHeading(source);
  const { scope } = reader;
  if (scope === undefined || depth <= scope.depth) {
    reader.scope = sectionKind(source) === "actions" ? openScope(depth, saysDone(source)) : undefined;
    return;
  }
  if (scope.refusedAt !== undefined && depth > scope.refusedAt) return;
  scope.refusedAt = isElsewhere(source) ? depth : undefined;
  scope.under = name;
}

/** Takes in a paragraph that only names what follows. Says false for one that is text of its own. */
function readLabel(reader: Reader, source: string): boolean {
  const label = plainLabel(source) ?? bareTitle(source);
  if (label === undefined) return false;
  const { scope } = reader;
  if (scope === undefined || scope.depth === LABEL_DEPTH) return readLabelOutside(reader, label);
  closeSegment(reader);
  scope.refusedAt = isElsewhere(label) ? LABEL_DEPTH : scope.refusedAt === LABEL_DEPTH ? undefined : scope.refusedAt;
  scope.under = label;
  return true;
}

function readLabelOutside(reader: Reader, label: string): boolean {
  const { scope } = reader;
  if (sectionKind(label) === "actions") {
    closeSegment(reader);
    reader.scope = openScope(LABEL_DEPTH, saysDone(label));
    return true;
  }
  if (scope === undefined) return false;
  closeSegment(reader);
  if (ownerOfLabel(label) === undefined) reader.scope = undefined;
  else scope.under = label;
  return true;
}

/** A list whose entries are labels (`- **Review actions**:`): those that announce actions are read, the rest passed by. */
function readLabelledList(reader: Reader, list: List): boolean {
  let labelled = false;
  for (const entry of list.children) {
    const label = labelOf(entry, reader.body);
    if (label !== undefined && sectionKind(label) === "actions") {
      closeSegment(reader);
      reader.scope = openScope(LABEL_DEPTH, saysDone(label));
      reader.scope.segment.push(...entry.children.slice(1));
      labelled = true;
    } else if (label !== undefined && reader.scope !== undefined && isElsewhere(label)) {
      leaveScope(reader);
      labelled = true;
    }
  }
  return labelled;
}

function labelOf(entry: ListItem, body: string): string | undefined {
  const first = entry.children[0];
  if (first?.type !== "paragraph" || typeof entry.checked === "boolean") return undefined;
  const { start, end } = rangeOf(first);
  return plainLabel(body.slice(start, end));
}

function openScope(depth: number, done: boolean): Scope {
  return { depth, done, under: undefined, refusedAt: undefined, segment: [] };
}

function leaveScope(reader: Reader): void {
  closeSegment(reader);
  reader.scope = undefined;
}

function closeSegment(reader: Reader): void {
  const { scope, body } = reader;
  if (scope === undefined) return;
  const { segment } = scope;
  scope.segment = [];
  if (scope.refusedAt !== undefined) return;
  const listed = segment.some((block) => block.type === "list" || block.type === "table");
  const found = segment.flatMap((block) => {
    if (block.type === "list") return entriesOfList(block, body, scope.under);
    if (block.type === "table") return entriesOfTable(block, body, scope.under);
    return block.type === "paragraph" && !listed ? proseEntry(block, reader, scope.under) : [];
  });
  reader.found.push(...(scope.done ? found.map((entry) => ({ ...entry, done: true })) : found));
}

function proseEntry(block: Block, reader: Reader, under: string | undefined): Entry[] {
  const source = sourceOf(block, reader);
  if (isPlaceholder(source) || source.trim().endsWith(":")) return [];
  return [{ kind: "prose", ...rangeOf(block), ...(under === undefined ? {} : { under }) }];
}

/** A title on a line of its own without any mark, as plain text has it. */
function bareTitle(source: string): string | undefined {
  const line = source.trim();
  if (line.length > 60 || /[\r\n.!?]/u.test(line)) return undefined;
  return sectionKind(line) === "actions" && /^\p{Lu}/u.test(line) ? line : undefined;
}

/** Names of the other parts of a postmortem: below them nothing is to be done. */
function isElsewhere(name: string): boolean {
  return sectionKind(name) === "refused" || ELSEWHERE.test(foldLabel(name));
}

const ELSEWHERE =
  /^(?:timeline|summary|impact|background|detection|resolution|root causes?|causes?|contributing factors?|trigger|what went (?:well|wrong|badly)|where we got lucky|lessons? learn(?:ed|t)|glossary|appendix|references?|supporting information|further reading|links|notes?|discussion|contacts?|thanks|acknowledge?ments?)\b/u;

function sourceOf(block: Block, reader: Reader): string {
  const { start, end } = rangeOf(block);
  return reader.body.slice(start, end);
}
