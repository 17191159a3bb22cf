import { AsyncLocalStorage } from "node:async_hooks";

import { type Kysely, sql } from "kysely";

import type { InstallationId } from "../domain/ids.ts";
import { migrate } from "./migrate.ts";
import { postgresWake } from "./notify.ts";
import { openPostgres } from "./postgres.ts";
import type { DatabaseKind, Schema } from "./schema.ts";
import { openSqlite, openSqliteInMemory } from "./sqlite.ts";
import { localWake, type Wake } from "./wake.ts";

export interface Database {
  readonly kind: DatabaseKind;
  /** Sees no row on PostgreSQL until a tenant is named: use it through `withInstallation`. */
  readonly db: Kysely<Schema>;
  /** Sees the rows of all tenants. Only for the inbox, the clock and the operator's own figures. */
  readonly across: Kysely<Schema>;
  readonly wake: Wake;
  close(): Promise<void>;
}

export interface DatabasePlace {
  /** `postgres://…`: any number of processes may share it. */
  databaseUrl?: string | undefined;
  /** Directory of the embedded database, for one process. */
  dataDir?: string | undefined;
  /** An embedded database that is gone when closed. */
  memory?: boolean | undefined;
}

/**
 * Opens the database and brings its tables up to date.
 * @throws when another process holds the embedded database, or PostgreSQL is not there.
 */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  if (place.databaseUrl !== undefined) return onPostgres(place.databaseUrl);
  const db = place.memory === true ? openSqliteInMemory() : openSqlite(place.dataDir ?? "./data");
  return onSqlite(db);
}

async function onSqlite(db: Kysely<Schema>): Promise<Database> {
  const wake = localWake();
  async function close(): Promise<void> {
    await wake.close();
    await db.destroy();
  }
  try {
    await migrate(db, "sqlite");
  } catch (error) {
    await close();
    throw error;
  }
  return { kind: "sqlite", db, across: db, wake, close };
}

async function onPostgres(databaseUrl: string): Promise<Database> {
  const store = await openPostgres(databaseUrl);
  const wake = postgresWake(databaseUrl, store.across);
  async function close(): Promise<void> {
    await wake.close();
    await store.close();
  }
  return { kind: "postgres", db: store.db, across: store.across, wake, close };
}

const inTransaction = new AsyncLocalStorage<true>();

/**
 * Runs `work` in one transaction that sees the rows of this tenant only. On PostgreSQL the server holds the fence (row-level
 * security); on SQLite each query filters. Keep it short, and wait for nothing but the database in it: on SQLite
 * everybody else waits meanwhile.
 */
export async function withInstallation<Result>(
  database: Database,
  installationId: InstallationId,
  work: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  refuseInTransaction("withInstallation");
  return database.db.transaction().execute(async (db) => {
    if (database.kind === "postgres") {
      await sql`select set_config('app.installation_id', ${String(installationId)}, true)`.execute(db);
    }
    return inTransaction.run(true, () => work(db));
  });
}

/** As `withInstallation`, for a single query: on SQLite, where no fence is to be put up, it needs no transaction. */
export async function queryInstallation<Result>(
  database: Database,
  installationId: InstallationId,
  query: (db: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  if (database.kind === "postgres") return withInstallation(database, installationId, query);
  refuseInTransaction("queryInstallation");
  return query(database.db);
}

/** Waiting for a second connection inside a transaction would wait for ever on SQLite: say so instead. */
export function refuseInTransaction(name: string): void {
  if (inTransaction.getStore() !== true) return;
  throw new Error(`${name} was called inside withInstallation; use the db it was given, or call it afterwards.`);
}
