import type { Repository } from "../domain/facts.ts";
import { withInstallation } from "../store/database.ts";
import { saveRepository } from "../store/repositories.ts";
import { findTenant, saveTenant, scheduleOf } from "../store/tenants.ts";
import type { ReadDeps } from "./deps.ts";
import type { UnchosenFacts } from "./read-issue-facts.ts";

const noted = new WeakMap<object, Map<string, string>>();

/** The clock goes by what configurations said last, and the digest by who may see a repository: kept when it changes. */
export async function noteTenant(
  { config, repository }: Pick<UnchosenFacts, "config" | "repository">,
  deps: ReadDeps,
): Promise<void> {
  const { installationId, database } = deps;
  const schedule = scheduleOf(config);
  const seen = noted.get(database) ?? new Map<string, string>();
  noted.set(database, seen);
  const key = `${installationId}:${repository.id}`;
  const now = JSON.stringify([schedule, repository.owner, repository.name, repository.visibility]);
  if (seen.get(key) === now) return;
  await withInstallation(database, installationId, async (db) => {
    const tenant = await findTenant(db, installationId);
    const isSaidElsewhere = tenant?.schedule.repository !== undefined && schedule.repository === undefined;
    await saveTenant(db, { installationId, account: repository.owner, ...(isSaidElsewhere ? {} : { schedule }) });
    await saveRepository(db, installationId, rowOf(repository));
  });
  seen.set(key, now);
}

function rowOf({ id, owner, name, visibility }: Repository): Parameters<typeof saveRepository>[2] {
  return { id, owner, name, visibility, archived: false };
}
