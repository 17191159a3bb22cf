import { createHash } from "node:crypto";

import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Instant, IssueRef } from "../domain/ids.ts";
import { cutToFit } from "../render/cut.ts";
import { queryInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import { addressOf, statusOf } from "./address.ts";
import { again, findSettled, sendOrFind, settle } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";

/** Where our comment in a slot is, and a hash of what it says. */
const Known = z.object({ commentId: z.number(), hash: z.string() });
type Known = z.infer<typeof Known>;

const Comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});
type Comment = z.infer<typeof Comment>;
const Comments = z.array(Comment);

const SLOT = /<!-- postmortem:slot=(?<slot>[a-z0-9.-]+) /u;

/** GitHub takes 65,536 characters. */
const MOST_TEXT = 65_000;
/** What is left has to be enough for the words. */
const MOST_STATE = 45_000;

/**
 * One comment per slot and issue: created once, then edited, and left alone when it says so already.
 * When an earlier attempt may have created it unseen, our own comments are looked through first.
 */
export async function putComment(change: ChangeOf<"put-comment">, deps: ApplyDeps): Promise<void> {
  const text = textOf(change, deps);
  const known = await findOurs(change, deps);
  if (known === undefined) return create(change, { body: text }, deps);
  if (change.once || known.hash === hashOf(text)) return remember(change, known, deps);
  if (change.fresh === true) return renew(change, { text, known }, deps);
  const { owner, repo } = change.issue;
  try {
    const edit = {
      owner,
      repo,
      comment_id: known.commentId,
      body: text,
    };
    await again(() => deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", edit));
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    // A person deleted it; the next one takes its place.
    return create(change, { body: text }, deps);
  }
  return remember(change, { commentId: known.commentId, hash: hashOf(text) }, deps);
}

function textOf({ issue, slot, call, state }: ChangeOf<"put-comment">, deps: ApplyDeps): string {
  const whole = state === undefined ? "" : `\n${deps.slots.seal(state)}\n`;
  // Better a comment that cannot bring the store back than none at all.
  const sealed = whole.length > MOST_STATE ? "" : whole;
  const mark = deps.slots.mark(issue, slot);
  const words = cutToFit(deps.render(call), MOST_TEXT - mark.length - sealed.length);
  return `${mark}\n${words}${sealed}`;
}

/** `besides` is one of ours that is there already and is not meant. */
async function create(
  change: ChangeOf<"put-comment">,
  { body, besides }: { body: string; besides?: number },
  deps: ApplyDeps,
): Promise<void> {
  const wanted = { ...addressOf(change.issue), body };
  const made = await sendOrFind(
    async () => {
      const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      const { data: answer } = await deps.octokit.request(route, wanted);
      return { commentId: Comment.parse(answer).id, hash: hashOf(body) };
    },
    async () => {
      const found = (await inSlot(change, deps)).find(({ id }) => id !== besides);
      return found === undefined ? undefined : knownOf(found);
    },
    deps,
  );
  await remember(change, made, deps);
}

/** The new one first: should it end here, there are two for a moment, and never none. */
async function renew(
  change: ChangeOf<"put-comment">,
  { text, known }: { text: string; known: Known },
  deps: ApplyDeps,
): Promise<void> {
  await create(change, { body: text, besides: known.commentId }, deps);
  await remove(known.commentId, change, deps);
}

/** One that is gone already is let be: a copy of GitHub may still list it. */
async function remove(comment_id: number, { issue }: ChangeOf<"put-comment">, deps: ApplyDeps): Promise<void> {
  const { owner, repo } = issue;
  await deps.octokit
    .request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id })
    .catch((error: unknown) => {
      if (statusOf(error) !== 404) throw error;
    });
}

async function findOurs(change: ChangeOf<"put-comment">, deps: ApplyDeps): Promise<Known | undefined> {
  const look = async (): Promise<Known | undefined> => lookFor(change, deps);
  // The new one may be there unseen, or the old one still beside it: looking tells, and takes the old one away.
  if (change.fresh === true) {
    if (deps.delivery.attempt > 1) await settle(deps);
    return look();
  }
  return (await knownComment(change, deps)) ?? (deps.look ? await findSettled(look, deps) : undefined);
}

/**
 * Our comment in this slot, by author and signed marker, on all pages. Surplus ones of ours are removed: the newer ones,
 * but where the new takes the place of the old, the older ones.
 */
async function lookFor(change: ChangeOf<"put-comment">, deps: ApplyDeps): Promise<Known | undefined> {
  const ours = await inSlot(change, deps);
  const [first, ...surplus] = change.fresh === true ? ours.toReversed() : ours;
  for (const { id } of surplus) await remove(id, change, deps);
  return first === undefined ? undefined : knownOf(first);
}

/** Our comments in a slot, oldest first. */
async function inSlot({ issue, slot }: ChangeOf<"put-comment">, deps: ApplyDeps): Promise<Comment[]> {
  return (await ownComments(issue, deps)).filter(({ body }) => deps.slots.holds(body ?? "", issue, slot));
}

function knownOf({ id, body }: Comment): Known {
  return { commentId: id, hash: hashOf(body ?? "") };
}

/** Every comment of this app on an issue. */
export async function ownComments(issue: IssueRef, deps: Pick<ApplyDeps, "octokit" | "self">): Promise<Comment[]> {
  const found: Comment[] = [];
  for (let page = 1; ; page += 1) {
    const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...addressOf(issue),
      per_page: 100,
      page,
    });
    const comments = Comments.parse(answer);
    found.push(...comments.filter(({ user }) => user?.login === deps.self.login));
    if (comments.length < 100) return found;
  }
}

/** Takes note of where our comments on an issue are, of each slot the first; `sealedAt` where they were written. */
export async function rememberOurs(
  comments: readonly Comment[],
  issue: IssueRef,
  deps: KeepDeps & Pick<ApplyDeps, "slots"> & { readonly sealedAt: Pick<IssueRef, "repositoryId" | "number"> },
): Promise<void> {
  const found = new Map<string, Known>();
  for (const { id, body } of comments) {
    const slot = SLOT.exec(body ?? "")?.groups?.["slot"];
    if (slot === undefined || found.has(slot) || !deps.slots.holds(body ?? "", deps.sealedAt, slot)) continue;
    found.set(slot, knownOf({ id, body }));
  }
  for (const [slot, value] of found) await keepKnown({ issue, slot }, value, deps);
}

/** A person wrote over our status comment or deleted it: from now on we know that it does not say what we wrote. */
export async function noteTouched({ event, issue, actor }: Delivery, deps: KeepDeps): Promise<void> {
  if (issue === undefined || actor?.kind !== "person") return;
  if (event.kind !== "comment-edited" && event.kind !== "comment-deleted") return;
  const place = { issue, slot: "status" };
  const known = await knownComment(place, deps);
  if (known?.commentId !== event.commentId) return;
  const now = event.kind === "comment-edited" ? { ...known, hash: hashOf(event.body) } : undefined;
  await keepKnown(place, now, deps);
}

type Placed = Pick<ChangeOf<"put-comment">, "issue" | "slot">;

interface KeepDeps extends Pick<ApplyDeps, "database" | "installationId"> {
  readonly now: Instant;
}

async function knownComment(
  place: Placed,
  { database, installationId }: Pick<ApplyDeps, "database" | "installationId">,
): Promise<Known | undefined> {
  const value = await queryInstallation(database, installationId, (db) => kept(db, installationId, keyOf(place)));
  return value === undefined ? undefined : Known.parse(value);
}

async function remember(change: ChangeOf<"put-comment">, value: Known, deps: ApplyDeps): Promise<void> {
  const { database, installationId } = deps;
  await keepKnown(change, value, { database, installationId, now: deps.now() });
}

async function keepKnown(
  place: Placed,
  value: Known | undefined,
  { database, installationId, now }: KeepDeps,
): Promise<void> {
  await queryInstallation(database, installationId, (db) =>
    keep(db, installationId, { key: keyOf(place), value, now }),
  );
}

function keyOf({ issue, slot }: Placed): string {
  return `slot:${issue.repositoryId}#${issue.number}:${slot}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
