import { setTimeout as sleep } from "node:timers/promises";

import { statusOf } from "./address.ts";
import type { ApplyDeps } from "./deps.ts";

const TRIES = 4;
const PAUSE_MS = 200;
/** A copy of GitHub may lag behind a write for a moment: what is looked for sooner may not be seen. */
export const SETTLES_AFTER_MS = 2_500;
const SENT = 3;

/**
 * Tries once or twice more at once when GitHub failed to answer. Only for what is the same done twice: a label or a
 * reaction that is there already stays one. Never for the text of an issue or a new comment: those are read first.
 */
export async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= TRIES || !isOpenEnded(error)) throw error;
      await sleep(tries * PAUSE_MS);
    }
  }
}

/**
 * For what is not the same done twice. When nobody knows how a write ended, GitHub is asked after a pause: `find` gives
 * what it led to, or undefined when it is to be sent again, or throws when that would not be right any more. Not sooner:
 * a copy that lags may still show what was there before, a comment deleted since or a text that is to come back.
 */
export async function sendOrFind<Result>(
  send: () => Promise<Result>,
  find: () => Promise<Result | undefined>,
  { settlesAfterMs = SETTLES_AFTER_MS }: { readonly settlesAfterMs?: number | undefined },
): Promise<Result> {
  for (let sent = 1; ; sent += 1) {
    try {
      return await send();
    } catch (error) {
      if (sent >= SENT || !isOpenEnded(error)) throw error;
      await sleep(settlesAfterMs);
      const found = await find();
      if (found !== undefined) return found;
    }
  }
}

const settled = new WeakMap<object, Promise<void>>();

/**
 * For what an earlier attempt may have made without our knowing. It may have ended a moment ago, so it is looked for
 * after a pause: one look costs less than one at once and another where that found nothing.
 */
export async function findSettled<Result>(
  find: () => Promise<Result | undefined>,
  deps: Pick<ApplyDeps, "delivery" | "settlesAfterMs">,
): Promise<Result | undefined> {
  if (deps.delivery.attempt > 1) await settle(deps);
  return find();
}

/** From the first time it is waited for in an attempt; then a copy of GitHub shows all that was made before. */
export async function settle(deps: Pick<ApplyDeps, "settlesAfterMs">): Promise<void> {
  const pause = settled.get(deps) ?? sleep(deps.settlesAfterMs ?? SETTLES_AFTER_MS);
  settled.set(deps, pause);
  await pause;
}

/** No answer, or GitHub's own failure. The client gives a broken connection the status 500 too. */
function isOpenEnded(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500;
}
