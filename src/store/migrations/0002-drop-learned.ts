import type { Kysely } from "kysely";

/** What people confirmed is read from GitHub's issues each time; nothing ever read it from a table of its own. */
export const dropLearned = {
  up: async (db: Kysely<unknown>): Promise<void> => db.schema.dropTable("learned").execute(),
};
