import { Worker } from "node:worker_threads";

import type { Post } from "./load.ts";

export interface Flood {
  readonly url: string;
  readonly posts: readonly Post[];
  /** Under way at once. */
  readonly atOnce: number;
}

export interface Flooded {
  readonly acknowledged: number;
  readonly seconds: number;
}

/** Sends as fast as it is acknowledged, in a thread of its own so that nobody else's sending waits for it. */
export async function flood(what: Flood): Promise<Flooded> {
  const thread = new Worker(new URL("./flood-thread.ts", import.meta.url), { workerData: what });
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}
