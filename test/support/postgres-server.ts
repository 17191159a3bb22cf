import { randomUUID } from "node:crypto";

import postgres from "postgres";

const SERVER = process.env["TEST_DATABASE_URL"] ?? "postgres://127.0.0.1:5432/test";

/** The PostgreSQL server of the tests; without a `url` there is none, for that reason. */
export interface PostgresServer {
  readonly url?: string;
  readonly reason: string;
}

/** Makes databases on a server, and removes them. */
export interface Databases {
  /** The address of an empty one. @throws the reason when there is no server. */
  make(): Promise<string>;
  /** Removes every one that was made here. */
  drop(): Promise<void>;
}

export function databasesOn({ url: server = "", reason }: PostgresServer): Databases {
  const made: string[] = [];
  return {
    async make() {
      if (server === "") throw new Error(reason);
      const name = `postmortem_${randomUUID().replaceAll("-", "")}`;
      await ask(server, `create database "${name}"`);
      made.push(name);
      const url = new URL(server);
      url.pathname = `/${name}`;
      return url.href;
    },
    async drop() {
      for (const name of made.splice(0)) await ask(server, `drop database if exists "${name}" with (force)`);
    },
  };
}

/** Asks on a connection of its own, past everything of the app. */
export async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** The server as the first login that may create databases: the one given, or the usual names of a local one. */
export async function findServer(): Promise<PostgresServer> {
  const given = new URL(SERVER);
  const logins = given.username === "" ? [process.env["USER"], "postgres", "root"] : [given.username];
  let reason = "";
  for (const login of logins) {
    if (login === undefined) continue;
    const url = new URL(SERVER);
    url.username = login;
    try {
      const rows = await ask(
        url.href,
        "select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user",
      );
      if (rows[0]?.["may"] === true) return { url: url.href, reason };
      reason = `the login ${login} may not create databases; set TEST_DATABASE_URL`;
    } catch (error) {
      reason = `no PostgreSQL at ${SERVER} (${error instanceof Error ? error.message : String(error)}); set TEST_DATABASE_URL`;
    }
  }
  return { reason };
}
