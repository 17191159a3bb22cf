import type { Change } from "../domain/change.ts";
import type { InstallationId, Instant } from "../domain/ids.ts";
import { type Database, withInstallation } from "./database.ts";
import { forgetPostmortem, postmortemsOfRepository, savePostmortem } from "./postmortems.ts";
import { forgetRepository } from "./repositories.ts";
import { deleteTenant, saveTenant } from "./tenants.ts";

/** The store half of a plan, in one transaction: it says "done" only about what is done. */
export async function record(
  changes: readonly Change[],
  { database, installationId, now }: { database: Database; installationId: InstallationId; now: Instant },
): Promise<void> {
  if (!changes.some(({ kind }) => STORED.has(kind))) return;
  await withInstallation(database, installationId, async (db) => {
    for (const change of changes) await recordOne(change, db, now);
  });
}

type Db = Parameters<Parameters<typeof withInstallation>[2]>[0];

const STORED = new Set<Change["kind"]>([
  "save-postmortem",
  "forget-postmortem",
  "forget-tenant",
  "save-tenant",
  "rename-repository",
  "forget-repository",
]);

async function recordOne(change: Change, db: Db, now: Instant): Promise<void> {
  switch (change.kind) {
    case "save-postmortem":
      return savePostmortem(db, change.postmortem);
    case "forget-postmortem":
      await forgetPostmortem(db, change.ref);
      return undefined;
    case "forget-tenant":
      await deleteTenant(db, change.installationId);
      return undefined;
    case "save-tenant":
      return saveTenant(db, {
        installationId: change.installationId,
        account: change.account,
        suspendedAt: change.suspended ? now : null,
      });
    case "rename-repository": {
      const { installationId, repositoryId, owner, repo } = change;
      for (const postmortem of await postmortemsOfRepository(db, installationId, repositoryId)) {
        await savePostmortem(db, { ...postmortem, ref: { ...postmortem.ref, owner, repo } });
      }
      return undefined;
    }
    case "forget-repository":
      return forgetRepository(db, change.installationId, change.repositoryId);
    default:
      return undefined;
  }
}
