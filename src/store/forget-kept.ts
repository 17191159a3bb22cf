import type { Kysely } from "kysely";

import type { InstallationId, Instant, IssueRef } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";

const DAY_MS = 86_400_000;

/**
 * How many days small things are of use after they were last noted, by the form of their key. What is not here stays
 * with its issue or repository: where our comments are, which issue tracks an action, the last good configuration.
 */
const DAYS = {
  "read:%": 1,
  "breaker:%": 2,
  "planned:%": 1,
  // As long as deliveries are kept: an edit of the text may be told so late.
  "body:%": 7,
  "labels:%": 7,
  // Answers to one comment, notices and digests of one day or week: not asked for again after so long.
  "slot:%:%.%": 60,
  "notified:%": 60,
  "issue:%": 60,
} as const;

/** Removes what is of no use any more, of all tenants. Returns how many rows. */
export async function sweepKept(database: Database, now: Instant): Promise<number> {
  const { numDeletedRows } = await database.across
    .deleteFrom("kept")
    .where(({ eb }) =>
      eb.or(
        Object.entries(DAYS).map(([form, days]) =>
          eb("key", "like", form).and("at", "<", new Date(Date.parse(now) - days * DAY_MS).toISOString()),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Removes what was noted about an issue that is gone. */
export async function forgetIssueKept(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { repositoryId, number }: Pick<IssueRef, "repositoryId" | "number">,
): Promise<void> {
  const place = `${repositoryId}#${number}`;
  await db
    .deleteFrom("kept")
    .where("installation_id", "=", installationId)
    .where(({ eb }) => eb.or([eb("key", "like", `%:${place}`), eb("key", "like", `%:${place}:%`)]))
    .execute();
}
