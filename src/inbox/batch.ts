import type { Insertable } from "kysely";

import type { Database } from "../store/database.ts";
import type { InboxTable } from "../store/schema.ts";

type Row = Insertable<InboxTable>;

interface Waiting {
  row: Row;
  resolve: (added: boolean) => void;
  reject: (error: unknown) => void;
}

/** Rows of one commit at most; a statement stays far below the limit of bound values of either engine. */
const MOST = 64;

const queues = new WeakMap<Database, { waiting: Waiting[]; running: boolean }>();

/**
 * Puts a row in the inbox with whatever else arrives meanwhile: one commit, and one wait for the disk, for all of them.
 * Resolves once it is durable; false when the id was there already.
 */
export function insertTogether(database: Database, row: Row): Promise<boolean> {
  const queue = queues.get(database) ?? { waiting: [], running: false };
  queues.set(database, queue);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  queue.waiting.push({ row, resolve, reject });
  if (!queue.running) {
    queue.running = true;
    // What else this turn of the event loop brings joins the first commit.
    setImmediate(() => void flush(database, queue));
  }
  return promise;
}

async function flush(database: Database, queue: { waiting: Waiting[]; running: boolean }): Promise<void> {
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.splice(0, MOST);
    try {
      settle(batch, await insert(database, batch));
    } catch (error) {
      await oneByOne(database, batch, error);
    }
    database.wake.ring();
  }
  queue.running = false;
}

/** One row that cannot be stored must not take its neighbours with it. */
async function oneByOne(database: Database, batch: readonly Waiting[], error: unknown): Promise<void> {
  const [only] = batch;
  if (batch.length === 1 && only !== undefined) {
    only.reject(error);
    return;
  }
  for (const waiting of batch) {
    await insert(database, [waiting]).then((added) => settle([waiting], added), waiting.reject);
  }
}

async function insert(database: Database, batch: readonly Waiting[]): Promise<Set<string>> {
  const rows = await database.across
    .insertInto("inbox")
    .values(batch.map(({ row }) => row))
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .execute();
  return new Set(rows.map(({ id }) => id));
}

function settle(batch: readonly Waiting[], added: Set<string>): void {
  // Of two with one id in the same batch, the first was added and the second was "already here".
  for (const { row, resolve } of batch) resolve(added.delete(row.id));
}
