import type { Octokit } from "../github/octokit.ts";
import { z } from "zod";

import { addressOf, statusOf } from "../apply/address.ts";
import { defined } from "../domain/defined.ts";
import type { Issue } from "../domain/facts.ts";
import type { IssueRef } from "../domain/ids.ts";
import { PermanentFailure } from "../domain/refusal.ts";

const User = z.object({ login: z.string() }).nullish();

const Answer = z.object({
  number: z.number().optional(),
  title: z.string(),
  body: z.string().nullish(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  assignees: z.array(z.object({ login: z.string() })).nullish(),
  user: User,
  state: z.enum(["open", "closed"]),
  state_reason: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  closed_at: z.string().nullish(),
  html_url: z.string(),
  pull_request: z.unknown().optional(),
  sub_issues_summary: z.object({ total: z.number() }).nullish(),
});

/** A copy of GitHub may lag behind its own webhook: 404 is believed from this attempt on. */
const BELIEVED_FROM = 3;

/** The issue as it is now. Throws a PermanentFailure when it is gone. */
export async function readIssue(octokit: Octokit, ref: IssueRef, attempt: number): Promise<Issue> {
  try {
    const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", addressOf(ref));
    const { number } = Answer.parse(answer);
    // The old address of a transferred issue leads on to the new one, which is not ours to write to.
    if (number !== undefined && number !== ref.number)
      throw new PermanentFailure(`issue ${ref.owner}/${ref.repo}#${ref.number} was transferred`);
    return issueOf(ref, answer);
  } catch (error) {
    const status = statusOf(error);
    const isGone = status === 410 || status === 451 || status === 301 || (status === 404 && attempt >= BELIEVED_FROM);
    if (isGone)
      throw new PermanentFailure(`issue ${ref.owner}/${ref.repo}#${ref.number} is gone (${status})`, { cause: error });
    throw error;
  }
}

/** An issue as GitHub's API shows it, in our words. */
export function issueOf(ref: IssueRef, answer: unknown): Issue {
  const issue = Answer.parse(answer);
  if (issue.pull_request !== undefined)
    throw new PermanentFailure(`${ref.owner}/${ref.repo}#${ref.number} is a pull request`);
  return {
    ref,
    title: issue.title,
    body: issue.body ?? "",
    labels: issue.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
    assignees: (issue.assignees ?? []).map(({ login }) => login),
    author: issue.user?.login ?? "ghost",
    state: issue.state,
    createdAt: issue.created_at,
    url: issue.html_url,
    ...defined({ stateReason: issue.state_reason ?? undefined, closedAt: issue.closed_at ?? undefined }),
    ...defined({ updatedAt: issue.updated_at ?? undefined, subIssues: issue.sub_issues_summary?.total }),
  };
}
