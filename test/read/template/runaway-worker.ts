import { parentPort } from "node:worker_threads";

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */

/** A thread that answers like ours, but can be told to run away, to eat memory, or to end. */
parentPort?.on("message", ({ source }: { source: string }) => {
  if (source === "loop") for (;;);
  if (source === "memory") {
    const eaten: number[][] = [];
    for (;;) eaten.push(Array.from({ length: 100_000 }, (_, index) => index * 1.5));
  }
  // oxlint-disable-next-line unicorn/no-process-exit -- a thread that ends
  if (source === "exit") process.exit(0);
  parentPort?.postMessage({ markdown: `${source} ${Object.keys(process.env).length}` });
});
parentPort?.postMessage("ready");
