import { parentPort, workerData } from "node:worker_threads";

import type { Flood, Flooded } from "./flood.ts";
import { isAcknowledged, type Post, sendInTurn } from "./load.ts";

const { url, posts, atOnce } = workerData as Flood;

function postOf(n: number): Post {
  const post = posts[n];
  if (post === undefined) throw new Error(`There is no post ${n}`);
  // A buffer comes out of the thread's mail as plain bytes.
  return { ...post, body: Buffer.from(post.body) };
}

const started = performance.now();
const answers = await sendInTurn(url, postOf, { count: posts.length, atOnce });
const flooded: Flooded = {
  acknowledged: answers.filter(isAcknowledged).length,
  seconds: (performance.now() - started) / 1_000,
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
parentPort?.postMessage(flooded);
