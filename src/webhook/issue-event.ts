import { defined } from "../domain/defined.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Event } from "../domain/event.ts";
import { BLOCK_BEGIN } from "../domain/postmortem.ts";
import { IssueComment, Issues, type Repository, SubIssues } from "./payloads.ts";

/** An event of one issue, and the number of that issue. */
export interface IssueEvent {
  readonly event: Event;
  readonly number: number;
  readonly shows?: Delivery["shows"];
  readonly asOf?: Delivery["asOf"];
}

/** `issues`: undefined when the action is nothing to us, or the issue is a pull request. */
export function issueEvent(action: string, payload: unknown): IssueEvent | undefined {
  const parsed = Issues.safeParse(payload);
  if (!parsed.success || isPullRequest(parsed.data.issue)) return undefined;
  const event = eventOf(action, parsed.data);
  const { number, labels, body } = parsed.data.issue;
  return event && { event, number, shows: { labels, block: body.includes(BLOCK_BEGIN) }, ...asOf(parsed.data.issue) };
}

/** `issue_comment`. An edit counts only in a comment of ours: that is how a box gets ticked. */
export function commentEvent(action: string, payload: unknown, isOurs: IsOurs): IssueEvent | undefined {
  const parsed = IssueComment.safeParse(payload);
  if (!parsed.success || isPullRequest(parsed.data.issue)) return undefined;
  const { comment, issue, changes } = parsed.data;
  const { id: commentId, body } = comment;
  const ofIssue = { number: issue.number, ...asOf(issue) };
  const at = comment.created_at ?? undefined;
  if (action === "created")
    return { event: { kind: "comment-created", commentId, body, ...defined({ at }) }, ...ofIssue };
  if (!isOurs(comment)) return undefined;
  if (action === "deleted") return { event: { kind: "comment-deleted", commentId }, ...ofIssue };
  const bodyBefore = changes?.body?.from ?? body;
  if (action !== "edited" || bodyBefore === body) return undefined;
  return { event: { kind: "comment-edited", commentId, body, bodyBefore }, ...ofIssue };
}

export type IsOurs = (comment: IssueComment["comment"]) => boolean;

/**
 * `sub_issues`: GitHub tells it twice, once from each end. We listen at the parent's end,
 * whose repository is the webhook's.
 */
export function subIssueEvent(action: string, payload: unknown, parent: Repository): IssueEvent | undefined {
  const change = action === "sub_issue_added" ? "added" : "removed";
  if (action !== `sub_issue_${change}`) return undefined;
  const parsed = SubIssues.safeParse(payload);
  if (!parsed.success) return undefined;
  const { parent_issue: issue, sub_issue: child, sub_issue_repo: home } = parsed.data;
  const { id: repositoryId, owner, repo } = home ?? parent;
  return {
    event: { kind: "sub-issue-changed", child: { repositoryId, owner, repo, number: child.number }, change },
    number: issue.number,
    ...asOf(issue),
  };
}

function asOf({ updated_at }: { readonly updated_at?: string | null | undefined }): Pick<IssueEvent, "asOf"> {
  return defined({ asOf: updated_at ?? undefined });
}

function isPullRequest(issue: { readonly pull_request?: unknown }): boolean {
  return issue.pull_request !== undefined && issue.pull_request !== null;
}

function eventOf(action: string, issues: Issues): Event | undefined {
  const { issue, changes } = issues;
  switch (action) {
    case "opened":
      return {
        kind: "issue-opened",
        labels: issue.labels,
        ...defined({ from: placeOf(changes?.old_issue, changes?.old_repository) }),
      };
    case "edited":
      return edited(issue.body, changes);
    case "closed":
    case "reopened":
      return stateChanged(action, issue);
    case "deleted":
      return { kind: "issue-deleted" };
    case "transferred":
      return transferred(changes);
    default:
      return marked(action, issues);
  }
}

/** A label or a person was put on an issue or taken off. */
function marked(action: string, { label, assignee }: Issues): Event | undefined {
  if (action === "labeled" && label) return { kind: "issue-labelled", label: label.name };
  if (action === "unlabeled" && label) return { kind: "issue-unlabelled", label: label.name };
  if (action === "assigned" && assignee) return { kind: "issue-assigned", login: assignee.login };
  if (action === "unassigned" && assignee) return { kind: "issue-unassigned", login: assignee.login };
  return undefined;
}

/** Title and body count; the body before is kept only when it was the body that changed. */
function edited(bodyAfter: string, changes: Issues["changes"]): Event | undefined {
  const bodyBefore = changes?.body ? (changes.body.from ?? "") : undefined;
  if (bodyBefore !== undefined && bodyBefore !== bodyAfter) return { kind: "issue-edited", bodyBefore, bodyAfter };
  return changes?.title ? { kind: "issue-edited", bodyAfter } : undefined;
}

function stateChanged(action: "closed" | "reopened", issue: Issues["issue"]): Event | undefined {
  if (action === "reopened") return { kind: "issue-reopened" };
  const { state_reason: stateReason, closed_at: at } = issue;
  return { kind: "issue-closed", at: at ?? issue.updated_at ?? "", ...(stateReason ? { stateReason } : {}) };
}

function transferred(changes: Issues["changes"]): Event {
  return { kind: "issue-transferred", ...defined({ to: placeOf(changes?.new_issue, changes?.new_repository) }) };
}

/** The other end of a transfer. */
function placeOf(
  issue: { readonly number: number } | null | undefined,
  home: Repository | null | undefined,
): { repositoryId: number; owner: string; repo: string; number: number } | undefined {
  if (!issue || !home) return undefined;
  return { repositoryId: home.id, owner: home.owner, repo: home.repo, number: issue.number };
}
