import { classifyGitHubError } from "./errors.ts";
import type { Clock } from "./limits.ts";

/**
 * With 15 of 100 answers failing, a fourth try is needed by 3 of 1,000 reads and spares 85 % of these the whole delivery,
 * which would read everything again.
 */
const READS = 4;
const PAUSE_MS = 200;

/** Reading again does no harm, so a read that GitHub failed to answer is not yet a failure. Writes are sent once. */
export async function readAgain<Result>(clock: Clock, read: () => Promise<Result>): Promise<Result> {
  for (let reads = 1; ; reads += 1) {
    try {
      return await read();
    } catch (error) {
      const { kind } = classifyGitHubError(error, clock.now);
      const passes = (kind === "server" || kind === "network") && !isUnauthorised(error);
      if (reads >= READS || !passes || isTooSlow(error)) throw error;
      await clock.sleep(reads * PAUSE_MS);
    }
  }
}

export function isUnauthorised(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 401;
}

/** It had its ten seconds: waiting for them again would hold up the lane. */
function isTooSlow(error: unknown): boolean {
  return error instanceof Error && /timeout|aborted/iu.test(error.message);
}
