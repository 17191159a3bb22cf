import { randomUUID } from "node:crypto";

import { type Kysely, sql } from "kysely";
import { Client } from "pg";

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

class Ear {
  readonly #databaseUrl: string;
  readonly #heard: (from: string) => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(databaseUrl: string, heard: (from: string) => void) {
    this.#databaseUrl = databaseUrl;
    this.#heard = heard;
  }

  open(): void {
    if (this.#closed || this.#client !== undefined || this.#timer !== undefined) return;
    const client = new Client({ connectionString: this.#databaseUrl, keepAlive: true });
    this.#client = client;
    client.on("notification", (note) => this.#heard(note.payload ?? ""));
    client.on("error", () => this.#lost(client));
    client.on("end", () => this.#lost(client));
    client
      .connect()
      .then(() => client.query(`listen ${CHANNEL}`))
      .then(() => this.#heard("reconnected"))
      .catch(() => this.#lost(client));
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => undefined);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.open();
    }, RECONNECT_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }
}
