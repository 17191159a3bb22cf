import { type Config, DEFAULT_CONFIG } from "../domain/config.ts";
import type { Delivery } from "../domain/delivery.ts";
import { BLOCK_BEGIN } from "../domain/postmortem.ts";
import { ownLabel, withOwnLabels } from "./own-labels.ts";

/**
 * Could this concern an issue that is not a postmortem yet, or not any more in our books? Told by the webhook alone: for
 * most issues nothing is asked.
 */
export function mayConcern(delivery: Delivery): boolean {
  const { event, actor } = delivery;
  if (actor?.kind === "self") return false;
  switch (event.kind) {
    case "issue-opened":
      return event.labels.length > 0;
    // Of comments only our own are told: a tick there is kept, also when the store was lost.
    case "comment-edited":
    case "comment-deleted":
    case "issue-labelled":
    case "reconcile-due":
    case "refresh-due":
      return true;
    case "comment-created":
      return actor?.kind === "person" && /^[ ]{0,3}\/(?:postmortem|pm)\b/imu.test(event.body);
    case "issue-edited":
      return event.bodyAfter.includes(BLOCK_BEGIN);
    case "issue-closed":
    case "issue-reopened":
    case "issue-unlabelled":
    case "issue-assigned":
    case "issue-unassigned":
      return showsOurs(delivery);
    default:
      return false;
  }
}

/** Does it concern the label that starts postmortems here? */
export function concernsLabel(delivery: Delivery, config: Config): boolean {
  const event = withOwnLabels(delivery.event, config);
  if (event.kind === "issue-labelled") return event.label === config.label;
  if (event.kind === "issue-opened") return event.labels.includes(config.label);
  if (event.kind === "issue-unlabelled" && event.label === config.label) return true;
  const { shows } = delivery;
  return shows === undefined || shows.labels.some((label) => ownLabel(label, config) === config.label);
}

/** Our block in the text, or the label that is usual: how it is called here is not known without asking. */
function showsOurs({ event, shows }: Delivery): boolean {
  const labels = [...(shows?.labels ?? []), ...(event.kind === "issue-unlabelled" ? [event.label] : [])];
  return shows?.block === true || labels.some((label) => label.toLowerCase() === DEFAULT_CONFIG.label);
}
