import type { Delivery } from "../domain/delivery.ts";
import { PermanentFailure } from "../domain/refusal.ts";
import { classifyGitHubError } from "../github/errors.ts";
import { parkInstallation } from "../inbox/keeping.ts";
import { RetryLater } from "../inbox/retry.ts";
import type { Database } from "../store/database.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** A suspended installation is looked at again this often, should the news of its return get lost. */
const SUSPENDED_MS = 3_600_000;

export type Handle = (delivery: Delivery, attempt: number) => Promise<void>;

export interface WorkDeps {
  readonly handle: Handle;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Runs `handle` and turns GitHub's refusals into what the inbox understands: a limit or a suspension parks the whole
 * installation and holds nobody else up; an installation that is gone buries the delivery.
 */
export function createWork({ handle, database, metrics, log, now }: WorkDeps): Handle {
  return async function work(delivery, attempt) {
    const startedAt = performance.now();
    try {
      await handle(delivery, attempt);
      metrics.count("jobs", { outcome: "done" });
      const ms = Math.round(performance.now() - startedAt);
      log.info({ delivery: delivery.id, event: delivery.event.kind, attempt, ms }, "delivery done");
    } catch (error) {
      const failure = await understood(error, delivery);
      metrics.count("jobs", { outcome: failure instanceof PermanentFailure ? "buried" : "failed" });
      throw failure;
    }
  };

  async function understood(error: unknown, delivery: Delivery): Promise<unknown> {
    if (error instanceof PermanentFailure || error instanceof RetryLater) return error;
    const { kind, retryAfterMs = 60_000 } = classifyGitHubError(error, () => now().getTime());
    if (kind === "gone") return new PermanentFailure("GitHub says it is gone for good", { cause: error });
    if (kind === "limited") {
      await park(delivery, retryAfterMs);
      return error;
    }
    if (kind !== "suspended") return error;
    await park(delivery, SUSPENDED_MS);
    return new RetryLater("The installation is suspended", { retryAfterMs: SUSPENDED_MS, cause: error });
  }

  async function park({ installationId }: Delivery, ms: number): Promise<void> {
    await parkInstallation(database, installationId, new Date(now().getTime() + ms).toISOString());
  }
}
