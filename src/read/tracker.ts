import { z } from "zod";

import { statusOf } from "../apply/address.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { ElsewhereFacts, IssueFacts } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { isTrackedBy, nameOf } from "../domain/preventive-action.ts";
import { RetryLater } from "../inbox/retry.ts";
import { slashCalls } from "../plan/slash.ts";
import type { ReadDeps } from "./deps.ts";

const State = z.object({ state: z.enum(["open", "closed"]), state_reason: z.string().nullish() });

/** A copy of GitHub may lag behind its own webhook: what differs from it is believed from this attempt on. */
const BELIEVED_FROM = 3;
const LOOK_AGAIN_MS = 2_000;

/** The tracking issue that changed, as it is now: what it was when its event was sent may be over. */
export async function readTracker(
  { event }: Delivery,
  postmortem: Postmortem | undefined,
  { attempt, deps }: { attempt: number; deps: ReadDeps },
): Promise<IssueFacts["tracker"]> {
  if (event.kind !== "sub-issue-changed" || event.change === "gone" || postmortem === undefined) return undefined;
  const { owner, repo, number } = event.child;
  const name = nameOf(event.child);
  if (!postmortem.actions.some(({ trackedBy, links = [] }) => trackedBy === name || links.includes(name)))
    return undefined;
  const found = await stateOf({ owner, repo, number }, deps);
  const told = event.change === "closed" ? "closed" : "open";
  const isTold = event.change === "closed" || event.change === "reopened";
  if (found !== undefined && isTold && found.state !== told && attempt < BELIEVED_FROM)
    throw new RetryLater(`${name} does not show its own event yet`, { retryAfterMs: LOOK_AGAIN_MS });
  return found && { name, ...found };
}

/** The postmortem with the issue that tracks its action where it is now, by the name it has now; without one that is gone. */
export function withTrackerNow<Known extends Postmortem | undefined>(postmortem: Known, { event }: Delivery): Known {
  if (event.kind !== "sub-issue-changed" || postmortem === undefined) return postmortem;
  const { child, from = child, change } = event;
  const actions = postmortem.actions.map((action) => {
    if (!isTrackedBy(action, from)) return action;
    const { trackedBy: _, trackedIn: __, ...untracked } = action;
    return change === "gone" ? untracked : { ...untracked, trackedBy: nameOf(child), trackedIn: child.repositoryId };
  });
  return { ...postmortem, actions };
}

async function stateOf(
  { owner, repo, number }: { owner: string; repo: string; number: number },
  deps: ReadDeps,
): Promise<Omit<NonNullable<IssueFacts["tracker"]>, "name"> | undefined> {
  try {
    const place = { owner, repo, issue_number: number };
    const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", place);
    const { state, state_reason: stateReason } = State.parse(answer);
    return { state, ...(stateReason ? { stateReason } : {}) };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 403 || status === 410 || status === 451) return undefined;
    throw error;
  }
}

const Home = z.object({
  id: z.number(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  visibility: z.enum(["public", "internal", "private"]).optional(),
  private: z.boolean(),
  archived: z.boolean().default(false),
});

/** More places than this in one comment are not asked for. */
const MOST_PLACES = 5;

/** Repositories that the comment's `track` commands name, with the role that its author has there. */
export async function readElsewhere(delivery: Delivery, deps: ReadDeps): Promise<IssueFacts["elsewhere"]> {
  const { event, actor } = delivery;
  if (event.kind !== "comment-created" || actor?.kind !== "person") return undefined;
  const named = slashCalls(event.body, event.commentId)
    .filter(({ name }) => name === "track")
    .flatMap(({ words }) => words.slice(1, 2))
    .filter((word) => /^[\w.-]+\/[\w.-]+$/u.test(word));
  const found = new Map<string, ElsewhereFacts>();
  for (const place of [...new Set(named)].slice(0, MOST_PLACES)) {
    const there = await homeOf(place, deps);
    if (there === undefined) continue;
    const { installationId } = deps;
    const role = await deps.role(deps.octokit, { ...there, installationId }, actor);
    found.set(place.toLowerCase(), { ...there, role });
  }
  return found.size === 0 ? undefined : found;
}

/** A repository as GitHub shows it to the app; undefined when it does not. */
export async function homeOf(
  place: string,
  deps: ReadDeps,
): Promise<(Pick<ElsewhereFacts, "id" | "owner" | "repo" | "visibility"> & { archived: boolean }) | undefined> {
  const [owner = "", repo = ""] = place.split("/");
  try {
    const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
    const home = Home.parse(answer);
    const visibility = home.visibility ?? (home.private ? "private" : "public");
    return { id: home.id, owner: home.owner.login, repo: home.name, visibility, archived: home.archived };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 403 || status === 451 || status === 301) return undefined;
    throw error;
  }
}
