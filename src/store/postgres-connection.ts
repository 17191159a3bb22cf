import { connect, type Socket } from "node:net";

import type { PostgresQueryResult } from "kysely";
import postgres from "postgres";

import type { PostgresAddress } from "./postgres-address.ts";

/** A server that hangs longer while a connection is made counts as gone. */
export const CONNECT_MS = 5_000;

/**
 * So many different statements are prepared on a connection, which saves asking the server for the types of their values;
 * the rest ask. There are some hundred in all, most of them inserts of so and so many rows.
 */
const MOST_PREPARED = 200;

export interface ConnectionShape {
  /** `name=value` of the server, from the first statement on. */
  readonly settings: readonly string[];
  /** A statement without an answer for so long ends the connection; 0 waits for ever. */
  readonly queryMs: number;
}

/**
 * One connection to PostgreSQL that is never made anew: once lost, every statement on it fails. Postgres.js reconnects by
 * itself, and would go on with the rest of a transaction outside of it.
 */
export class PostgresConnection {
  readonly #sql: postgres.Sql;
  readonly #queryMs: number;
  readonly #prepared = new Set<string>();
  /** What is under way: how to end it when the connection is lost. */
  readonly #underWay = new Set<(error: Error) => void>();
  #socket: Socket | undefined;
  /** Why nothing more can be asked here. */
  #lost: string | undefined;

  private constructor(address: PostgresAddress, { settings, queryMs }: ConnectionShape) {
    this.#queryMs = queryMs;
    const options = {
      ...clientOptions(address, settings),
      socket: () => this.#onlySocket(address),
      onclose: () => this.#lose("The connection to PostgreSQL was lost."),
    };
    this.#sql = postgres(options);
  }

  /** Rejects when the server cannot be reached or lets nobody in, within `CONNECT_MS`. */
  static async open(address: PostgresAddress, shape: ConnectionShape): Promise<PostgresConnection> {
    const connection = new PostgresConnection(address, shape);
    try {
      await connection.query("select 1", []);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  async query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    if (this.#lost !== undefined) throw new Error(this.#lost);
    const { promise, resolve, reject } = Promise.withResolvers<PostgresQueryResult<Row>>();
    const values = parameters.map(bindable);
    const timer = this.#queryMs > 0 ? setTimeout(() => this.#tooSlow(), this.#queryMs) : undefined;
    this.#underWay.add(reject);
    const options = { prepare: this.#isPrepared(text) };
    this.#sql.unsafe<Row[]>(text, values, options).then(
      (rows) => resolve(answerOf(rows)),
      (error: unknown) => reject(writable(error)),
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(reject);
    }
  }

  /** Says goodbye to the server if it can still be reached. Never rejects. */
  async close(): Promise<void> {
    this.#lost ??= "The connection to PostgreSQL is closed.";
    await this.#sql.end({ timeout: 1 });
    this.#socket?.destroy();
  }

  #isPrepared(text: string): boolean {
    if (this.#prepared.size < MOST_PREPARED) this.#prepared.add(text);
    return this.#prepared.has(text);
  }

  #onlySocket(address: PostgresAddress): Socket {
    if (this.#socket !== undefined) throw new Error(this.#lost ?? "PostgreSQL closed the connection at once.");
    this.#socket = openSocket(address);
    return this.#socket;
  }

  #tooSlow(): void {
    this.#lose(`PostgreSQL did not answer within ${this.#queryMs / 1_000} s.`);
  }

  #lose(reason: string): void {
    this.#lost ??= reason;
    this.#socket?.destroy();
    for (const reject of this.#underWay) reject(new Error(reason));
  }
}

/** What every connection has in common. */
export function clientOptions({ login, place, tls }: PostgresAddress, settings: readonly string[]) {
  return {
    ...login,
    ...place,
    ssl: tls ?? false,
    connection: {
      application_name: "postmortem-app",
      options: settings.map((setting) => `-c ${setting}`).join(" "),
    },
    max: 1,
    connect_timeout: CONNECT_MS / 1_000,
    idle_timeout: undefined,
    max_lifetime: null,
    fetch_types: false,
    // Ids of GitHub and counts stay far below 2^53; nothing else in the tables is a bigint.
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    // Without this they are printed.
    onnotice: () => undefined,
  };
}

export function openSocket({ place }: PostgresAddress): Socket {
  return connect({ ...place, noDelay: true });
}

function bindable(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return String(value);
  throw new TypeError(`PostgreSQL cannot store a ${typeof value}; write it as text or a number.`);
}

/** Kysely adds its own to the stack of an error; Postgres.js leaves that of some unchangeable. */
function writable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return Object.defineProperty(error, "stack", { value: error.stack, writable: true });
}

const COMMANDS = ["INSERT", "UPDATE", "DELETE", "MERGE", "COMMIT", "ROLLBACK"] as const;

function answerOf<Row>(rows: postgres.RowList<Row[]>): PostgresQueryResult<Row> {
  const { command, count } = rows;
  // Kysely asks only whether it is one of these.
  return { command: COMMANDS.find((known) => known === command) ?? "SELECT", rowCount: count, rows: [...rows] };
}
