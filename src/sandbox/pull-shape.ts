import { stamp } from "./clock.ts";
import type { Issue, World } from "./model.ts";
import { issueShape, personShape, repositoryShape, userShape, type Shape } from "./shapes.ts";
import { accountById, fullNameOf, repositoryOf } from "./world.ts";

/** A pull request as lists give it; `GET` and webhooks add `pullDetails`. */
export function pullShape(world: World, issue: Issue): Shape {
  const { pull } = issue;
  if (pull === null) return {};
  const repository = repositoryOf(world, issue);
  const fullName = fullNameOf(world, repository);
  const url = `${world.base}/repos/${fullName}/pulls/${issue.number}`;
  const html = `${world.base}/${fullName}/pull/${issue.number}`;
  const asIssue = issueShape(world, issue);
  const statuses = `${world.base}/repos/${fullName}/statuses/${pull.headSha}`;
  const links = {
    self: url,
    html,
    issue: String(asIssue["url"]),
    comments: `${String(asIssue["url"])}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${world.base}/repos/${fullName}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses,
  };
  const side = (ref: string, sha: string): Shape => ({
    label: `${accountById(world, repository.ownerId).login}:${ref}`,
    ref,
    sha,
    user: userShape(world, accountById(world, repository.ownerId)),
    repo: repositoryShape(world, repository),
  });
  return {
    url,
    id: issue.id,
    node_id: asIssue["node_id"],
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: asIssue["user"],
    body: issue.body,
    labels: asIssue["labels"],
    milestone: null,
    active_lock_reason: issue.lockReason,
    created_at: asIssue["created_at"],
    updated_at: asIssue["updated_at"],
    closed_at: asIssue["closed_at"],
    merged_at: pull.mergedAt === null ? null : stamp(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha,
    assignee: asIssue["assignee"],
    assignees: asIssue["assignees"],
    requested_reviewers: [],
    requested_teams: [],
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: statuses,
    head: side(pull.headRef, pull.headSha),
    base: side(pull.baseRef, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: asIssue["author_association"],
    auto_merge: null,
  };
}

export function fullPullShape(world: World, issue: Issue): Shape {
  const { pull } = issue;
  if (pull === null) return {};
  return {
    ...pullShape(world, issue),
    merged: pull.merged,
    mergeable: pull.merged ? null : true,
    rebaseable: pull.merged ? null : true,
    mergeable_state: pull.merged ? "unknown" : "clean",
    merged_by: personShape(world, pull.mergedById),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: pull.files.length,
    deletions: 0,
    changed_files: pull.files.length,
  };
}
