import { type RawBuilder, sql } from "kysely";

import { InstallationId, type Instant } from "../domain/ids.ts";
import { type Database, queryInstallation, withInstallation } from "./database.ts";
import { keep } from "./kept.ts";

/** Something of a tenant, by a name that is unique among the tenant's. */
export interface ShelfKey {
  readonly installationId: number;
  readonly key: string;
}

/** Where what was read of GitHub outlives a restart and is there for other processes. Times: milliseconds since 1970. */
export interface Shelf {
  find(key: ShelfKey): Promise<{ readonly value: unknown; readonly at: number } | undefined>;
  /** As read at that time; what is there of a later time stays. */
  put(key: ShelfKey, value: unknown, at: number): Promise<void>;
  /** What was read before that time is not taken any more, also where its reading ends later. */
  forget(key: ShelfKey, at: number): Promise<void>;
}

const PREFIX = "read:";
/** In the place of what was forgotten: no value is null. */
const FORGOTTEN = "null";

export function createShelf(database: Database): Shelf {
  return {
    async find({ installationId, key }) {
      const tenant = InstallationId.parse(installationId);
      const row = await queryInstallation(database, tenant, (db) =>
        db
          .selectFrom("kept")
          .select(["value", "at"])
          .where("installation_id", "=", tenant)
          .where("key", "=", `${PREFIX}${key}`)
          .executeTakeFirst(),
      );
      if (row === undefined || row.value === FORGOTTEN) return undefined;
      return { value: JSON.parse(row.value), at: Date.parse(row.at) };
    },
    async put({ installationId, key }, value, at) {
      const tenant = InstallationId.parse(installationId);
      const read = { value: JSON.stringify(value), at: new Date(at).toISOString() };
      await queryInstallation(database, tenant, (db) =>
        db
          .insertInto("kept")
          .values({ installation_id: tenant, key: `${PREFIX}${key}`, ...read })
          .onConflict((conflict) =>
            conflict.columns(["installation_id", "key"]).doUpdateSet(read).where(isOlder(read.at)),
          )
          .execute(),
      );
    },
    async forget({ installationId, key }, at) {
      const tenant = InstallationId.parse(installationId);
      const forgotten = { key: `${PREFIX}${key}`, value: null, now: new Date(at).toISOString() };
      await withInstallation(database, tenant, (db) => keep(db, tenant, forgotten));
    },
  };
}

function isOlder(at: Instant): RawBuilder<boolean> {
  return sql`kept.at < ${at} or (kept.at = ${at} and kept.value <> ${FORGOTTEN})`;
}
