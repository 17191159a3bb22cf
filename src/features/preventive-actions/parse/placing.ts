import { parseMarkdown, rangeOf, splice, type Block, type ListItem } from "../../../domain/markdown.ts";
import { isPlaceholder, sectionsOf, type Section } from "../../postmortem/sections.ts";
import { parseActions } from "./parse-actions.ts";
import { LIST_MARK } from "./scope-entries.ts";
import { sectionKind } from "./section-name.ts";

export interface NewAction {
  readonly text: string;
  /** A login, with or without `@`. */
  readonly owner?: string;
  /** `2026-12-01` */
  readonly due?: string;
  readonly type?: string;
}

/** `Alert on snapshot age @alice (due 2026-12-01, prevent)` */
export function entryWords({ text, owner, due, type }: NewAction): string {
  const marks = [...(due === undefined ? [] : [`due ${due}`]), ...(type === undefined ? [] : [type])];
  return [
    text.replaceAll(/\s+/gu, " ").trim(),
    ...(owner === undefined ? [] : [`@${owner.replace(/^@/u, "")}`]),
    ...(marks.length === 0 ? [] : [`(${marks.join(", ")})`]),
  ].join(" ");
}

export function newSection(entry: string, ending: string): string {
  return `## Preventive actions${ending}${ending}- ${entry}${ending}`;
}

/** Bodies with the entry in it, the best place first. */
export function* placings(body: string, entry: string, ending: string): Generator<string> {
  const last = parseActions(body).findLast(({ kind }) => kind === "bullet");
  const neighbour = last === undefined ? undefined : listItemAt(parseMarkdown(body).children, last.start);
  if (neighbour !== undefined) yield behindListItem(body, neighbour, { entry, ending });
  const section = sectionsOf(body).findLast(({ heading }) => sectionKind(heading) === "actions");
  if (section !== undefined) {
    yield intoSection(body, section, { entry: `- ${entry}`, ending });
    yield intoSection(body, section, { entry: `${LIST_MARK}${ending}${ending}- ${entry}`, ending });
    yield splice(body, [{ start: section.bodyStart, end: section.bodyStart, text: `${ending}- ${entry}${ending}` }]);
  }
  const gap =
    body === "" ? "" : body.endsWith(`${ending}${ending}`) ? "" : body.endsWith("\n") ? ending : ending + ending;
  yield body + gap + newSection(entry, ending);
}

interface Words {
  readonly entry: string;
  readonly ending: string;
}

function behindListItem(body: string, neighbour: ListItem, { entry, ending }: Words): string {
  const { start, end } = rangeOf(neighbour);
  const indent = body.slice(body.lastIndexOf("\n", start - 1) + 1, start);
  const marker = nextMarker(body.slice(start, end));
  return splice(body, [
    { start: end, end, text: `${ending}${/^[ \t]*$/u.test(indent) ? indent : ""}${marker} ${entry}` },
  ]);
}

function nextMarker(source: string): string {
  const ordered = /^(\d{1,9})([.)])/u.exec(source);
  if (ordered === null) return source.charAt(0);
  const number = Number(ordered[1]);
  return `${number === 1 ? number : number + 1}${ordered[2] ?? "."}`;
}

/** The innermost list entry that holds an offset. */
function listItemAt(blocks: readonly Block[], offset: number): ListItem | undefined {
  for (const block of blocks) {
    if (block.type !== "list" || !holds(block, offset)) continue;
    const entry = block.children.find((child) => holds(child, offset));
    return entry === undefined ? undefined : (listItemAt(entry.children, offset) ?? entry);
  }
  return undefined;
}

function holds(node: Pick<Block, "position">, offset: number): boolean {
  const { start, end } = rangeOf(node);
  return start <= offset && offset < end;
}

function intoSection(body: string, section: Section, { entry, ending }: Words): string {
  const own = parseMarkdown(body).children.filter((block) => {
    const { start } = rangeOf(block);
    return start >= section.headingEnd && start < section.end;
  });
  const until = own.findIndex(({ type }) => type === "heading");
  const blocks = (until === -1 ? own : own.slice(0, until)).filter(({ type }) => type !== "html");
  const last = blocks.at(-1);
  if (last === undefined) {
    const gap = section.bodyStart === section.headingEnd ? ending : "";
    return splice(body, [
      { start: section.bodyStart, end: section.bodyStart, text: `${gap}${ending}${entry}${ending}` },
    ]);
  }
  const { start, end } = rangeOf(last);
  const words = body.slice(start, end).replace(/^(?:[-+*]|\d+[.)])[ \t]*(?:\[[ \txX]\])?/u, "");
  if (isPlaceholder(words)) return splice(body, [{ start, end, text: entry }]);
  return splice(body, [{ start: end, end, text: `${ending}${ending}${entry}` }]);
}
