import type { Change } from "../domain/change.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { EventKind } from "../domain/event.ts";
import type { Issue } from "../domain/facts.ts";
import type { IssueRef } from "../domain/ids.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { findLastPlan } from "../store/last-plan.ts";
import type { ReadDeps } from "./deps.ts";

/** After so long the issue is looked at. */
const GOOD_FOR_MS = 120_000;

const CLICKS = new Set<EventKind>(["comment-edited"]);
/** What a click may lead to without a look at the issue: nothing that is written on GitHub. */
const WITHOUT_A_LOOK = new Set<Change["kind"]>(["save-postmortem", "refresh-later"]);

interface Reading {
  readonly delivery: Pick<Delivery, "event">;
  readonly stored: Postmortem | undefined;
  readonly deps: Pick<ReadDeps, "database" | "now" | "mustLook">;
}

/**
 * The issue as the last plan left it, which is enough to keep a click; undefined when GitHub is to be asked. Whatever
 * happened to the issue since then has a webhook of its own, and the look before the status comment is written comes soon.
 */
export async function leftIssue(ref: IssueRef, { delivery, stored, deps }: Reading): Promise<Issue | undefined> {
  if (deps.mustLook === true || !CLICKS.has(delivery.event.kind)) return undefined;
  if (stored === undefined || stored.starting) return undefined;
  const last = await findLastPlan(deps.database, ref);
  if (last === undefined || Date.parse(deps.now) - Date.parse(last.at) > GOOD_FOR_MS) return undefined;
  // The repository was renamed meanwhile.
  if (last.left.url !== stored.url) return undefined;
  return { ref, ...last.left };
}

/** Was this planned without a look, and is more than that? Then it is to be planned again with one. */
export function needsLook(
  { event }: Pick<Delivery, "event">,
  changes: readonly Change[],
  { mustLook }: Pick<ReadDeps, "mustLook">,
): boolean {
  return mustLook !== true && CLICKS.has(event.kind) && changes.some(({ kind }) => !WITHOUT_A_LOOK.has(kind));
}
