import { InstallationId, type Instant } from "../domain/ids.ts";
import { type Database, withInstallation } from "./database.ts";
import { keep } from "./kept.ts";

/** Something of a tenant, by a name that is unique among the tenant's. */
export interface ShelfKey {
  readonly installationId: number;
  readonly key: string;
}

/** Where what was read of GitHub outlives a restart and is there for other processes. Times: milliseconds since 1970. */
export interface Shelf {
  find(key: ShelfKey): Promise<{ readonly value: unknown; readonly at: number } | undefined>;
  /** As read at that time. Undefined takes it off. */
  put(key: ShelfKey, value: unknown, at: number): Promise<void>;
}

const PREFIX = "read:";

export function createShelf(database: Database): Shelf {
  return {
    async find({ installationId, key }) {
      const tenant = InstallationId.parse(installationId);
      const row = await withInstallation(database, tenant, (db) =>
        db
          .selectFrom("kept")
          .select(["value", "at"])
          .where("installation_id", "=", tenant)
          .where("key", "=", `${PREFIX}${key}`)
          .executeTakeFirst(),
      );
      return row === undefined ? undefined : { value: JSON.parse(row.value), at: Date.parse(row.at) };
    },
    async put({ installationId, key }, value, at) {
      const tenant = InstallationId.parse(installationId);
      await withInstallation(database, tenant, (db) =>
        keep(db, tenant, { key: `${PREFIX}${key}`, value, now: new Date(at).toISOString() }),
      );
    },
  };
}

/** Takes off, for all tenants, what was read before then. */
export async function sweepShelf(database: Database, before: Instant): Promise<void> {
  await database.across.deleteFrom("kept").where("key", "like", `${PREFIX}%`).where("at", "<", before).execute();
}
