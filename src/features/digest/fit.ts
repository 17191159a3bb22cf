/** Rows as far as the room goes, and how many were left out. */
interface Fitted<Row> {
  readonly rows: readonly Row[];
  readonly cut: number;
  /** What is left of the room. */
  readonly room: number;
}

/** Takes whole rows, in order, while they fit into `room` characters as they will be printed at worst. */
export function fitRows<Row>(rows: readonly Row[], room: number): Fitted<Row> {
  let left = room;
  let taken = 0;
  for (const row of rows) {
    const cost = costOf(row);
    if (cost > left) break;
    left -= cost;
    taken += 1;
  }
  return { rows: rows.slice(0, taken), cut: rows.length - taken, room: left };
}

/** How many characters a view takes at worst when it is printed: escaping included, and some words around each value. */
export function costOf(view: unknown): number {
  if (typeof view === "string") return AROUND + (view.startsWith("https://") ? view.length : escapedAtMost(view));
  if (typeof view !== "object" || view === null) return AROUND;
  return Object.values(view).reduce((sum: number, one) => sum + costOf(one), AROUND);
}

/** A value's share of table bars, brackets and words of the template. */
const AROUND = 12;

function escapedAtMost(text: string): number {
  let cost = 0;
  // `&amp;` is the longest escape; letters may get an invisible character between them, all else a backslash.
  for (const character of text) cost += character === " " ? 1 : (ESCAPES.get(character) ?? 2 * character.length);
  return cost;
}

const ESCAPES = new Map([
  ["&", 5],
  ["<", 4],
  [">", 4],
]);
