import type { Delivery } from "../domain/delivery.ts";
import { createHandle, type HandleDeps } from "../handling.ts";
import { startWorker } from "../inbox/worker.ts";
import { noteLost } from "../lost-command.ts";
import { startCatchUp } from "../schedule/catch-up/start.ts";
import { watchInbox } from "./inbox-gauges.ts";
import type { Metrics } from "./metrics.ts";
import { startTicking } from "./ticking.ts";
import { createWork, type Handle } from "./work.ts";

/** The half of the app that works on what the inbox holds, and what puts more into it than GitHub sends. */
export interface Working {
  /** Resolves when nothing in the inbox can run now and nothing runs. */
  readonly idle: () => Promise<void>;
  /** Starts nothing more, and resolves when what is at hand is done. */
  readonly close: () => Promise<void>;
}

export interface WorkingOptions {
  /** Replaces the app's own handling. */
  readonly createHandle?: (deps: HandleDeps) => Handle | Promise<Handle>;
  /** How often the clock looks for what is due. Without it nothing ticks: tests and the demo move time themselves. */
  readonly tickEveryMs?: number;
  /** Deliveries worked on at once. */
  readonly concurrency?: number;
}

/** Starts the worker, and with `tickEveryMs` the clock and the looks for missed webhooks. */
export async function startWorking(
  deps: HandleDeps,
  { metrics, ...options }: WorkingOptions & { readonly metrics: Metrics },
): Promise<Working> {
  const { database, log, now } = deps;
  const handle = await (options.createHandle ?? createHandle)(deps);
  const lost = async (delivery: Delivery, error: unknown): Promise<void> => noteLost(database, delivery, error);
  const { concurrency, tickEveryMs } = options;
  watchInbox(metrics, { database, now });
  const worker = startWorker({
    database,
    handle: createWork({ handle, database, metrics, log, now }),
    lost,
    log,
    now: () => now().toISOString(),
    ...(concurrency === undefined ? {} : { concurrency }),
  });
  const clocks = tickEveryMs === undefined ? [] : [startTicking(deps, tickEveryMs), startCatchUp(deps)];
  return {
    idle: async () => worker.idle(),
    async close() {
      for (const clock of clocks.toReversed()) await clock.close();
      await worker.drain();
    },
  };
}
