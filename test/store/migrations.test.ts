import { type Insertable, Kysely, PostgresDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { describe, expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { type Database, openDatabase, withInstallation } from "../../src/store/database.ts";
import { migrate, migrations } from "../../src/store/migrate.ts";
import { readPostgresAddress } from "../../src/store/postgres-address.ts";
import { ConnectionPool } from "../../src/store/postgres-pool.ts";
import type { DatabaseKind, Schema } from "../../src/store/schema.ts";
import { openSqliteInMemory } from "../../src/store/sqlite.ts";
import { findTenant } from "../../src/store/tenants.ts";
import { describeOnPostgres } from "../support/database.ts";

type Rows = Record<string, Record<string, unknown>>;

const FIRST_ROWS = {
  inbox: {
    id: "a",
    installation_id: 1,
    lane: "issue:1#1",
    kind: "issue-reopened",
    delivery: "{}",
    run_at: "1970-01-01T00:00:00.000Z",
  },
  parked: { installation_id: 1, until: "2026-11-21T00:00:00.000Z" },
  postmortems: {
    installation_id: 1,
    repository_id: 3_000_000_000,
    number: 1,
    stage: "draft",
    issue_state: "open",
    opened_at: "2026-11-21T00:00:00.000Z",
    state: "{}",
  },
  preventive_actions: { installation_id: 1, repository_id: 3_000_000_000, number: 1, key: "a", status: "open" },
  seats: { installation_id: 1, repository_id: 10, number: 1, function: "f", login: "l", given_at: "2026-11-21" },
  absences: {
    installation_id: 1,
    repository_id: 10,
    number: 1,
    who: "w",
    from_day: "2026-11-21",
    until_day: "2026-11-22",
  },
  tenants: { installation_id: 1, account: "acme" },
  repositories: { installation_id: 1, id: 10, owner: "acme", name: "x", visibility: "public", archived: 0 },
  outcomes: { installation_id: 1, delivery_id: "a", change_key: "k", result: "1", at: "2026-11-21" },
  learned: { installation_id: 1, repository_id: 10, number: 1, category: "dns", terms: "[]", at: "2026-11-21" },
  kept: { installation_id: 1, key: "k", value: "1", at: "2026-11-21" },
};

const { learned: _learned, ...ROWS_WITHOUT_LEARNED } = FIRST_ROWS;

/** A row of each table as each version wrote it. A new migration adds its own; the earlier ones are never changed. */
const ROWS: Record<string, Rows> = {
  "0001-first-tables": FIRST_ROWS,
  "0002-drop-learned": ROWS_WITHOUT_LEARNED,
};

/** Tables that a later migration takes away, rows and all. */
const DROPPED = new Set(["learned"]);

const NAMES = Object.keys(migrations("sqlite"));

/** Stands on each version in turn, with its rows, and goes on to the latest. */
async function upFromEach(kind: DatabaseKind, open: () => Promise<Kysely<Schema>>): Promise<void> {
  for (const [index, name] of NAMES.entries()) {
    const db = await open();
    if (index > 0) await migrate(db, kind, NAMES[index - 1]);
    await migrate(db, kind, name);
    for (const [table, row] of Object.entries(ROWS[name] ?? {})) {
      await db
        .insertInto(table as "kept")
        .values(row as unknown as Insertable<Schema["kept"]>)
        .execute();
    }

    await migrate(db, kind);
    await migrate(db, kind);

    const tables = await db.introspection.getTables();
    expect([name, tables.filter((table) => DROPPED.has(table.name))]).toEqual([name, []]);
    for (const [table, row] of Object.entries(ROWS[name] ?? {})) {
      if (DROPPED.has(table)) continue;
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db);
      expect([name, table, rows]).toEqual([name, table, [expect.objectContaining(row)]]);
    }
    await db.destroy();
  }
}

describe("migrations", () => {
  it("each have sample rows here", () => {
    expect(Object.keys(ROWS)).toEqual(NAMES);
    expect(Object.keys(migrations("postgres"))).toEqual(NAMES);
  });

  it("go up from every version with its rows, on SQLite", async () => {
    await upFromEach("sqlite", async () => openSqliteInMemory());

    expect.hasAssertions();
  });

  it("leave nothing behind when they fail, on SQLite too", async () => {
    const db = openSqliteInMemory();
    const failing = {
      up: async (db: Kysely<unknown>) => {
        await sql`create table half (id integer)`.execute(db);
        throw new Error("power cut");
      },
    };
    const { error } = await new Migrator({
      db,
      provider: { getMigrations: async () => ({ failing }) },
    }).migrateToLatest();
    const tables = await db.introspection.getTables();
    await db.destroy();

    expect(error).toEqual(new Error("power cut"));
    expect(tables.map(({ name }) => name)).not.toContain("half");
  });

  it("name the migration that failed and keep the cause", async () => {
    const db = openSqliteInMemory();
    await sql`create table inbox (id integer)`.execute(db);
    const failed = await migrate(db, "sqlite").catch((error: unknown) => error);
    await db.destroy();

    expect(failed).toMatchObject({
      message: expect.stringContaining("migration 0001-first-tables"),
      cause: expect.objectContaining({ message: expect.stringContaining("already exists") }),
    });
  });
});

describeOnPostgres("migrations on PostgreSQL", (engine) => {
  it("go up from every version with its rows", async () => {
    await upFromEach("postgres", async () => {
      const address = readPostgresAddress(await engine.url());
      const pool = new ConnectionPool(address, { max: 2, settings: [], queryMs: 0 });
      return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    });

    expect.hasAssertions();
  });

  it("happen once when several processes start together", async () => {
    const url = await engine.url();
    const databases: Database[] = await Promise.all(
      Array.from({ length: 6 }, () => openDatabase({ databaseUrl: url })),
    );
    const acme = InstallationId.parse(1);

    const found = await Promise.all(
      databases.map((database) => withInstallation(database, acme, (db) => findTenant(db, acme))),
    );
    await Promise.all(databases.map((database) => database.close()));

    expect(found).toEqual(Array.from({ length: 6 }));
  });
});
