import type { ChangeOf } from "../domain/change.ts";
import type { Instant } from "../domain/ids.ts";
import { type Database, withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import type { Notify } from "./slack.ts";

interface TellDeps {
  readonly database: Database;
  readonly notify?: Notify | undefined;
  readonly now: () => Instant;
}

/**
 * Tells a notice at most once per slot. It is noted before it is sent: a crash in between costs one copy of what stands
 * on GitHub anyway, where the other order could tell a channel twice.
 */
export async function tellOnce({ installationId, notice }: ChangeOf<"notify">, deps: TellDeps): Promise<void> {
  if (deps.notify === undefined) return;
  const key = `notified:${notice.slot}`;
  const isNew = await withInstallation(deps.database, installationId, async (db) => {
    if ((await kept(db, installationId, key)) !== undefined) return false;
    await keep(db, installationId, { key, value: true, now: deps.now() });
    return true;
  });
  if (isNew) await deps.notify(notice);
}
