import { Kysely, PostgresDialect, sql } from "kysely";

import { TENANT_ROLE } from "./fence.ts";
import { migrate } from "./migrate.ts";
import { type PostgresAddress, readPostgresAddress } from "./postgres-address.ts";
import { ConnectionPool } from "./postgres-pool.ts";
import type { Schema } from "./schema.ts";

/** A query that hangs longer fails: the sender of a webhook waits ten seconds at most, and must hear of it. */
const QUERY_MS = 8_000;

/**
 * Settings of the inbox's connections. Its statements all go by an index; what the planner knows of a table that fills
 * and empties all day is always out of date, and must not talk it out of them.
 */
const ACROSS = [
  "app.across=on",
  "synchronous_commit=on",
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "enable_sort=off",
  "jit=off",
];

export interface PostgresStore {
  db: Kysely<Schema>;
  across: Kysely<Schema>;
  close(): Promise<void>;
}

/**
 * Migrates with the login's own rights, then opens two pools of connections that start as the tenant role:
 * `db` sees nothing until it names a tenant, `across` is the path of the inbox and the clock.
 * @throws when the login is beyond the reach of row-level security and no role could be made that is not.
 */
export async function openPostgres(databaseUrl: string): Promise<PostgresStore> {
  const address = readPostgresAddress(databaseUrl);
  const role = await prepare(address);
  const db = pooled(address, { max: 8, settings: role });
  const across = pooled(address, { max: 6, settings: [...role, ...ACROSS] });
  return {
    db,
    across,
    async close() {
      await Promise.all([db.destroy(), across.destroy()]);
    },
  };
}

/** Settings of connection that bind it by the fence. */
async function prepare(address: PostgresAddress): Promise<string[]> {
  const login = pooled(address, { max: 2, settings: ["client_min_messages=warning"], queryMs: 0 });
  try {
    await migrate(login, "postgres");
    const { rows } = await sql<{ member: boolean; unbound: boolean; name: string }>`
      select coalesce((select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = ${TENANT_ROLE}), false)
          as member,
        (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as unbound,
        current_user as name`.execute(login);
    const found = rows[0];
    if (found?.member === true) return [`role=${TENANT_ROLE}`];
    if (found?.unbound !== true) return [];
    throw new Error(
      `The PostgreSQL login ${found.name} passes row-level security and may not use the role ${TENANT_ROLE}. ` +
        `Run "create role ${TENANT_ROLE} nologin; grant ${TENANT_ROLE} to ${found.name}" as an administrator.`,
    );
  } finally {
    await login.destroy();
  }
}

interface PoolShape {
  max: number;
  settings: string[];
  queryMs?: number;
}

function pooled(address: PostgresAddress, { max, settings, queryMs = QUERY_MS }: PoolShape): Kysely<Schema> {
  // The server gives up first, so that a connection is not lost with every statement that is too slow.
  const limits = queryMs > 0 ? [`statement_timeout=${queryMs - 500}`] : [];
  // Statements are prepared, but planned each time for the values they come with: only so are the partial indexes used.
  const all = [...settings, ...limits, "plan_cache_mode=force_custom_plan"];
  const pool = new ConnectionPool(address, { max, settings: all, queryMs });
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
