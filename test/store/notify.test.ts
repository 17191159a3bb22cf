import { expect, it } from "vitest";

import { openDatabase } from "../../src/store/database.ts";
import { describeOnPostgres } from "../support/database.ts";
import { ask } from "../support/postgres-server.ts";

describeOnPostgres("wake-ups between processes", (engine) => {
  it("reach the others, and again after the connection was lost", async () => {
    const url = await engine.url();
    const [sender, receiver] = await Promise.all([
      openDatabase({ databaseUrl: url }),
      openDatabase({ databaseUrl: url }),
    ]);
    const rings = counter();
    const stop = receiver.wake.listen(() => rings.add());
    // The first ring says that it listens now: whatever came before is looked for.
    await rings.reached(1);

    sender.wake.ring();
    await rings.reached(2);

    expect(await endListeners(url)).toBe(1);
    await rings.reached(3);
    sender.wake.ring();
    await rings.reached(4);

    stop();
    await Promise.all([sender.close(), receiver.close()]);
  });
});

/** Ends the connections that listen, as a failing network would. */
async function endListeners(url: string): Promise<number> {
  const ended = await ask(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'",
  );
  return ended.length;
}

function counter() {
  let count = 0;
  let waiting: { target: number; resolve: () => void }[] = [];
  return {
    add() {
      count += 1;
      for (const { target, resolve } of waiting) if (count >= target) resolve();
      waiting = waiting.filter(({ target }) => count < target);
    },
    async reached(target: number): Promise<void> {
      if (count >= target) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ target, resolve });
      await promise;
    },
  };
}
