/** One figure of a run beside what it is to be. */
export interface Figure {
  readonly what: string;
  readonly seen: number | string;
  /** In words; absent where the figure is only told. */
  readonly goal?: string;
  readonly reached?: boolean;
}

/** Prints the figures as Markdown; the process ends with 1 when a goal was missed. */
export function tell(figures: readonly Figure[]): void {
  console.log("| What | Seen | Goal | Reached |\n| --- | --- | --- | --- |");
  for (const { what, seen, goal = "–", reached } of figures) {
    console.log(`| ${what} | ${seen} | ${goal} | ${reached === undefined ? "–" : reached ? "yes" : "**no**"} |`);
  }
  if (figures.some(({ reached }) => reached === false)) process.exitCode = 1;
}
