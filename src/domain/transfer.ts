import type { Actor } from "./actor.ts";
import { Delivery } from "./delivery.ts";
import { DeliveryId, issueLane, type InstallationId, type IssueRef } from "./ids.ts";
import type { Postmortem } from "./postmortem.ts";

type Place = Omit<IssueRef, "installationId">;

/**
 * GitHub tells of a transfer at both ends, in any order. Each end leads to this one delivery at the new place; the end
 * that knows the postmortem sends it along, so that nothing is lost that its comment does not hold yet.
 */
export function arrivalOf(
  to: Place,
  from: Place,
  told: {
    readonly installationId: InstallationId;
    readonly receivedAt: string;
    readonly labels: readonly string[];
    readonly actor?: Actor | undefined;
    readonly postmortem?: Postmortem;
  },
): Delivery {
  const { installationId, receivedAt, actor, labels, postmortem } = told;
  const { repositoryId, owner, repo, number } = to;
  return Delivery.parse({
    id: DeliveryId.parse(`arrived:${repositoryId}#${number}`),
    installationId,
    lane: issueLane(repositoryId, number),
    event: { kind: "issue-opened", labels, from, postmortem },
    actor,
    issue: { installationId, repositoryId, owner, repo, number },
    repository: { id: repositoryId, owner, repo },
    receivedAt,
  });
}

/** Has this been sent by ourselves, with all that was known at the old place? */
export function isArrival({ id }: Pick<Delivery, "id">): boolean {
  return id.startsWith("arrived:");
}
