import { randomUUID } from "node:crypto";

import postgres from "postgres";

export interface PostgresStore {
  /** The address of an empty database. */
  make(): Promise<string>;
  /** Removes every database made here. */
  drop(): Promise<void>;
}

/** PostgreSQL of `TEST_DATABASE_URL`, or the local one. Throws a sentence when there is none. */
export async function postgresFor(): Promise<PostgresStore> {
  const server = await findServer();
  const made: string[] = [];
  return {
    async make() {
      const name = `postmortem_chaos_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
      await tell(server, `create database "${name}"`);
      made.push(name);
      const url = new URL(server);
      url.pathname = `/${name}`;
      return url.href;
    },
    async drop() {
      for (const name of made.splice(0)) await tell(server, `drop database if exists "${name}" with (force)`);
    },
  };
}

async function findServer(): Promise<string> {
  const given = new URL(process.env["TEST_DATABASE_URL"] ?? "postgres://127.0.0.1:5432/test");
  const logins = given.username === "" ? [process.env["USER"] ?? "root", "postgres"] : [given.username];
  let reason: unknown;
  for (const database of [given.pathname, "/postgres"]) {
    for (const login of logins) {
      const url = new URL(given);
      url.username = login;
      url.pathname = database;
      try {
        await tell(url.href, "select 1");
        return url.href;
      } catch (error) {
        reason = error;
      }
    }
  }
  throw new Error(`No PostgreSQL at ${given.host}; set TEST_DATABASE_URL`, { cause: reason });
}

async function tell(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 3, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
