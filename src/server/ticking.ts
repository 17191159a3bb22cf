import type { HandleDeps } from "../handling.ts";
import { sweepFinished } from "../inbox/keeping.ts";
import { startClock } from "../schedule/tick.ts";
import { sweepKept } from "../store/forget-kept.ts";
import { sweepOutcomes } from "../store/outcomes.ts";

const DAY_MS = 24 * 3_600_000;
/** Finished deliveries are kept for a week; whether they go an hour sooner or later is the same. */
const SWEEP_EVERY_MS = 3_600_000;
/** What a command led to is of use while its delivery may come again: GitHub keeps those for three days. */
const OUTCOMES_KEPT_MS = 30 * DAY_MS;

/** The clock that asks for digests and reminders, and the sweeping of what was finished long ago. */
export function startTicking(
  { database, log, now }: Pick<HandleDeps, "database" | "log" | "now">,
  everyMs: number,
): { close(): Promise<void> } {
  const instant = (): string => now().toISOString();
  const ago = (ms: number): string => new Date(now().getTime() - ms).toISOString();
  const clock = startClock({ database, log, everyMs, now: instant });
  let sweeping: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    try {
      const deleted = await sweepFinished(database, { now: instant() });
      const outcomes = await sweepOutcomes(database, ago(OUTCOMES_KEPT_MS));
      const notes = await sweepKept(database, instant());
      if (deleted + outcomes + notes > 0)
        log.info({ deliveries: deleted, outcomes, notes }, "finished deliveries swept");
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
