import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { Kysely, SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";

import type { Schema } from "./schema.ts";

/** Within the directory of the data. */
export const DATABASE_FILE = "postmortem.sqlite";
/** Code of SQLite for "somebody else holds the lock". */
const BUSY = 5;
/** A process that is just ending gets this long to let go of the file. */
const LOCK_WAIT_MS = 1_000;
const MAX_STATEMENTS = 500;

/**
 * Opens (or makes) the database in `dataDir` for this process alone. What is committed survives kill -9 and power loss.
 * @throws when another process has it open.
 */
export function openSqlite(dataDir: string): Kysely<Schema> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = new DatabaseSync(join(dataDir, DATABASE_FILE), { timeout: LOCK_WAIT_MS });
  try {
    file.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full");
    // The exclusive lock is taken by the first write and kept until the file is closed.
    file.exec("begin exclusive; commit");
  } catch (error) {
    file.close();
    throw isBusy(error) ? new Error(inUse(dataDir), { cause: error }) : error;
  }
  return new Kysely<Schema>({ dialect: new NodeSqliteDialect({ database: readyForKysely(file) }) });
}

/** The same engine without a file: for tests, gone when closed. */
export function openSqliteInMemory(): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: new NodeSqliteDialect({ database: readyForKysely(new DatabaseSync(":memory:")) }),
  });
}

function inUse(dataDir: string): string {
  return (
    `Another process is using the database in ${resolve(dataDir)}. Stop it, choose another directory with DATA_DIR, ` +
    `or set DATABASE_URL to a PostgreSQL database, which any number of processes can share.`
  );
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === BUSY;
}

/** SQLite does roll back its DDL; Kysely assumes otherwise and would leave half a migration behind after a crash. */
class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Dresses node:sqlite as the driver Kysely knows, and keeps prepared statements: preparing costs more than running. */
function readyForKysely(file: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  function prepare(sql: string): SqliteStatement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    const fresh = statementOf(file, sql);
    statements.set(sql, fresh);
    return fresh;
  }
  return { prepare, close: () => file.close() };
}

function statementOf(file: DatabaseSync, sql: string): SqliteStatement {
  const statement = file.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...values.map(storable)),
    run: (values) => statement.run(...values.map(storable)),
    iterate: (values) => file.prepare(sql).iterate(...values.map(storable)),
  };
}

function storable(value: unknown): SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite cannot store a ${typeof value}; write it as text or a number.`);
}
