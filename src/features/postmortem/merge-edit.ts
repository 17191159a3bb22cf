interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Puts our edit (`base` → `ours`) onto what a person made of the same base (`theirs`), with the line ends that theirs has:
 * a browser's form may have changed all of them. Undefined when both changed the same stretch: then only a person can
 * say what it should be.
 */
export function mergeEdit(base: string, ours: string, theirs: string): string | undefined {
  const start = withEndsOf(theirs, base);
  const mine = editBetween(start, withEndsOf(theirs, ours));
  const other = editBetween(start, theirs);
  if (mine.end <= other.start && mine.start < other.start) return put(theirs, mine, 0);
  if (other.end <= mine.start) return put(theirs, mine, other.text.length - (other.end - other.start));
  return undefined;
}

function withEndsOf(pattern: string, text: string): string {
  const ends = new Set(pattern.match(/\r?\n/gu));
  const [end] = ends;
  return ends.size === 1 && end !== undefined ? text.replaceAll(/\r?\n/gu, end) : text;
}

function put(text: string, edit: Edit, shift: number): string {
  return text.slice(0, edit.start + shift) + edit.text + text.slice(edit.end + shift);
}

/** The one stretch in which two texts differ. */
function editBetween(before: string, after: string): Edit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < most - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
