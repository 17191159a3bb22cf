import { sql } from "kysely";

import { Delivery } from "../domain/delivery.ts";
import { inboxDepth } from "../inbox/keeping.ts";
import type { Database } from "../store/database.ts";
import type { Metrics } from "./metrics.ts";

/** Adds the figures of the inbox to the metrics: how much waits, and since when the oldest does. */
export function watchInbox(metrics: Metrics, { database, now }: { database: Database; now: () => Date }): void {
  metrics.watch({
    helps: {
      inbox_waiting: "Deliveries in the inbox that are waiting.",
      inbox_running: "Deliveries in the inbox that are running.",
      inbox_buried: "Deliveries in the inbox that are buried.",
    },
    read: async () => {
      const { waiting, running, buried } = await inboxDepth(database);
      return { inbox_waiting: waiting, inbox_running: running, inbox_buried: buried };
    },
  });
  metrics.watch({
    helps: { inbox_oldest_seconds: "Age of the oldest delivery that waits to be worked on; 0 when none does." },
    read: async () => ({ inbox_oldest_seconds: await oldestSeconds(database, now()) }),
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
