/** Counts as a row of block characters. The scale reaches at least 4, so that a single incident is no tower. */
export function sparkline(counts: readonly number[]): string {
  const top = Math.max(LEAST_TOP, ...counts);
  return counts.map((n) => BLOCKS[Math.ceil((n / top) * (BLOCKS.length - 1))]).join("");
}

/** The first stands for none. */
const BLOCKS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const LEAST_TOP = 4;
