import { sql } from "kysely";
import { z } from "zod";

import type { Instant } from "../../domain/ids.ts";
import { later } from "../../inbox/instant.ts";
import type { Database } from "../../store/database.ts";

/** How far catching up has come, for whichever process goes on with it. */
export const Progress = z.object({
  /** Webhooks that failed up to this moment have been dealt with. */
  upTo: z.string(),
  /** When everything was caught up with last: only after it can something be missing. */
  wholeAt: z.string(),
  /** Tries from shortly before `upTo` that have been dealt with, by GitHub's number: many lead to no delivery of ours. */
  dealtWith: z.array(z.number()).default([]),
});
export type Progress = Readonly<z.infer<typeof Progress>>;

/** No installation has the number 0: what is kept under it belongs to the app itself. */
const APP = 0;
const PROGRESS = "catch-up";
const TURN = "catch-up-turn";
/** Longer than a request may take, so that who asks again before each request never loses the turn by waiting. */
const TURN_MS = 20_000;

/** Undefined when this store has never caught up with anything. */
export async function findProgress(database: Database): Promise<Progress | undefined> {
  const row = await database.across
    .selectFrom("kept")
    .select("value")
    .where("installation_id", "=", APP)
    .where("key", "=", PROGRESS)
    .executeTakeFirst();
  return row === undefined ? undefined : Progress.parse(JSON.parse(row.value));
}

export async function saveProgress(database: Database, progress: Progress, now: Instant): Promise<void> {
  const known = { value: JSON.stringify(progress), at: now };
  await database.across
    .insertInto("kept")
    .values({ installation_id: APP, key: PROGRESS, ...known })
    .onConflict((conflict) => conflict.columns(["installation_id", "key"]).doUpdateSet(known))
    .execute();
}

/**
 * Takes or keeps the turn to catch up: one process at a time, and another 20 s after the last word of one that died
 * before it gave the turn back. On SQLite there is one process, so a predecessor that was killed holds nobody up.
 */
export async function holdTurn(database: Database, who: string, now: Instant): Promise<boolean> {
  if (database.kind === "sqlite") return true;
  const { rows } = await sql<{ key: string }>`
    insert into kept (installation_id, key, value, at)
    values (${APP}, ${TURN}, ${JSON.stringify(who)}, ${later(now, TURN_MS)})
    on conflict (installation_id, key) do update set value = excluded.value, at = excluded.at
    where kept.at < ${now} or kept.value = excluded.value
    returning key`.execute(database.across);
  return rows.length > 0;
}

/** It is anybody's now. Nothing happens when another process has it. */
export async function giveTurnBack(database: Database, who: string): Promise<void> {
  if (database.kind === "sqlite") return;
  await database.across
    .deleteFrom("kept")
    .where("installation_id", "=", APP)
    .where("key", "=", TURN)
    .where("value", "=", JSON.stringify(who))
    .execute();
}
