const REST = "(The rest does not fit into one comment.)";
/** Room for what closes an open fence and fold, and for the sentence. */
const CLOSING = 120;

/**
 * A message of at most `most` characters. It is cut between two lines, so that no half of a code span, link or marker is
 * left, or anywhere within a fence; a fence and a fold that are open there are closed.
 */
export function cutToFit(text: string, most: number): string {
  if (text.length <= most) return text;
  const hard = text.slice(0, most - CLOSING).replace(/[\uD800-\uDBFF]$/u, "");
  const { fence } = openAt(hard);
  const kept = fence === undefined ? hard.slice(0, hard.lastIndexOf("\n") + 1) : hard;
  const { fence: open, folds } = openAt(kept);
  const closing = [...(open === undefined ? [] : [open]), ...Array.from({ length: folds }, () => "\n</details>")];
  return `${kept.trimEnd()}\n${closing.map((line) => `${line}\n`).join("")}\n${REST}\n`;
}

/** The fence and the folds of our own templates that are open at the end of a text. */
function openAt(text: string): { fence: string | undefined; folds: number } {
  let fence: string | undefined;
  let folds = 0;
  for (const line of text.split("\n")) {
    const bar = /^`{3,}/u.exec(line)?.[0];
    if (fence !== undefined) fence = line === fence ? undefined : fence;
    else if (bar !== undefined) fence = bar;
    else if (line.startsWith("<details>")) folds += 1;
    else if (line === "</details>") folds -= 1;
  }
  return { fence, folds };
}
