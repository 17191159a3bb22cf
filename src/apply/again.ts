import { setTimeout as sleep } from "node:timers/promises";

import { statusOf } from "./address.ts";

const TRIES = 3;
const PAUSE_MS = 200;

/**
 * Tries once or twice more at once when GitHub failed to answer. Only for what is the same done twice: a label or a
 * reaction that is there already stays one. Never for the text of an issue or a new comment: those are read first.
 */
export async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      // The client gives a broken connection the status 500 too.
      if (tries >= TRIES || (statusOf(error) ?? 0) < 500) throw error;
      await sleep(tries * PAUSE_MS);
    }
  }
}
