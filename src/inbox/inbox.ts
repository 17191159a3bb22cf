import { sql } from "kysely";

import type { Delivery } from "../domain/delivery.ts";
import type { Instant } from "../domain/ids.ts";
import { type Database, refuseInTransaction } from "../store/database.ts";
import { insertTogether } from "./batch.ts";
import type { Claimed } from "./claim.ts";
import { later } from "./instant.ts";
import { nextAttempt } from "./retry.ts";

/** Due whatever the clock says: a sender's clock may be ahead of ours. */
const AT_ONCE = "1970-01-01T00:00:00.000Z";
/** A row that saw this many workers die is likely why. */
const MOST_CRASHES = 20;
const MOST_REASON = 2_000;

/**
 * Keeps a delivery for later. Returns false if it was already here: GitHub may send one twice.
 * It is on disk when this resolves. With `notBefore` it waits until then, and until then holds up nothing in its lane.
 */
export async function accept(
  database: Database,
  delivery: Delivery,
  options: { notBefore?: Instant } = {},
): Promise<boolean> {
  refuseInTransaction("accept");
  const { notBefore } = options;
  return insertTogether(database, {
    ...rowOf(delivery),
    run_at: notBefore === undefined ? AT_ONCE : later(notBefore, 0),
  });
}

/**
 * Asks for one run after things have been quiet for `quietMs`, but no later than `atMostMs` after the first asking:
 * however often it is called with one id, there is one row. Asked while it runs or after it ran, it runs once more.
 */
export async function acceptLater(
  database: Database,
  delivery: Delivery,
  { now, quietMs, atMostMs }: { now: Instant; quietMs: number; atMostMs: number },
): Promise<void> {
  refuseInTransaction("acceptLater");
  const quiet = later(now, Math.min(quietMs, atMostMs));
  const deadline = later(now, atMostMs);
  const row = rowOf(delivery);
  await sql`
    insert into inbox (id, installation_id, lane, kind, delivery, run_at, deadline)
    values (${row.id}, ${row.installation_id}, ${row.lane}, ${row.kind}, ${row.delivery}, ${quiet}, ${deadline})
    on conflict (id) do update set
      delivery = case when inbox.state = 'running' then inbox.delivery else excluded.delivery end,
      rearm_at = case when inbox.state = 'running' then coalesce(inbox.rearm_at, excluded.run_at) end,
      run_at = case
        when inbox.state = 'running' or (inbox.state = 'waiting' and inbox.attempts > 0) then inbox.run_at
        when inbox.state = 'waiting' and inbox.deadline < excluded.run_at then inbox.deadline
        else excluded.run_at end,
      deadline = case when inbox.state = 'waiting' then inbox.deadline else excluded.deadline end,
      attempts = case when inbox.finished_at is null then inbox.attempts else 0 end,
      tries = case when inbox.finished_at is null then inbox.tries else 0 end,
      crashes = case when inbox.finished_at is null then inbox.crashes else 0 end,
      reason = case when inbox.finished_at is null then inbox.reason end,
      state = case when inbox.finished_at is null then inbox.state else 'waiting' end,
      finished_at = null`.execute(database.across);
  database.wake.ring();
}

function rowOf(delivery: Delivery) {
  return {
    id: delivery.id,
    installation_id: delivery.installationId,
    lane: delivery.lane,
    kind: delivery.event.kind,
    delivery: JSON.stringify(delivery),
  };
}

/** It is dealt with. False when it was no longer this worker's: its lease ran out and another took it over. */
export function finish(database: Database, claimed: Claimed, now: Instant): Promise<boolean> {
  return end(database, claimed, { state: "done", reason: null, now });
}

/** It will never work: put away with its reason, and its lane goes on. */
export function bury(
  database: Database,
  claimed: Claimed,
  { reason, now }: { reason: string; now: Instant },
): Promise<boolean> {
  return end(database, claimed, { state: "buried", reason: storable(reason), now });
}

/** It failed: try again later, or bury it when it has been tried for a day. Its lane waits for it meanwhile. */
export async function retryLater(
  database: Database,
  claimed: Claimed,
  { error, now, random = Math.random() }: { error: unknown; now: Instant; random?: number },
): Promise<{ afterMs: number } | "give-up"> {
  const next = nextAttempt(claimed.tries + 1, error, random);
  if (next === "give-up") {
    await bury(database, claimed, { reason: `Given up after ${claimed.tries + 1} tries: ${sentence(error)}`, now });
    return next;
  }
  await held(database, claimed)
    .set({
      state: "waiting",
      worker: null,
      lease_until: null,
      rearm_at: null,
      run_at: later(now, next.afterMs),
      reason: storable(sentence(error)),
      tries: claimed.tries + 1,
    })
    .execute();
  return next;
}

/** Gives it back unworked, as if it had not been claimed. */
export async function release(database: Database, claimed: Claimed): Promise<void> {
  await held(database, claimed)
    .set({ state: "waiting", worker: null, lease_until: null, rearm_at: null, attempts: claimed.attempt - 1 })
    .execute();
  database.wake.ring();
}

/** Says that the worker still lives. Returns those that are still its own. */
export async function heartbeat(
  database: Database,
  claimed: readonly Claimed[],
  { now, leaseMs }: { now: Instant; leaseMs: number },
): Promise<Claimed[]> {
  const [first] = claimed;
  if (first === undefined) return [];
  const rows = await database.across
    .updateTable("inbox")
    .set({ lease_until: later(now, leaseMs) })
    .where("state", "=", "running")
    .where("worker", "=", first.worker)
    .where("seq", "in", seqs(claimed))
    .returning(["seq", "attempts"])
    .execute();
  const own = new Map(rows.map(({ seq, attempts }) => [seq, attempts]));
  return claimed.filter(({ seq, attempt }) => own.get(seq) === attempt);
}

/**
 * Puts rows of dead workers back: those whose lease ran out, or all when nobody else can be working (`alone`).
 * `holding` are in the caller's own hands and stay there. Returns how many came back.
 */
export async function reclaim(
  database: Database,
  { now, holding = [], alone = false }: { now: Instant; holding?: readonly Claimed[]; alone?: boolean },
): Promise<number> {
  const dead = sql`crashes + 1 >= ${sql.lit(MOST_CRASHES)}`;
  const rows = await database.across
    .updateTable("inbox")
    .set({
      state: sql`case when ${dead} then 'buried' else 'waiting' end`,
      finished_at: sql`case when ${dead} then ${now} end`,
      reason: sql`case when ${dead} then ${`Its worker died ${MOST_CRASHES} times.`} else reason end`,
      crashes: sql`crashes + 1`,
      worker: null,
      lease_until: null,
      rearm_at: null,
    })
    .where(sql<boolean>`state = 'running'`)
    .$if(!alone, (query) => query.where("lease_until", "<", now))
    .$if(holding.length > 0, (query) => query.where("seq", "not in", seqs(holding)))
    .returning("seq")
    .execute();
  return rows.length;
}

async function end(
  database: Database,
  claimed: Claimed,
  { state, reason, now }: { state: "done" | "buried"; reason: string | null; now: Instant },
): Promise<boolean> {
  const rows = await held(database, claimed)
    .set({
      state: sql`case when rearm_at is null then ${sql.lit(state)} else 'waiting' end`,
      finished_at: sql`case when rearm_at is null then ${now} end`,
      run_at: sql`coalesce(rearm_at, run_at)`,
      attempts: sql`case when rearm_at is null then attempts else 0 end`,
      tries: sql`case when rearm_at is null then tries else 0 end`,
      crashes: sql`case when rearm_at is null then crashes else 0 end`,
      rearm_at: null,
      worker: null,
      lease_until: null,
      reason,
    })
    .returning("seq")
    .execute();
  return rows.length > 0;
}

/** The row of `claimed`, as long as it is that worker's. */
function held(database: Database, { seq, worker, attempt }: Claimed) {
  return database.across
    .updateTable("inbox")
    .where("seq", "=", seq)
    .where("state", "=", "running")
    .where("worker", "=", worker)
    .where("attempts", "=", attempt);
}

function seqs(claimed: readonly Claimed[]): number[] {
  return claimed.map(({ seq }) => seq);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** PostgreSQL keeps no NUL in text. */
function storable(text: string): string {
  return text.replaceAll("\u0000", "").slice(0, MOST_REASON);
}
