import type { Kysely } from "kysely";
import { z } from "zod";

import type { InstallationId, Instant } from "../domain/ids.ts";
import { keep } from "./kept.ts";
import type { Schema } from "./schema.ts";

/** Who says where the digest is posted: the owner's own file, or the file of one repository. */
export type Says = "owner" | number;

/** Remembers what somebody says; undefined: nothing any more. */
export async function sayHome(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { who, home, now }: { who: Says; home: string | undefined; now: Instant },
): Promise<void> {
  await keep(db, installationId, { key: `${PREFIX}${who}`, value: home, now });
}

/**
 * Where the digest is posted, `owner/repository`. The owner's word counts before any other; of several repositories the
 * oldest one's does, whichever was heard last.
 */
export async function homeSaid(db: Kysely<Schema>, installationId: InstallationId): Promise<string | undefined> {
  const rows = await db
    .selectFrom("kept")
    .select(["key", "value"])
    .where("installation_id", "=", installationId)
    .where("key", "like", `${PREFIX}%`)
    .execute();
  const [first] = rows.toSorted((a, b) => rankOf(a.key) - rankOf(b.key));
  return first === undefined ? undefined : z.string().parse(JSON.parse(first.value));
}

const PREFIX = "digest-home:";

function rankOf(key: string): number {
  const who = key.slice(PREFIX.length);
  return who === "owner" ? 0 : Number(who);
}
