import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Pool, TimeoutError } from "tarn";

import type { PostgresAddress } from "./postgres-address.ts";
import { CONNECT_MS, type ConnectionShape, PostgresConnection } from "./postgres-connection.ts";

/** Who waits longer for a connection hears that there is none. */
const WAIT_MS = CONNECT_MS;
const IDLE_MS = 10_000;

/** Connections to one server, `max` at once, as Kysely wants them. A lost one is replaced when the next is asked for. */
export class ConnectionPool implements PostgresPool {
  readonly options = {};
  readonly #pool: Pool<PooledConnection>;

  constructor(address: PostgresAddress, { max, ...shape }: ConnectionShape & { readonly max: number }) {
    this.#pool = new Pool<PooledConnection>({
      create: async () => new PooledConnection(await PostgresConnection.open(address, shape), this.#pool),
      validate: ({ connection }) => !connection.isLost,
      destroy: async ({ connection }) => connection.close(),
      min: 0,
      max,
      acquireTimeoutMillis: WAIT_MS,
      // Opening has its own limit; this one is only the net under it.
      createTimeoutMillis: 2 * CONNECT_MS,
      idleTimeoutMillis: IDLE_MS,
      // Whoever asks hears at once that the server is away, instead of waiting for it.
      propagateCreateError: true,
    });
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return await this.#pool.acquire().promise;
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      throw new Error(`No connection to PostgreSQL was free within ${WAIT_MS / 1_000} s.`, { cause: error });
    }
  }

  async end(): Promise<void> {
    await this.#pool.destroy();
  }
}

class PooledConnection implements PostgresPoolClient {
  readonly connection: PostgresConnection;
  readonly #pool: Pool<PooledConnection>;

  constructor(connection: PostgresConnection, pool: Pool<PooledConnection>) {
    this.connection = connection;
    this.#pool = pool;
  }

  query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query<Row>(
    text: string | PostgresCursor<Row>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<Row>> | PostgresCursor<Row> {
    // Kysely asks for cursors only where it was given one.
    if (typeof text !== "string") throw new TypeError("Rows are read all at once here, without a cursor.");
    return this.connection.query<Row>(text, parameters);
  }

  release(destroy = false): void {
    if (destroy) void this.connection.close();
    this.#pool.release(this);
  }
}
