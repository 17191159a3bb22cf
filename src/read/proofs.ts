import { z } from "zod";

import { statusOf } from "../apply/address.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { EventKind } from "../domain/event.ts";
import type { Issue, IssueFacts, Repository, Visibility } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { linkNames } from "../features/preventive-actions/link-name.ts";
import { parsedBody } from "../features/preventive-actions/track.ts";
import type { ReadDeps } from "./deps.ts";
import { homeOf } from "./tracker.ts";

/** Lookups of one reading; the others follow at the next. */
const MOST_LOOKUPS = 10;

const WHEN = new Set<EventKind>(["refresh-due", "reconcile-due", "merge-told"]);

const Answer = z.object({
  state: z.enum(["open", "closed"]),
  state_reason: z.string().nullish(),
  pull_request: z.object({ merged_at: z.string().nullish() }).nullish(),
});

interface Seen {
  readonly issue: Issue;
  readonly repository: Repository;
  readonly postmortem: Postmortem | undefined;
  readonly deps: ReadDeps;
}

/**
 * Which links in the lines of ticked actions show a delivery: merged pull requests, issues closed as completed. Looked up
 * when the status comment is brought up to date; what was found is kept as the action's evidence and not asked for again.
 * Nothing is told of a repository that fewer people can read than this one.
 */
export async function readProofs({ event }: Pick<Delivery, "event">, seen: Seen): Promise<IssueFacts["proofs"]> {
  const { repository, postmortem, deps } = seen;
  if (postmortem === undefined || !WHEN.has(event.kind)) return undefined;
  const proofs: string[] = [];
  for (const name of linksToAskFor(seen, postmortem)) if (await look(name, repository, deps)) proofs.push(name);
  return proofs.length === 0 ? undefined : proofs;
}

function linksToAskFor({ issue }: Seen, { actions }: Postmortem): string[] {
  const shown = new Set(actions.filter(({ evidence }) => evidence !== undefined).map(({ key }) => key));
  const names = parsedBody(issue.body)
    .filter(({ status, key }) => status === "done" && !shown.has(key))
    .flatMap(({ links }) => linkNames(links, issue));
  return [...new Set(names)].slice(0, MOST_LOOKUPS);
}

const RANK: Readonly<Record<Visibility, number>> = { public: 0, internal: 1, private: 2 };

async function look(name: string, here: Repository, deps: ReadDeps): Promise<boolean> {
  const [place = "", number = ""] = name.split("#");
  if (place.toLowerCase() !== `${here.owner}/${here.name}`.toLowerCase()) {
    const there = await homeOf(place, deps);
    if (there === undefined || RANK[there.visibility] > RANK[here.visibility]) return false;
  }
  const [owner = "", repo = ""] = place.split("/");
  return isDelivered({ owner, repo, issue_number: Number(number) }, deps);
}

async function isDelivered(
  place: { owner: string; repo: string; issue_number: number },
  deps: ReadDeps,
): Promise<boolean> {
  try {
    const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", place);
    const { state, state_reason: reason, pull_request: pull } = Answer.parse(answer);
    if (pull) return Boolean(pull.merged_at);
    return state === "closed" && reason !== "not_planned" && reason !== "duplicate";
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 403 || status === 410 || status === 451 || status === 301) return false;
    throw error;
  }
}
