import type { Kysely } from "kysely";
import { z } from "zod";

import type { InstallationId } from "../domain/ids.ts";
import type { Schema } from "./schema.ts";

/** A repository as last heard of. Keyed by its id: owner and name are for display and requests, and change. */
export const Repository = z.object({
  id: z.number(),
  owner: z.string(),
  name: z.string(),
  visibility: z.enum(["public", "private", "internal"]),
  archived: z.boolean(),
});
export type Repository = Readonly<z.infer<typeof Repository>>;

export async function findRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
  repositoryId: number,
): Promise<Repository | undefined> {
  const row = await db
    .selectFrom("repositories")
    .selectAll()
    .where("installation_id", "=", installationId)
    .where("id", "=", repositoryId)
    .executeTakeFirst();
  return row === undefined ? undefined : repositoryOf(row);
}

export async function repositoriesOf(db: Kysely<Schema>, installationId: InstallationId): Promise<Repository[]> {
  const rows = await db
    .selectFrom("repositories")
    .selectAll()
    .where("installation_id", "=", installationId)
    .orderBy("id")
    .execute();
  return rows.map(repositoryOf);
}

export async function saveRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { id, archived, ...rest }: Repository,
): Promise<void> {
  const { owner, name, visibility } = rest;
  const known = { owner, name, visibility, archived: archived ? 1 : 0 };
  await db
    .insertInto("repositories")
    .values({ installation_id: installationId, id, ...known })
    .onConflict((conflict) => conflict.columns(["installation_id", "id"]).doUpdateSet(known))
    .execute();
}

/** Nothing can be written to an archived one: nobody is reminded there, and no digest is posted. */
export async function archiveRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { repositoryId, archived }: { repositoryId: number; archived: boolean },
): Promise<void> {
  await db
    .updateTable("repositories")
    .set({ archived: archived ? 1 : 0 })
    .where("installation_id", "=", installationId)
    .where("id", "=", repositoryId)
    .execute();
}

/** Forgets a repository that was deleted or taken from the app, with all its postmortems. */
export async function forgetRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
  repositoryId: number,
): Promise<void> {
  for (const table of ["preventive_actions", "seats", "absences", "postmortems"] as const) {
    await db
      .deleteFrom(table)
      .where("installation_id", "=", installationId)
      .where("repository_id", "=", repositoryId)
      .execute();
  }
  // `body:100#7`, `config:100`: what is remembered of it by its id.
  await db
    .deleteFrom("kept")
    .where("installation_id", "=", installationId)
    .where((key) => key.or([key("key", "like", `%:${repositoryId}`), key("key", "like", `%:${repositoryId}#%`)]))
    .execute();
  await db
    .deleteFrom("repositories")
    .where("installation_id", "=", installationId)
    .where("id", "=", repositoryId)
    .execute();
}

function repositoryOf(row: { id: number; owner: string; name: string; visibility: string; archived: number }) {
  const { id, owner, name, visibility, archived } = row;
  return Repository.parse({ id, owner, name, visibility, archived: archived === 1 });
}
