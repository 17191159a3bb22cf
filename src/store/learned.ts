import type { Kysely } from "kysely";
import { z } from "zod";

import type { InstallationId, Instant, IssueRef } from "../domain/ids.ts";
import type { Schema } from "./schema.ts";

/** A category that a person confirmed, and the words of the postmortem it was confirmed for. */
export interface Learned {
  readonly repositoryId: number;
  readonly number: number;
  readonly category: string;
  readonly terms: readonly string[];
}

const Terms = z.array(z.string());

export async function saveLearned(
  db: Kysely<Schema>,
  ref: Pick<IssueRef, "installationId" | "repositoryId" | "number">,
  { category, terms, now }: { category: string; terms: readonly string[]; now: Instant },
): Promise<void> {
  const known = { category, terms: JSON.stringify(terms), at: now };
  await db
    .insertInto("learned")
    .values({
      installation_id: ref.installationId,
      repository_id: ref.repositoryId,
      number: ref.number,
      ...known,
    })
    .onConflict((conflict) => conflict.columns(["installation_id", "repository_id", "number"]).doUpdateSet(known))
    .execute();
}

/** All that an installation confirmed, oldest first. */
export async function learnedOf(db: Kysely<Schema>, installationId: InstallationId): Promise<Learned[]> {
  const rows = await db
    .selectFrom("learned")
    .selectAll()
    .where("installation_id", "=", installationId)
    .orderBy("at")
    .orderBy("repository_id")
    .orderBy("number")
    .execute();
  return rows.map(({ repository_id, number, category, terms }) => ({
    repositoryId: repository_id,
    number,
    category,
    terms: Terms.parse(JSON.parse(terms)),
  }));
}
