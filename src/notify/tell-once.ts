import type { ChangeOf } from "../domain/change.ts";
import type { Instant } from "../domain/ids.ts";
import { type Database, withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import type { Tell } from "./tell.ts";

interface TellDeps {
  readonly database: Database;
  readonly notify?: Tell | undefined;
  readonly now: () => Instant;
}

/**
 * Tells a notice at most once per slot. It is noted before it is sent: a crash in between costs one copy of what stands
 * on GitHub anyway, where the other order could tell a channel twice.
 */
export async function tellOnce(told: ChangeOf<"notify">, deps: TellDeps): Promise<void> {
  if (deps.notify === undefined) return;
  const { installationId, notice } = told;
  const key = `notified:${notice.slot}`;
  const isNew = await withInstallation(deps.database, installationId, async (db) => {
    if ((await kept(db, installationId, key)) !== undefined) return false;
    await keep(db, installationId, { key, value: true, now: deps.now() });
    return true;
  });
  if (isNew) await deps.notify(told);
}
