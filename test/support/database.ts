import { afterAll, describe } from "vitest";

import { type Database, openDatabase } from "../../src/store/database.ts";
import { databasesOn, findServer } from "./postgres-server.ts";

const server = await findServer();

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
  describe.skipIf(missing)(`${name} (a server is needed)`, () => {
    const databases = databasesOn(server);
    afterAll(async () => databases.drop());
    const engine = tracked("postgres", async () => openDatabase({ databaseUrl: await databases.make() }));
    define({ ...engine, url: async () => databases.make() });
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
