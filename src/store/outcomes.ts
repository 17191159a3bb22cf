import type { Kysely } from "kysely";

import type { DeliveryId, InstallationId, Instant } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Which change of which delivery an outcome belongs to. */
export interface OutcomeKey {
  readonly installationId: InstallationId;
  readonly deliveryId: DeliveryId;
  readonly changeKey: string;
}

/** What GitHub answered when this change was carried out, if it was: a created issue or comment is not created twice. */
export async function outcomeOf(db: Kysely<Schema>, key: OutcomeKey): Promise<unknown> {
  const row = await db
    .selectFrom("outcomes")
    .select("result")
    .where("installation_id", "=", key.installationId)
    .where("delivery_id", "=", key.deliveryId)
    .where("change_key", "=", key.changeKey)
    .executeTakeFirst();
  return row === undefined ? undefined : JSON.parse(row.result);
}

/** Keeps an answer in the moment the request returned. The first one stands. */
export async function saveOutcome(
  db: Kysely<Schema>,
  key: OutcomeKey,
  { result, now }: { result: unknown; now: Instant },
): Promise<void> {
  await db
    .insertInto("outcomes")
    .values({
      installation_id: key.installationId,
      delivery_id: key.deliveryId,
      change_key: key.changeKey,
      result: JSON.stringify(result),
      at: now,
    })
    .onConflict((conflict) => conflict.columns(["installation_id", "delivery_id", "change_key"]).doNothing())
    .execute();
}

/** Forgets the outcomes of all tenants from before a point in time, when no delivery can be tried again. */
export async function sweepOutcomes(database: Database, before: Instant): Promise<number> {
  const { numDeletedRows } = await database.across.deleteFrom("outcomes").where("at", "<", before).executeTakeFirst();
  return Number(numDeletedRows);
}
