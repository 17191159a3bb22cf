import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { afterAll, expect, it } from "vitest";

/** What an issue can hold, nearly. */
const LENGTH = 60_000;
/**
 * Milliseconds for one text and everything that reads it. A second or two is much on a slow machine; where a pattern
 * goes wrong it is hours, so nobody has to look closely.
 */
const PATIENCE = 60_000;

const BULLET = "## Preventive actions\n\n- [ ] Alert ";
const ROW = "| Action | Owner | Due |\n| --- | --- | --- |\n| Alert ";
const PROSE = "## Preventive actions\n\nWe will **a";

/** What a text begins with, what it repeats, and what it ends with. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  ...["", BULLET, ROW, PROSE, `${BULLET}(`, `${BULLET}~~`].flatMap((open) =>
    [" ", "\t", "a.", "– ", "-", "<a ", "[", "( ", "a/", "**", "@a ", "by "].map(
      (piece) => [open, piece, " y"] as const,
    ),
  ),
  ...["\n", "\r\n", " \n", "- \n", "--\n"].map((piece) => ["Some words.\n", piece, "should have\n"] as const),
  ["It said:\n\n```\n", "2026-11-21 10:00:00 ERROR it went wrong again\n", "```\n\nMore.\n"],
  [`${BULLET}<!-- `, "a ", "--> y"],
];

let worker = await startReader();
afterAll(async () => worker.terminate());

async function startReader(): Promise<Worker> {
  const started = new Worker(new URL("slow-text-worker.ts", import.meta.url));
  await once(started, "message");
  return started;
}

/** What read the text slowest; undefined when it did not come to an end. */
async function slowestReader(text: string): Promise<{ reader: string; ms: number } | undefined> {
  try {
    const answer = once(worker, "message", { signal: AbortSignal.timeout(PATIENCE) });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(text);
    const [slowest] = (await answer) as [{ reader: string; ms: number }];
    return slowest;
  } catch {
    await worker.terminate();
    worker = await startReader();
    return undefined;
  }
}

it(`is read to its end, whatever an issue repeats for ${LENGTH} characters (${TEXTS.length} texts)`, async () => {
  const unread: string[] = [];
  let slowest = { reader: "", ms: 0, text: "" };

  for (const [open, piece, close] of TEXTS) {
    const text = open + piece.repeat(Math.floor((LENGTH - open.length - close.length) / piece.length)) + close;
    const name = JSON.stringify(`${open.slice(-12)}${piece}…`);
    const answer = await slowestReader(text);
    if (answer === undefined) unread.push(name);
    else if (answer.ms > slowest.ms) slowest = { ...answer, text: name };
  }

  console.log(`slowest: ${slowest.reader} with ${slowest.ms.toFixed(0)} ms, of ${slowest.text}`);
  expect(unread).toEqual([]);
}, 3_600_000);
