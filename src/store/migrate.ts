import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

import { firstTables } from "./migrations/0001-first-tables.ts";
import { dropLearned } from "./migrations/0002-drop-learned.ts";
import type { DatabaseKind } from "./schema.ts";

/** All migrations by name, in order. A released one is never edited: write the next. */
export function migrations(kind: DatabaseKind): Record<string, Migration> {
  return { "0001-first-tables": firstTables(kind), "0002-drop-learned": dropLearned };
}

/**
 * Brings the tables up to date. Several may do so at once: PostgreSQL lets one at a time, SQLite has only one.
 * `upTo` stops after the migration of that name; tests use it to stand on an older version.
 */
export async function migrate<Tables>(db: Kysely<Tables>, kind: DatabaseKind, upTo?: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(kind) } });
  const { error, results } = upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo);
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === "Error")?.migrationName ?? "before the first";
  throw new Error(`The database could not be brought up to date (migration ${failed}); it was left as it was.`, {
    cause: error,
  });
}
