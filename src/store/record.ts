import type { Change } from "../domain/change.ts";
import type { Delivery } from "../domain/delivery.ts";
import { DeliveryId, type InstallationId, type Instant, type IssueRef } from "../domain/ids.ts";
import { type Database, queryInstallation, withInstallation } from "./database.ts";
import { forgetIssueKept } from "./forget-kept.ts";
import { type LastPlan, saveLastPlan } from "./last-plan.ts";
import { type OutcomeKey, outcomeOf, saveOutcome } from "./outcomes.ts";
import { forgetPostmortem, savePostmortem } from "./postmortems.ts";
import { renameOwner, renameRepository } from "./rename.ts";
import { archiveRepository, forgetRepository } from "./repositories.ts";
import { deleteTenant, saveTenant } from "./tenants.ts";

export interface RecordDeps {
  readonly database: Database;
  readonly installationId: InstallationId;
  readonly now: Instant;
  /** Noted with the rest, for deliveries that must not be planned again from what they have stored. */
  readonly delivery?: string;
  /** The plan these changes are of, for what is planned for its issue next. */
  readonly planned?: { readonly ref: IssueRef; readonly plan: LastPlan } | undefined;
}

/** The store half of a plan, in one transaction: it says "done" only about what is done. */
export async function record(changes: readonly Change[], deps: RecordDeps): Promise<void> {
  const { database, installationId, now, delivery, planned } = deps;
  if (planned === undefined && !changes.some(({ kind }) => STORED.has(kind))) return;
  await withInstallation(database, installationId, async (db) => {
    for (const change of changes) await recordOne(change, db, now);
    if (planned !== undefined) await saveLastPlan(db, planned.ref, planned.plan);
    if (delivery !== undefined) await saveOutcome(db, recorded(installationId, delivery), { result: true, now });
  });
}

/** Was this delivery recorded by an attempt that ended before it could say so? Then all of it is done. */
export async function wasRecorded(
  database: Database,
  { id, installationId }: Pick<Delivery, "id" | "installationId">,
): Promise<boolean> {
  const outcome = await queryInstallation(database, installationId, (db) =>
    outcomeOf(db, recorded(installationId, id)),
  );
  return outcome !== undefined;
}

function recorded(installationId: InstallationId, delivery: string): OutcomeKey {
  return { installationId, deliveryId: DeliveryId.parse(delivery), changeKey: "recorded" };
}

type Db = Parameters<Parameters<typeof withInstallation>[2]>[0];

const STORED = new Set<Change["kind"]>([
  "save-postmortem",
  "forget-postmortem",
  "forget-tenant",
  "save-tenant",
  "rename-repository",
  "rename-owner",
  "archive-repository",
  "forget-repository",
]);

async function recordOne(change: Change, db: Db, now: Instant): Promise<void> {
  switch (change.kind) {
    case "save-postmortem":
      return savePostmortem(db, change.postmortem);
    case "forget-postmortem":
      await forgetPostmortem(db, change.ref);
      return change.gone === true ? forgetIssueKept(db, change.ref.installationId, change.ref) : undefined;
    case "forget-tenant":
      await deleteTenant(db, change.installationId);
      return undefined;
    case "save-tenant":
      return saveTenant(db, {
        installationId: change.installationId,
        account: change.account,
        suspendedAt: change.suspended ? now : null,
      });
    case "rename-repository":
      return renameRepository(db, change.installationId, { ...change, now });
    case "archive-repository":
      return archiveRepository(db, change.installationId, change);
    case "rename-owner":
      return renameOwner(db, change.installationId, { ...change, now });
    case "forget-repository":
      return forgetRepository(db, change.installationId, change.repositoryId);
    default:
      return undefined;
  }
}
