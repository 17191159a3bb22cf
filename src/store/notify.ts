import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";

import { type Kysely, sql } from "kysely";
import postgres from "postgres";

import { type PostgresAddress, readPostgresAddress } from "./postgres-address.ts";
import { clientOptions, openSocket } from "./postgres-connection.ts";
import type { Schema } from "./schema.ts";
import { localWake, type Wake } from "./wake.ts";

const CHANNEL = "postmortem_inbox";
const RECONNECT_MS = 1_000;

/** Rings in this process at once and in the others by LISTEN/NOTIFY, on one connection that reconnects by itself. */
export function postgresWake(databaseUrl: string, db: Kysely<Schema>): Wake {
  const here = localWake();
  const self = randomUUID();
  const ear = new Ear(databaseUrl, (from) => {
    if (from !== self) here.ring();
  });
  const tellOthers = oneAtATime(() => sql`select pg_notify(${CHANNEL}, ${self})`.execute(db));
  return {
    ring() {
      here.ring();
      tellOthers();
    },
    listen(listener) {
      ear.open();
      return here.listen(listener);
    },
    async close() {
      await here.close();
      await ear.close();
    },
  };
}

/** Rings that come while one is under way become one more; NOTIFY takes a lock that all commits share. */
function oneAtATime(tell: () => Promise<unknown>): () => void {
  let running = false;
  let again = false;
  async function run(): Promise<void> {
    running = true;
    do {
      again = false;
      // What cannot be told now is found by the slow poll.
      await tell().catch(() => undefined);
    } while (again);
    running = false;
  }
  return () => {
    if (running) again = true;
    else void run();
  };
}

/** Listens on a connection of its own, from `open` on. Postgres.js makes it anew when it is lost. */
class Ear {
  readonly #address: PostgresAddress;
  readonly #heard: (from: string) => void;
  #sql: postgres.Sql | undefined;
  #socket: Socket | undefined;
  #closed = false;

  constructor(databaseUrl: string, heard: (from: string) => void) {
    this.#address = readPostgresAddress(databaseUrl);
    this.#heard = heard;
  }

  open(): void {
    if (this.#closed || this.#sql !== undefined) return;
    const options = {
      ...clientOptions(this.#address, []),
      backoff: () => RECONNECT_MS / 1_000,
      socket: () => this.#nextSocket(),
    };
    this.#sql = postgres(options);
    this.#sql
      .listen(CHANNEL, this.#heard, () => this.#heard("reconnected"))
      // Tried again all the same.
      .catch(() => undefined);
  }

  #nextSocket(): Socket {
    if (this.#closed) throw new Error("The database is closed.");
    this.#socket = openSocket(this.#address);
    return this.#socket;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sql?.end({ timeout: 1 });
    this.#socket?.destroy();
  }
}
