import { sql } from "kysely";

import { Delivery } from "../domain/delivery.ts";
import { inboxDepth } from "../inbox/keeping.ts";
import type { Database } from "../store/database.ts";
import type { Metrics } from "./metrics.ts";

/** Adds the figures of the inbox to the metrics: how much waits, and since when the oldest does. */
export function watchInbox(metrics: Metrics, { database, now }: { database: Database; now: () => Date }): void {
  for (const state of ["waiting", "running", "buried"] as const) {
    metrics.watch({
      name: `inbox_${state}`,
      help: `Deliveries in the inbox that are ${state}.`,
      read: async () => (await inboxDepth(database))[state],
    });
  }
  metrics.watch({
    name: "inbox_oldest_seconds",
    help: "Age of the oldest delivery that waits to be worked on; 0 when none does.",
    read: async () => oldestSeconds(database, now()),
  });
}

async function oldestSeconds(database: Database, now: Date): Promise<number> {
  const { rows } = await sql<{ delivery: string }>`
    select delivery from inbox where state = 'waiting' and run_at <= ${now.toISOString()}
    order by seq limit 1`.execute(database.across);
  const [oldest] = rows;
  if (oldest === undefined) return 0;
  const { receivedAt } = Delivery.parse(JSON.parse(oldest.delivery));
  return Math.max(0, Math.round((now.getTime() - Date.parse(receivedAt)) / 1_000));
}
