import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import { MB, slowSenders, upload } from "../server/hostile-senders.ts";

export interface Hostile {
  readonly port: number;
  /** A second, of all uploads together. */
  readonly megabytes: number;
  /** From one round of uploads to the next: 0 for one after the other. */
  readonly everyMs: number;
}

/** Uploads, and megabytes of them that went out before they were refused. */
export interface Sent {
  readonly uploads: number;
  readonly sent: number;
}

/** A crowd of large bodies, uploads of 600 MB, announced and not, and slow senders, all at once, until it is ended. */
const { port, megabytes, everyMs } = JSON.parse(process.argv[2] ?? "{}") as Hostile;

// Strangers have machines of their own: what sending costs is not to be taken from the app.
setPriority(19);
const slow = slowSenders(port, 200);
const over = new AbortController();
process.once("message", () => over.abort());
const began = performance.now();
let sent = 0;

/** So many megabytes a second go through the line, and no more. */
async function turn(): Promise<void> {
  sent += 1;
  const ahead = (sent * 1_000) / megabytes - (performance.now() - began);
  if (ahead > 0) await sleep(ahead);
}

const KINDS = [
  async () => Promise.all(Array.from({ length: 8 }, async () => upload(port, { bytes: 25 * MB, turn }))),
  async () => [await upload(port, { bytes: 600 * MB, turn })],
  async () => [await upload(port, { bytes: 600 * MB, chunked: true, turn })],
];

let uploads = 0;
async function again(kind: (typeof KINDS)[number]): Promise<void> {
  while (!over.signal.aborted) {
    const next = sleep(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
    const done = await kind();
    uploads += done.length;
    await next;
  }
}
await Promise.all(KINDS.map(again));
slow.stop();
process.send?.({ uploads, sent } satisfies Sent, () => process.disconnect());
