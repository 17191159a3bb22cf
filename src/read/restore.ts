import { ownComments, rememberOurs } from "../apply/comments.ts";
import type { Config } from "../domain/config.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Issue } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { wasTakenUp } from "../features/postmortem/adopt.ts";
import type { ReadDeps } from "./deps.ts";
import { ownLabel } from "./own-labels.ts";

interface Restoring {
  readonly delivery: Delivery;
  /** What is known of it from the place it was moved from. */
  readonly arrived: Postmortem | undefined;
  readonly deps: ReadDeps;
}

/**
 * A postmortem that the store does not know any more, or not yet here: its state is in our status comment. Where our
 * other comments stand is remembered with it, so that nothing is said a second time.
 */
export async function restore(issue: Issue, config: Config, restoring: Restoring): Promise<Postmortem | undefined> {
  const { delivery, arrived, deps } = restoring;
  const isOurs = wasTakenUp(issue, config) && (issue.labels.includes(config.label) || isExpected(delivery, config));
  if (arrived === undefined && !isOurs) return undefined;
  const comments = await ownComments(issue.ref, deps);
  const from = delivery.event.kind === "issue-opened" ? delivery.event.from : undefined;
  // The comments of an issue that was moved here are sealed for wherever it was.
  const sealed = comments
    .map(({ body }) => deps.slots.unseal(body ?? "", from === undefined ? issue.ref : undefined))
    .find((postmortem) => postmortem?.ref.installationId === issue.ref.installationId);
  const known = arrived ?? sealed;
  if (known === undefined) return undefined;
  await rememberOurs(comments, issue.ref, { ...deps, sealedAt: sealed?.ref ?? from ?? issue.ref });
  return { ...known, ref: issue.ref };
}

/** The label is off after a stop: only a start goes on from there. Taken off just now, it is a stop that was missed. */
function isExpected({ event }: Delivery, config: Config): boolean {
  if (event.kind === "issue-unlabelled") return ownLabel(event.label, config) === config.label;
  return event.kind === "comment-created" && /^[ ]{0,3}\/(?:postmortem|pm)[ \t]+start\b/imu.test(event.body);
}
