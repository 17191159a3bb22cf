import { setTimeout as sleep } from "node:timers/promises";

import { SETTLES_AFTER_MS } from "../apply/again.ts";
import { wasBase, type Written } from "../apply/written.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Issue } from "../domain/facts.ts";
import type { Instant, IssueRef } from "../domain/ids.ts";
import { RetryLater } from "../inbox/retry.ts";
import { readIssue } from "./issue.ts";
import type { ReadDeps } from "./deps.ts";

/** A copy of GitHub lags by two seconds, now and then: together a little more. */
const PAUSES_MS = [200, 400, 800, 1_200];
const LOOK_AGAIN_MS = 2_000;
/** What is older than the event is believed from this attempt on: no lag lasts that long. */
const BELIEVED_FROM = 3;
/** After so long a copy shows what we wrote, and what differs is what others did since. */
const SHOWN_AFTER_MS = 30_000;

interface Reading {
  readonly delivery: Pick<Delivery, "id" | "asOf">;
  readonly attempt: number;
  readonly written: Written;
  readonly deps: Pick<ReadDeps, "octokit" | "now">;
}

/**
 * The issue, not older than the event and than our own last writes: planned from an older copy, a write of ours would
 * undo what people or we ourselves wrote a moment ago. Looks again while a copy lags.
 * @throws RetryLater when it lags for longer; later attempts believe it.
 */
export async function readCurrentIssue(ref: IssueRef, reading: Reading): Promise<Issue> {
  const { attempt, delivery, written, deps } = reading;
  for (const pause of PAUSES_MS) {
    const issue = await readIssue(deps.octokit, ref, attempt);
    const isWaitedFor = isOlder(issue, delivery) || lacksLabels(issue, written, deps.now);
    if (!isWaitedFor && !lacksBody(issue, written, deps.now)) return issue;
    const isUnsent = !isWaitedFor && mayBeUnsent(reading);
    await sleep(isUnsent ? SETTLES_AFTER_MS : pause);
    if (isUnsent) break;
  }
  const issue = await readIssue(deps.octokit, ref, attempt);
  if (attempt < BELIEVED_FROM && isOlder(issue, delivery))
    throw new RetryLater(`${ref.owner}/${ref.repo}#${ref.number} does not show its own event yet`, {
      retryAfterMs: LOOK_AGAIN_MS,
    });
  return issue;
}

/**
 * What an earlier attempt of the same delivery was about to write may never have been sent. One look once every copy
 * would show it tells, instead of several on the way there.
 */
function mayBeUnsent({ attempt, delivery, written: { body } }: Reading): boolean {
  return attempt > 1 && body?.delivery === delivery.id;
}

function isOlder({ updatedAt }: Issue, { asOf }: Pick<Delivery, "asOf">): boolean {
  return updatedAt !== undefined && asOf !== undefined && Date.parse(updatedAt) < Date.parse(asOf);
}

/** Does it lack what we have just written? Or somebody took it back at once, which a second look cannot tell either. */
function lacksBody(issue: Issue, { body }: Written, now: Instant): boolean {
  return body !== undefined && isRecent(body.at, now) && issue.body !== body.wrote && wasBase(body, issue.body);
}

function lacksLabels(issue: Issue, { labels }: Written, now: Instant): boolean {
  if (labels === undefined || !isRecent(labels.at, now)) return false;
  const there = new Set(issue.labels.map((label) => label.toLowerCase()));
  return (
    labels.add.some((label) => !there.has(label.toLowerCase())) ||
    labels.remove.some((label) => there.has(label.toLowerCase()))
  );
}

function isRecent(at: Instant | undefined, now: Instant): boolean {
  return at !== undefined && Math.abs(Date.parse(now) - Date.parse(at)) < SHOWN_AFTER_MS;
}
