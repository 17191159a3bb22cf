import {
  boxOf,
  rangeOf,
  type Block,
  type Box,
  type List,
  type ListItem,
  type Range,
  type Table,
} from "../../../domain/markdown.ts";
import { plainLabel } from "./label.ts";
import { isCommand } from "./prose.ts";

/** One stretch of a body that may state a preventive action, before its words are read. */
export interface Entry extends Range {
  readonly kind: "bullet" | "row" | "prose" | "heading";
  readonly box?: Box;
  /** The sub-heading or label above it. */
  readonly under?: string;
  /** True when the section says that all in it is done. */
  readonly done?: boolean;
  /** Cells of a table row by the role of their column. */
  readonly cells?: Readonly<Partial<Record<ColumnRole, Range>>>;
}

export type ColumnRole = "action" | "owner" | "due" | "status" | "type" | "link";

/** The entries of a list. A short label with a list of its own stands for the entries below it. */
export function entriesOfList(list: List, body: string, under?: string): Entry[] {
  return list.children.flatMap((entry) => entriesOfListItem(entry, { body, under, asParent: true }));
}

/** The entries of a table, one per row of its body; nothing when no column could hold an action. */
export function entriesOfTable(table: Table, body: string, under?: string): Entry[] {
  const [head, ...rows] = table.children;
  if (head === undefined) return [];
  const roles = columnRoles(head.children.map((cell) => textAt(rangeOf(cell), body)));
  return rows.flatMap((row) => {
    const cells: Partial<Record<ColumnRole, Range>> = {};
    for (const [index, cell] of row.children.entries()) {
      const role = roles[index];
      if (role !== undefined) cells[role] ??= trimmedCell(rangeOf(cell), body);
    }
    const action = cells.action;
    if (action === undefined || action.start === action.end) return [];
    return [{ kind: "row", ...action, cells, ...(under === undefined ? {} : { under }) }];
  });
}

/** True when the head of a table names actions, so that it needs no heading to be one. */
export function isActionTable(table: Table, body: string): boolean {
  const names = table.children[0]?.children.map((cell) => textAt(rangeOf(cell), body)) ?? [];
  const roles = columnRoles(names);
  const named = names.some(
    (name) => /\b(?:action|follow[- ]?up)(?: item)?s?\b/iu.test(name) && !/\btaken\b/iu.test(name),
  );
  if (names.some((name) => /\b(?:time|utc|event)\b/iu.test(name))) return false;
  return named && roles.some((role) => role === "owner" || role === "status" || role === "due");
}

interface Place {
  readonly body: string;
  readonly under: string | undefined;
  readonly asParent: boolean;
}

function entriesOfListItem(entry: ListItem, place: Place): Entry[] {
  const first = entry.children[0];
  if (first === undefined) return [];
  const lists = entry.children.filter((block): block is List => block.type === "list");
  const own = ownEntry(entry, first, place);
  if (own === undefined) return lists.flatMap((list) => entriesOfList(list, place.body, place.under));
  const source = place.body.slice(own.start, own.end);
  // `**Move the tests**` with a list below is an action with its details; `**Tests**` is a name for the actions below.
  const isAction =
    own.box !== undefined || lists.length === 0 || (isCommand(source) && !source.trimEnd().endsWith(":"));
  const label = isAction ? undefined : plainLabel(source);
  if (label !== undefined) return lists.flatMap((list) => entriesOfList(list, place.body, label));
  // Below an action stand its details, unless they have boxes of their own to tick.
  const nested = lists
    .flatMap((list) => list.children)
    .flatMap((child) => entriesOfListItem(child, { ...place, asParent: false }));
  const boxed = nested.filter(({ box }) => box !== undefined);
  return [own, ...boxed];
}

function ownEntry(entry: ListItem, first: Block, place: Place): Entry | undefined {
  if (first.type !== "paragraph" && first.type !== "heading") return undefined;
  const box = boxOf(entry, place.body);
  const range = rangeOf(first);
  return {
    kind: "bullet",
    ...range,
    ...(box === undefined ? {} : { box }),
    ...(place.under === undefined ? {} : { under: place.under }),
  };
}

function columnRoles(names: readonly string[]): (ColumnRole | undefined)[] {
  const roles = names.map((name) => ROLES.find(([, pattern]) => pattern.test(name))?.[0]);
  if (roles.includes("action")) return roles;
  // A table of actions whose main column has another name: the widest idea first.
  const free = roles.indexOf(undefined);
  return free === -1 ? roles : roles.with(free, "action");
}

const ROLES: readonly (readonly [ColumnRole, RegExp])[] = [
  ["owner", /\b(?:owners?|assignees?|assigned|who|responsible|dri|person|team|lead)\b/iu],
  ["due", /\b(?:due|dates?|deadline|when|eta|target|by when|expected)\b/iu],
  ["status", /\b(?:status|state|done|progress|completed?)\b/iu],
  ["type", /\b(?:type|kind|category|class)\b/iu],
  ["link", /\b(?:links?|tickets?|issues?|tracker|tracking|jira|bug|pr|reference|url)\b/iu],
  [
    "action",
    /\b(?:actions?|items?|tasks?|what|description|measures?|improvements?|recommendations?|steps?|todo|to do|follow[- ]?ups?)\b/iu,
  ],
];

function trimmedCell(cell: Range, body: string): Range {
  const source = body.slice(cell.start, cell.end);
  const lead = source.match(/^[|\s]*/u)?.[0].length ?? 0;
  const text = source.slice(lead).replace(/(?<![|\s])[|\s]+$/u, "");
  if (text === "") {
    const inside = Math.min(cell.start + (source.startsWith("|") ? 2 : 1), cell.end);
    return { start: inside, end: inside };
  }
  return { start: cell.start + lead, end: cell.start + lead + text.length };
}

function textAt(range: Range, body: string): string {
  return body
    .slice(range.start, range.end)
    .replaceAll(/[|*_`]/gu, " ")
    .trim();
}
