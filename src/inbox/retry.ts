/** A failure that knows when it makes sense to try again, as GitHub says with `retry-after`. Not counted as a try. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly retryAfterMs: number;

  constructor(message: string, options: { retryAfterMs: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

const FIRST_MS = 2_000;
const LONGEST_MS = 3_600_000;
/** 2 s, 4 s … 34 min, then every hour: the last try is about 24 hours after the first. */
const LAST_ATTEMPT = 34;
/** GitHub's limits are over within an hour; more than this is a mistake somewhere. */
const LONGEST_WAIT_MS = 2 * 3_600_000;
const WAIT_SPREAD_MS = 5_000;

/**
 * When to try again after `attempts` failures (1 after the first), or that it is time to give up.
 * `random` is in [0, 1) and spreads what failed together. A wait the error asked for is kept, never shortened.
 */
export function nextAttempt(attempts: number, error: unknown, random: number): { afterMs: number } | "give-up" {
  const asked = retryAfterMs(error);
  if (asked !== undefined) {
    const wait = Math.min(asked, LONGEST_WAIT_MS);
    return { afterMs: Math.ceil(wait + random * Math.min(wait / 10, WAIT_SPREAD_MS)) };
  }
  if (attempts >= LAST_ATTEMPT) return "give-up";
  const wait = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
  return { afterMs: Math.ceil(wait * (0.75 + random / 2)) };
}

/** The wait an error asks for, in milliseconds: ours by type, other libraries' by the property. */
export function retryAfterMs(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("retryAfterMs" in error)) return undefined;
  const { retryAfterMs } = error;
  return typeof retryAfterMs === "number" && retryAfterMs >= 0 ? retryAfterMs : undefined;
}
