import { ownComments, rememberOurs } from "../apply/comments.ts";
import type { Config } from "../domain/config.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Issue } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { wasTakenUp } from "../features/postmortem/adopt.ts";
import type { ReadDeps } from "./deps.ts";

/**
 * A postmortem that the store does not know any more: its state is in our status comment. Where our other comments
 * stand is remembered with it, so that nothing is said a second time.
 */
export async function restore(
  issue: Issue,
  config: Config,
  { delivery, deps }: { delivery: Delivery; deps: ReadDeps },
): Promise<Postmortem | undefined> {
  if (!wasTakenUp(issue, config) || !(issue.labels.includes(config.label) || asksToStart(delivery))) return undefined;
  const comments = await ownComments(issue.ref, deps);
  for (const { body } of comments) {
    const postmortem = deps.slots.unseal(body ?? "", issue.ref);
    if (postmortem === undefined) continue;
    await rememberOurs(comments, issue.ref, deps);
    return { ...postmortem, ref: issue.ref };
  }
  return undefined;
}

/** The label is off after a stop: only a start goes on from there. */
function asksToStart({ event }: Delivery): boolean {
  return event.kind === "comment-created" && /^[ ]{0,3}\/(?:postmortem|pm)[ \t]+start\b/imu.test(event.body);
}
