import { Delivery } from "./domain/delivery.ts";
import { issueLane } from "./domain/ids.ts";
import { accept } from "./inbox/inbox.ts";
import { type Database, withInstallation } from "./store/database.ts";
import { postmortemsTrackedBy } from "./store/postmortems.ts";

/**
 * An issue was closed or reopened that may track a preventive action: each postmortem that has it so gets a delivery in
 * its own lane. The id is made from the event's, so that an event that comes again tells nothing twice.
 */
export async function tellTrackers(delivery: Delivery, database: Database): Promise<void> {
  const { event, issue, installationId } = delivery;
  if (issue === undefined || (event.kind !== "issue-closed" && event.kind !== "issue-reopened")) return;
  const name = `${issue.owner}/${issue.repo}#${issue.number}`;
  const tracking = await withInstallation(database, installationId, (db) =>
    postmortemsTrackedBy(db, installationId, name),
  );
  for (const { ref } of tracking) {
    const place = `${ref.repositoryId}#${ref.number}`;
    const stateReason = event.kind === "issue-closed" ? event.stateReason : undefined;
    const told = Delivery.parse({
      id: `tracked:${delivery.id.slice(0, 150)}:${place}`,
      installationId,
      lane: issueLane(ref.repositoryId, ref.number),
      event: {
        kind: "sub-issue-changed",
        child: { repositoryId: issue.repositoryId, owner: issue.owner, repo: issue.repo, number: issue.number },
        change: event.kind === "issue-closed" ? "closed" : "reopened",
        ...(stateReason === undefined ? {} : { stateReason }),
      },
      actor: delivery.actor,
      issue: ref,
      receivedAt: delivery.receivedAt,
    });
    await accept(database, told);
  }
}
