import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool, TypeOverrides } from "pg";

import { TENANT_ROLE } from "./fence.ts";
import { migrate } from "./migrate.ts";
import type { Schema } from "./schema.ts";

const INT8 = 20;
const CONNECT_MS = 5_000;
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
  const role = await prepare(databaseUrl);
  const db = pooled(databaseUrl, { max: 8, settings: role });
  const across = pooled(databaseUrl, { max: 6, settings: [...role, ...ACROSS] });
  return {
    db,
    across,
    async close() {
      await Promise.all([db.destroy(), across.destroy()]);
    },
  };
}

/** Settings of connection that bind it by the fence. */
async function prepare(databaseUrl: string): Promise<string[]> {
  const login = pooled(databaseUrl, { max: 2, settings: ["client_min_messages=warning"], queryMs: 0 });
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

function pooled(databaseUrl: string, { max, settings, queryMs = QUERY_MS }: PoolShape): Kysely<Schema> {
  const types = new TypeOverrides();
  types.setTypeParser(INT8, Number);
  // The server gives up first, so that a connection is not handed on with a statement still running on it.
  const limits = queryMs > 0 ? [`statement_timeout=${queryMs - 500}`] : [];
  const pool = new Pool({
    connectionString: databaseUrl,
    max,
    types,
    options: [...settings, ...limits].map((setting) => `-c ${setting}`).join(" "),
    connectionTimeoutMillis: CONNECT_MS,
    ...(queryMs > 0 && { query_timeout: queryMs }),
    application_name: "postmortem-app",
  });
  // A connection that breaks while idle leaves the pool by itself; the next query opens another or fails aloud.
  pool.on("error", () => undefined);
  // One that breaks at work fails its query, which is told there; without a listener of its own it would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
