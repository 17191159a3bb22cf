import type { Readiness } from "../web/pages.ts";

/** GitHub is asked at most so often, and an answer counts for so long: a short outage of theirs takes nobody offline. */
const ASK_EVERY_MS = 60_000;
const GOOD_FOR_MS = 15 * 60_000;

export interface ReadyDeps {
  /** Rejects when the store cannot be reached. */
  readonly pingStore: () => Promise<unknown>;
  /** Rejects when GitHub refuses our sign-in or cannot be reached. */
  readonly checkSelf: () => Promise<unknown>;
  readonly isWorking: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Is the app able to work? Each fault is a sentence without secrets. */
export function createReadiness({ pingStore, checkSelf, isWorking, now }: ReadyDeps): () => Promise<Readiness> {
  let askedAt = -Infinity;
  let goodAt = -Infinity;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    askedAt = now();
    try {
      await checkSelf();
      goodAt = now();
    } catch {
      // Said below: the answer from before still counts for a while.
    }
  }

  return async function ready() {
    if (now() - askedAt >= ASK_EVERY_MS) asking = ask();
    await asking;
    const store = await pingStore().then(
      () => undefined,
      () => "the store cannot be reached",
    );
    const github = now() - goodAt < GOOD_FOR_MS ? undefined : "GitHub has not accepted APP_ID and key lately";
    return { store, github, worker: isWorking() ? undefined : "the app is starting or shutting down" };
  };
}
