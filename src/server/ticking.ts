import { sweepFinished } from "../inbox/keeping.ts";
import { startClock } from "../schedule/tick.ts";
import type { HandleDeps, Running } from "./start.ts";

/** Finished deliveries are kept for a week; whether they go an hour sooner or later is the same. */
const SWEEP_EVERY_MS = 3_600_000;

/** The clock that asks for digests and reminders, and the sweeping of what was finished long ago. */
export function startTicking({ database, log, now }: HandleDeps, everyMs: number): Running {
  const instant = (): string => now().toISOString();
  const clock = startClock({ database, log, everyMs, now: instant });
  let sweeping: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    try {
      const deleted = await sweepFinished(database, { now: instant() });
      if (deleted > 0) log.info({ deliveries: deleted }, "finished deliveries swept");
    } catch (error) {
      log.error({ err: error }, "finished deliveries could not be swept");
    }
    sweeping = undefined;
  }

  const timer = setInterval(() => {
    sweeping ??= sweep();
  }, SWEEP_EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await clock.stop();
      await sweeping;
    },
  };
}
