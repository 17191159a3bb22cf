import type { Kysely } from "kysely";

import type { InstallationId, Instant } from "../domain/ids.ts";
import type { Schema } from "./schema.ts";

/** A small thing remembered for a tenant (last good configuration, progress of a sync …), or undefined. Parse it. */
export async function kept(db: Kysely<Schema>, installationId: InstallationId, key: string): Promise<unknown> {
  const row = await db
    .selectFrom("kept")
    .select("value")
    .where("installation_id", "=", installationId)
    .where("key", "=", key)
    .executeTakeFirst();
  return row === undefined ? undefined : JSON.parse(row.value);
}

/** As `kept`, of several keys at once; what is not there is not in the answer. */
export async function keptUnder(
  db: Kysely<Schema>,
  installationId: InstallationId,
  keys: readonly string[],
): Promise<Map<string, unknown>> {
  const rows = await db
    .selectFrom("kept")
    .select(["key", "value"])
    .where("installation_id", "=", installationId)
    .where("key", "in", keys)
    .execute();
  return new Map(rows.map(({ key, value }) => [key, JSON.parse(value)]));
}

/** Remembers a value under a key, in place of the one before; undefined forgets it. */
export async function keep(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { key, value, now }: { key: string; value: unknown; now: Instant },
): Promise<void> {
  if (value === undefined) {
    await db.deleteFrom("kept").where("installation_id", "=", installationId).where("key", "=", key).execute();
    return;
  }
  const known = { value: JSON.stringify(value), at: now };
  await db
    .insertInto("kept")
    .values({ installation_id: installationId, key, ...known })
    .onConflict((conflict) => conflict.columns(["installation_id", "key"]).doUpdateSet(known))
    .execute();
}
