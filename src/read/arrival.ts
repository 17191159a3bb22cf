import type { Delivery } from "../domain/delivery.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { arrivalOf, isArrival } from "../domain/transfer.ts";
import { accept } from "../inbox/inbox.ts";
import { type Database, queryInstallation } from "../store/database.ts";
import { findPostmortem } from "../store/postmortems.ts";

/** The postmortem of an issue that was moved here from another repository, under its new address. */
export async function readArrival({ event, issue }: Delivery, database: Database): Promise<Postmortem | undefined> {
  if (event.kind !== "issue-opened" || event.from === undefined || issue === undefined) return undefined;
  const { installationId } = issue;
  const before = { ...event.from, installationId };
  const known =
    event.postmortem ?? (await queryInstallation(database, installationId, (db) => findPostmortem(db, before)));
  return known && { ...known, ref: issue };
}

/**
 * The news from the new place says which issue it was, not what was known of it. Where the store does not know either,
 * the news from the old place may have been first, and waits behind this with what it took along: then that counts.
 */
export async function isPassedOn(delivery: Delivery, database: Database): Promise<boolean> {
  const { event, issue, actor, receivedAt } = delivery;
  if (event.kind !== "issue-opened" || event.from === undefined || issue === undefined) return false;
  if (isArrival(delivery) || (await readArrival(delivery, database)) !== undefined) return false;
  const { installationId } = issue;
  await accept(database, arrivalOf(issue, event.from, { installationId, receivedAt, actor, labels: event.labels }));
  return true;
}
