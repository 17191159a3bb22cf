import { rangeOf, type Block, type List } from "../../../domain/markdown.ts";
import { entriesOfList, entriesOfTable, type Entry } from "./entry.ts";
import { maskedText } from "./masked-text.ts";
import { isOrder, isStatedAction, opensWithOwner } from "./prose.ts";

/** What stands between two headings or labels of a section of actions. */
export interface Segment {
  readonly under: string | undefined;
  /** The sub-heading that opens it, unless a label does. */
  readonly heading?: Block;
  /** True for a list set apart from the prose above it by `LIST_MARK`. */
  readonly apart?: boolean;
  readonly blocks: Block[];
}

/** Stands between prose that states actions and a task list added below it, so that the list does not make the prose its introduction. */
export const LIST_MARK = "<!-- actions -->";

/** The entries of one section of actions: its lists and tables; where there are none, the paragraphs that state an action. */
export function entriesOfScope(segments: readonly Segment[], body: string): Entry[] {
  const divided = segments.slice(1).some(({ blocks, apart }) => apart !== true && blocks.some(isListed));
  return segments.flatMap((segment, index) => {
    // A paragraph above sub-headings that hold the lists introduces them.
    const introduces = index === 0 && divided;
    if (segment.blocks.some(isListed) || introduces) return listedEntries(segment, body);
    return proseEntries(segment, body, divided);
  });
}

function isListed(block: Block): boolean {
  return block.type === "list" || block.type === "table";
}

function listedEntries({ blocks, under }: Segment, body: string): Entry[] {
  const tasks = blocks.every((block) => block.type !== "table" && (block.type !== "list" || isTaskList(block)));
  return blocks.flatMap((block, index) => {
    if (block.type === "table") return entriesOfTable(block, body, under);
    if (block.type === "paragraph") {
      const source = sourceOf(block, body);
      return opensWithOwner(source) || (tasks && isOrder(source)) ? [proseEntry(block, under)] : [];
    }
    if (block.type !== "list") return [];
    const entries = entriesOfList(block, body, under);
    return isDetail(blocks[index - 1], block, body) ? entries.filter(({ box }) => box !== undefined) : entries;
  });
}

function isTaskList(list: List): boolean {
  return list.children.every(({ checked }) => typeof checked === "boolean");
}

/** A list below `**JP** Have badges for:` spells out that one action. */
function isDetail(above: Block | undefined, list: List, body: string): boolean {
  if (above?.type !== "paragraph" || rangeOf(above).end > rangeOf(list).start) return false;
  const source = sourceOf(above, body).trim();
  return source.endsWith(":") && opensWithOwner(source);
}

function proseEntries({ blocks, heading, under }: Segment, body: string, divided: boolean): Entry[] {
  if (heading !== undefined && TITLED.test(sourceOf(heading, body))) return [{ kind: "heading", ...rangeOf(heading) }];
  const paragraphs = blocks.filter((block) => block.type === "paragraph");
  return paragraphs
    .filter((block) => isStatedAction(sourceOf(block, body), paragraphs.length === 1 && !divided))
    .map((block) => proseEntry(block, under));
}

function proseEntry(block: Block, under: string | undefined): Entry {
  return { kind: "prose", ...rangeOf(block), ...(under === undefined ? {} : { under }) };
}

/** `#### 1) Plan the migration`, `### TODO Bot`: the heading is the action, the prose below explains it. */
const TITLED = /^\s*#{1,6}\s+(?:\(?\d+[.)]\s+\S|(?:\(?\d+[.)]\s*)?(?:\[[ x]\]\s*)?TODO\b)/iu;

function sourceOf(block: Block, body: string): string {
  return maskedText(body, rangeOf(block)).text;
}
