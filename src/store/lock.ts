import { type Kysely, sql } from "kysely";

import type { InstallationId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Any number that nothing else in this database locks on. */
const CHOICE_LOCK = 7_103;

/** Held until the transaction ends: other processes choosing a team for this tenant wait. SQLite has one process. */
export async function lockTenant(
  database: Database,
  db: Kysely<Schema>,
  installationId: InstallationId,
): Promise<void> {
  if (database.kind === "sqlite") return;
  await sql`select pg_advisory_xact_lock(${CHOICE_LOCK}, ${installationId % 2_147_483_647})`.execute(db);
}
