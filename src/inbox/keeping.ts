import { sql } from "kysely";

import type { InstallationId, Instant } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import { later } from "./instant.ts";

const DAY_MS = 86_400_000;
const BATCH = 1_000;

/**
 * Works on nothing of this installation until then, except news of its own standing (`installation-changed`); undefined
 * lets it go on. For rate limits and suspension: others are not held up.
 */
export async function parkInstallation(
  database: Database,
  installationId: InstallationId,
  until: Instant | undefined,
): Promise<void> {
  if (until === undefined) {
    await database.across.deleteFrom("parked").where("installation_id", "=", installationId).execute();
    database.wake.ring();
    return;
  }
  const time = later(until, 0);
  await database.across
    .insertInto("parked")
    .values({ installation_id: installationId, until: time })
    .onConflict((conflict) => conflict.column("installation_id").doUpdateSet({ until: time }))
    .execute();
}

/** Until when an installation is parked, or undefined. */
export async function parkedUntil(
  database: Database,
  installationId: InstallationId,
  now: Instant,
): Promise<Instant | undefined> {
  const row = await database.across
    .selectFrom("parked")
    .select("until")
    .where("installation_id", "=", installationId)
    .where("until", ">", now)
    .executeTakeFirst();
  return row?.until;
}

/**
 * Deletes finished rows, a thousand at a time. Until then a second delivery with the same id is known as such: GitHub
 * redelivers for three days, the clock's digest of a week may be asked for until the next.
 */
export async function sweepFinished(
  database: Database,
  { now, olderThanMs = 7 * DAY_MS, buriedMs = 30 * DAY_MS }: { now: Instant; olderThanMs?: number; buriedMs?: number },
): Promise<number> {
  const done = later(now, -olderThanMs);
  const kept = later(now, -buriedMs);
  let deleted = 0;
  for (;;) {
    const rows = await sql<{ seq: number }>`
      delete from inbox where seq in (
        select seq from inbox
        where finished_at is not null
          and (finished_at < ${kept} or (finished_at < ${done} and state = 'done' and kind <> 'digest-due'))
        limit ${sql.lit(BATCH)}
      ) returning seq`.execute(database.across);
    deleted += rows.rows.length;
    if (rows.rows.length < BATCH) return deleted;
  }
}

/** When the next row that waits for its time becomes due, if any does. */
export async function nextDueAt(database: Database, now: Instant): Promise<Instant | undefined> {
  const { rows } = await sql<{ at: string | null }>`
    select min(run_at) as at from inbox where state = 'waiting' and run_at > ${now}`.execute(database.across);
  return rows[0]?.at ?? undefined;
}

export interface InboxDepth {
  readonly waiting: number;
  readonly running: number;
  readonly buried: number;
}

/** How much is in the inbox, of all tenants: an operator's figure. */
export async function inboxDepth(database: Database): Promise<InboxDepth> {
  const { rows } = await sql<{ state: string; rows: number }>`
    select 'waiting' as state, count(*) as rows from inbox where state = 'waiting'
    union all select 'running', count(*) from inbox where state = 'running'
    union all select 'buried', count(*) from inbox where state = 'buried' and finished_at is not null`.execute(
    database.across,
  );
  const counts = new Map(rows.map(({ state, rows }) => [state, rows]));
  return {
    waiting: counts.get("waiting") ?? 0,
    running: counts.get("running") ?? 0,
    buried: counts.get("buried") ?? 0,
  };
}
