import { randomUUID } from "node:crypto";

import postgres from "postgres";
import { afterAll, describe } from "vitest";

import { type Database, openDatabase } from "../../src/store/database.ts";

const SERVER = process.env["TEST_DATABASE_URL"] ?? "postgres://127.0.0.1:5432/test";

/** A place on one engine in which a test file makes and drops its own databases. */
export interface Engine {
  readonly kind: "sqlite" | "postgres";
  /** An empty, migrated database of its own. */
  open(): Promise<Database>;
}

/**
 * Runs the tests of `define` on SQLite (in memory) and on PostgreSQL. `TEST_DATABASE_URL` names the server, otherwise
 * postgres://127.0.0.1:5432/test is tried; where none answers, one line says what did not run.
 */
export function describeOnEachDatabase(name: string, define: (engine: Engine) => void): void {
  describe(`${name} on SQLite`, () => {
    define(tracked("sqlite", () => openDatabase({ memory: true })));
  });
  describeOnPostgres(`${name} on PostgreSQL`, define);
}

/** Only on PostgreSQL: what several processes at once can do. `url` makes one more database, not yet migrated. */
export function describeOnPostgres(
  name: string,
  define: (engine: Engine & { url: () => Promise<string> }) => void,
): void {
  const missing = server.url === undefined;
  if (missing) console.warn(`not run: ${name}: ${server.reason}`);
  const databases: string[] = [];
  const url = async (): Promise<string> => {
    const database = await createDatabase();
    databases.push(database);
    return urlOf(database);
  };
  describe.skipIf(missing)(`${name} (a server is needed)`, () => {
    afterAll(async () => {
      for (const database of databases.splice(0)) await administer(`drop database "${database}" with (force)`);
    });
    const engine = tracked("postgres", async () => openDatabase({ databaseUrl: await url() }));
    define({ ...engine, url });
  });
}

function tracked(kind: Engine["kind"], open: () => Promise<Database>): Engine {
  const opened: Database[] = [];
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
  });
  return {
    kind,
    async open() {
      const database = await open();
      opened.push(database);
      return database;
    },
  };
}

async function createDatabase(): Promise<string> {
  const name = `postmortem_${randomUUID().replaceAll("-", "")}`;
  await administer(`create database "${name}"`);
  return name;
}

function urlOf(database: string): string {
  const url = new URL(server.url ?? SERVER);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(statement: string): Promise<void> {
  if (server.url === undefined) throw new Error(server.reason);
  await ask(server.url, statement);
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
async function findServer(): Promise<{ url?: string; reason: string }> {
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

const server = await findServer();
