import { ApiError, forbidden, missing, notFound } from "../api-error.ts";
import { canBeAssigned, mayAs, requireUnlocked, type Need } from "../access.ts";
import {
  accountOf,
  created,
  doerOf,
  isRecord,
  namesOf,
  noContent,
  ok,
  page,
  paged,
  textOf,
  type Answer,
  type Exchange,
  type Route,
} from "../exchange.ts";
import {
  addComment,
  addLabels,
  addSubIssue,
  assign,
  createIssue,
  createLabel,
  deleteComment,
  deleteLabel,
  editComment,
  editIssue,
  editLabel,
  react,
  removeLabel,
  removeSubIssue,
  setAssignees,
  setLabels,
  setLock,
  setState,
  timelineOf,
  unassign,
} from "../issue-actions.ts";
import type { Comment, Issue, Label, Reaction, World } from "../model.ts";
import { commentShape, fullIssueShape, issueShape, labelShape, labelsOf, reactionShape, userShape } from "../shapes.ts";
import { accountNamed, issueById, readLag, stateBefore } from "../world.ts";

/** GitHub lets either permission do where pull requests have the same thing, and only the first where they do not. */
const ISSUES_READ: Need[] = [{ permission: "issues", level: "read" }];
const ISSUES_WRITE: Need[] = [{ permission: "issues", level: "write" }];
const READ: Need[] = [...ISSUES_READ, { permission: "pull_requests", level: "read" }];
const WRITE: Need[] = [...ISSUES_WRITE, { permission: "pull_requests", level: "write" }];
const REPO = "/repos/:owner/:repo";
const ISSUE = `${REPO}/issues/:issue_number`;
const COMMENT = `${REPO}/issues/comments/:comment_id`;

/** Issues and all that hangs on them. */
export function issueRoutes(world: World): Route[] {
  const label = (held: Label): unknown => labelShape(world, held);
  return [
    { id: "issues/list-for-repo", method: "GET", path: `${REPO}/issues`, needs: ISSUES_READ, handle: listIssues },
    { id: "issues/create", method: "POST", path: `${REPO}/issues`, needs: ISSUES_WRITE, handle: postIssue },
    // Before the numbered routes, as both match the same paths.
    {
      id: "issues/list-comments-for-repo",
      method: "GET",
      path: `${REPO}/issues/comments`,
      needs: READ,
      handle: listRepositoryComments,
    },
    {
      id: "issues/get-comment",
      method: "GET",
      path: COMMENT,
      needs: READ,
      handle: (exchange) => ok(commentShape(world, readComment(exchange))),
    },
    { id: "issues/update-comment", method: "PATCH", path: COMMENT, needs: WRITE, handle: patchComment },
    {
      id: "issues/delete-comment",
      method: "DELETE",
      path: COMMENT,
      needs: WRITE,
      handle: (exchange) => {
        const comment = ownComment(exchange);
        deleteComment(doerOf(exchange), comment);
        return noContent();
      },
    },
    ...reactionRoutes(world, { of: "issue-comment", at: COMMENT, target: commentOf }),
    {
      id: "issues/get",
      method: "GET",
      path: ISSUE,
      needs: ISSUES_READ,
      handle: (exchange) => ok(fullIssueShape(world, readIssue(exchange))),
    },
    { id: "issues/update", method: "PATCH", path: ISSUE, needs: WRITE, handle: patchIssue },
    {
      id: "issues/lock",
      method: "PUT",
      path: `${ISSUE}/lock`,
      needs: WRITE,
      handle: (exchange) => {
        const issue = triagedIssue(exchange, "write");
        const reason = textOf(exchange.body["lock_reason"]);
        setLock(doerOf(exchange), issue, reason === undefined ? { locked: true } : { locked: true, reason });
        return noContent();
      },
    },
    {
      id: "issues/unlock",
      method: "DELETE",
      path: `${ISSUE}/lock`,
      needs: WRITE,
      handle: (exchange) => {
        setLock(doerOf(exchange), triagedIssue(exchange, "write"), { locked: false });
        return noContent();
      },
    },
    { id: "issues/list-comments", method: "GET", path: `${ISSUE}/comments`, needs: READ, handle: listComments },
    {
      id: "issues/create-comment",
      method: "POST",
      path: `${ISSUE}/comments`,
      needs: WRITE,
      handle: (exchange) => {
        const issue = issueOf(exchange);
        const doer = doerOf(exchange);
        requireUnlocked(world, exchange.actor, { repository: exchange.repository, issue });
        const body = textOf(exchange.body["body"]);
        if (body === undefined) throw missing("IssueComment", "body");
        return created(commentShape(world, addComment(doer, issue, body)));
      },
    },
    {
      id: "issues/list-labels-for-repo",
      method: "GET",
      path: `${REPO}/labels`,
      needs: READ,
      handle: (exchange) => page(exchange, [...exchange.repository.labels.values()], label),
    },
    {
      id: "issues/create-label",
      method: "POST",
      path: `${REPO}/labels`,
      needs: WRITE,
      handle: (exchange) => {
        requireRole(exchange, "write");
        const { body } = exchange;
        const color = textOf(body["color"]);
        if (color !== undefined && !/^#?[0-9a-f]{6}$/iu.test(color))
          throw new ApiError(422, "Validation Failed", [{ resource: "Label", code: "invalid", field: "color" }]);
        const made = createLabel(doerOf(exchange), exchange.repository, {
          name: textOf(body["name"]) ?? "",
          ...(color === undefined ? {} : { color }),
          description: textOf(body["description"]) ?? null,
        });
        return created(labelShape(world, made));
      },
    },
    {
      id: "issues/get-label",
      method: "GET",
      path: `${REPO}/labels/:name`,
      needs: READ,
      handle: (exchange) => ok(labelShape(world, labelOf(exchange))),
    },
    {
      id: "issues/update-label",
      method: "PATCH",
      path: `${REPO}/labels/:name`,
      needs: WRITE,
      handle: (exchange) => {
        requireRole(exchange, "write");
        const held = labelOf(exchange);
        const { new_name: name, color, description } = exchange.body;
        editLabel(doerOf(exchange), held, {
          ...(typeof name === "string" ? { name } : {}),
          ...(typeof color === "string" ? { color } : {}),
          ...(typeof description === "string" ? { description } : {}),
        });
        return ok(labelShape(world, held));
      },
    },
    {
      id: "issues/delete-label",
      method: "DELETE",
      path: `${REPO}/labels/:name`,
      needs: WRITE,
      handle: (exchange) => {
        requireRole(exchange, "write");
        deleteLabel(doerOf(exchange), labelOf(exchange));
        return noContent();
      },
    },
    {
      id: "issues/list-labels-on-issue",
      method: "GET",
      path: `${ISSUE}/labels`,
      needs: READ,
      handle: (exchange) => page(exchange, labelsOf(world, issueOf(exchange)), label),
    },
    {
      id: "issues/add-labels",
      method: "POST",
      path: `${ISSUE}/labels`,
      needs: WRITE,
      handle: (exchange) => {
        const issue = triagedIssue(exchange, "triage");
        addLabels(doerOf(exchange), issue, labelNames(exchange));
        return ok(labelsOf(world, issue).map(label));
      },
    },
    {
      id: "issues/set-labels",
      method: "PUT",
      path: `${ISSUE}/labels`,
      needs: WRITE,
      handle: (exchange) => {
        const issue = triagedIssue(exchange, "triage");
        setLabels(doerOf(exchange), issue, labelNames(exchange));
        return ok(labelsOf(world, issue).map(label));
      },
    },
    {
      id: "issues/remove-all-labels",
      method: "DELETE",
      path: `${ISSUE}/labels`,
      needs: WRITE,
      handle: (exchange) => {
        setLabels(doerOf(exchange), triagedIssue(exchange, "triage"), []);
        return noContent();
      },
    },
    {
      id: "issues/remove-label",
      method: "DELETE",
      path: `${ISSUE}/labels/:name`,
      needs: WRITE,
      handle: (exchange) => {
        const issue = triagedIssue(exchange, "triage");
        const held = exchange.repository.labels.get(exchange.parameter("name").toLowerCase());
        if (held === undefined || !issue.labels.includes(held.id)) throw new ApiError(404, "Label does not exist");
        removeLabel(doerOf(exchange), issue, held);
        return ok(labelsOf(world, issue).map(label));
      },
    },
    {
      id: "issues/list-assignees",
      method: "GET",
      path: `${REPO}/assignees`,
      needs: READ,
      handle: (exchange) => {
        const people = [...world.accounts.values()].filter(
          (account) => !account.deleted && canBeAssigned(world, exchange.repository, account),
        );
        return page(exchange, people, (account) => userShape(world, account));
      },
    },
    {
      id: "issues/check-user-can-be-assigned",
      method: "GET",
      path: `${REPO}/assignees/:assignee`,
      needs: READ,
      handle: (exchange) => {
        if (!canBeAssigned(world, exchange.repository, accountNamed(world, exchange.parameter("assignee"))))
          throw notFound();
        return noContent();
      },
    },
    {
      id: "issues/add-assignees",
      method: "POST",
      path: `${ISSUE}/assignees`,
      needs: WRITE,
      handle: (exchange) => created(issueShape(world, changeAssignees(exchange, assign))),
    },
    {
      id: "issues/remove-assignees",
      method: "DELETE",
      path: `${ISSUE}/assignees`,
      needs: WRITE,
      handle: (exchange) => ok(issueShape(world, changeAssignees(exchange, unassign))),
    },
    {
      id: "issues/list-events",
      method: "GET",
      path: `${ISSUE}/events`,
      needs: READ,
      handle: (exchange) => page(exchange, timelineOf(world, issueOf(exchange), false), (event) => event),
    },
    {
      id: "issues/list-events-for-timeline",
      method: "GET",
      path: `${ISSUE}/timeline`,
      needs: READ,
      handle: (exchange) => page(exchange, timelineOf(world, issueOf(exchange), true), (event) => event),
    },
    {
      id: "issues/list-sub-issues",
      method: "GET",
      path: `${ISSUE}/sub_issues`,
      needs: ISSUES_READ,
      handle: (exchange) => {
        const subs = issueOf(exchange)
          .subIssues.map((id) => issueById(world, id))
          .filter((sub) => !sub.deleted);
        return page(exchange, subs, (sub) => issueShape(world, sub));
      },
    },
    {
      id: "issues/add-sub-issue",
      method: "POST",
      path: `${ISSUE}/sub_issues`,
      needs: ISSUES_WRITE,
      handle: (exchange) => {
        const parent = triagedIssue(exchange, "triage");
        const issue = subIssueIn(exchange);
        addSubIssue(doerOf(exchange), parent, { issue, replace: exchange.body["replace_parent"] === true });
        return created(issueShape(world, parent));
      },
    },
    {
      id: "issues/remove-sub-issue",
      method: "DELETE",
      path: `${ISSUE}/sub_issue`,
      needs: ISSUES_WRITE,
      handle: (exchange) => {
        const parent = triagedIssue(exchange, "triage");
        const child = subIssueIn(exchange);
        if (child.parentId !== parent.id) throw notFound();
        removeSubIssue(doerOf(exchange), parent, child);
        return ok(issueShape(world, parent));
      },
    },
    {
      id: "issues/get-parent",
      method: "GET",
      path: `${ISSUE}/parent`,
      needs: ISSUES_READ,
      handle: (exchange) => {
        const { parentId } = issueOf(exchange);
        if (parentId === null) throw notFound();
        return ok(issueShape(world, issueById(world, parentId)));
      },
    },
    ...reactionRoutes(world, { of: "issue", at: ISSUE, target: issueOf }),
  ];
}

/** The reactions to one thing, listed, given and taken back: GitHub has them alike for issues and comments. */
function reactionRoutes(
  world: World,
  { of, at, target }: { of: "issue" | "issue-comment"; at: string; target: (exchange: Exchange) => Issue | Comment },
): Route[] {
  const path = `${at}/reactions`;
  return [
    {
      id: `reactions/list-for-${of}`,
      method: "GET",
      path,
      needs: ISSUES_READ,
      handle: (exchange) =>
        page(exchange, withContent(exchange, target(exchange).reactions), (held) => reactionShape(world, held)),
    },
    {
      id: `reactions/create-for-${of}`,
      method: "POST",
      path,
      needs: ISSUES_WRITE,
      handle: (exchange) => reactTo(exchange, target(exchange)),
    },
    {
      id: `reactions/delete-for-${of}`,
      method: "DELETE",
      path: `${path}/:reaction_id`,
      needs: ISSUES_WRITE,
      handle: (exchange) => unreact(exchange, target(exchange)),
    },
  ];
}

/** Today's issue, for writes and lists; moved ones answer with their new address, deleted ones 410. */
export function issueOf(exchange: Exchange): Issue {
  const issue = exchange.repository.issues.get(
    Number(exchange.parameter("issue_number") || exchange.parameter("pull_number")),
  );
  if (issue === undefined) throw notFound();
  if (issue.transferredTo !== null) throw moved(exchange, issue.transferredTo);
  if (issue.deleted) throw new ApiError(410, "This issue was deleted");
  return issue;
}

function moved(exchange: Exchange, to: { repositoryId: number; number: number }): ApiError {
  const location = `${exchange.world.base}/repositories/${to.repositoryId}/issues/${to.number}`;
  return new ApiError(exchange.method === "GET" ? 301 : 307, "Moved Permanently", undefined, { location });
}

/** The issue as the replica that answers knows it. */
function readIssue(exchange: Exchange): Issue {
  const seen = stateBefore(exchange.world, issueOf(exchange), readLag(exchange.world));
  if (seen === undefined) throw notFound();
  return seen;
}

function listIssues(exchange: Exchange): Answer {
  const { world, repository } = exchange;
  const state = exchange.query("state") ?? "open";
  const since = instantOf(exchange.query("since"));
  const labels = (exchange.query("labels") ?? "").split(",").filter((name) => name !== "");
  const wanted = labels.map((name) => repository.labels.get(name.trim().toLowerCase())?.id);
  const creator = exchange.query("creator");
  const assignee = exchange.query("assignee");
  const lag = readLag(world);
  const found: Issue[] = [];
  for (const current of repository.issues.values()) {
    const issue = lag === 0 ? current : stateBefore(world, current, lag);
    if (issue === undefined || issue.deleted) continue;
    if (state !== "all" && issue.state !== state) continue;
    if (since !== undefined && issue.updatedAt < since) continue;
    if (!wanted.every((id) => id !== undefined && issue.labels.includes(id))) continue;
    if (creator !== undefined && world.logins.get(creator.toLowerCase()) !== issue.userId) continue;
    if (assignee === "none" && issue.assignees.length > 0) continue;
    if (assignee === "*" && issue.assignees.length === 0) continue;
    if (
      assignee !== undefined &&
      assignee !== "none" &&
      assignee !== "*" &&
      !issue.assignees.includes(world.logins.get(assignee.toLowerCase()) ?? -1)
    )
      continue;
    found.push(issue);
  }
  return page(exchange, sorted(exchange, found), (issue) => issueShape(world, issue));
}

/** Newest first unless asked otherwise; equal instants in the order of their numbers. */
export function sorted(exchange: Exchange, issues: Issue[], fallback = "created"): Issue[] {
  const by = exchange.query("sort") ?? fallback;
  const value = (issue: Issue): number => {
    if (by === "updated") return issue.updatedAt;
    return by === "comments" ? issue.comments.length : issue.createdAt;
  };
  const sign = (exchange.query("direction") ?? exchange.query("order")) === "asc" ? 1 : -1;
  return issues.sort((one, other) => sign * (value(one) - value(other) || one.id - other.id));
}

function postIssue(exchange: Exchange): Answer {
  const { world, body, repository, actor } = exchange;
  const doer = doerOf(exchange);
  const title = typeof body["title"] === "number" ? String(body["title"]) : textOf(body["title"]);
  if (title === undefined) throw missing("Issue", "title");
  const triager = mayAs(world, actor, { repository, role: "triage" });
  const assignees = namesOf(body["assignees"]) ?? namesOf(body["assignee"]);
  const issue = createIssue(doer, repository, {
    title,
    body: textOf(body["body"]) ?? null,
    labels: triager ? (namesOf(body["labels"]) ?? []) : [],
    assignees: triager ? (assignees ?? []) : [],
  });
  return {
    status: 201,
    body: fullIssueShape(world, issue),
    headers: {
      location: `${world.base}/repos/${exchange.parameter("owner")}/${exchange.parameter("repo")}/issues/${issue.number}`,
    },
  };
}

function patchIssue(exchange: Exchange): Answer {
  const { world, body, repository, actor } = exchange;
  const issue = issueOf(exchange);
  const doer = doerOf(exchange);
  const triager = mayAs(world, actor, { repository, role: "triage" });
  const author = issue.userId === doer.by.id;
  if (!triager && !author) throw forbidden();
  const mayEdit = author || mayAs(world, actor, { repository, role: "write" });
  const title = textOf(body["title"]);
  const text = body["body"] === null ? null : textOf(body["body"]);
  if ((title !== undefined || text !== undefined) && !mayEdit) throw forbidden();
  editIssue(doer, issue, { ...(title === undefined ? {} : { title }), ...(text === undefined ? {} : { body: text }) });
  // Without triage access these are dropped, and nobody is told.
  const labels = namesOf(body["labels"]);
  if (triager && labels !== undefined) setLabels(doer, issue, labels);
  const assignees = namesOf(body["assignees"]) ?? (body["assignee"] === null ? [] : namesOf(body["assignee"]));
  if (triager && assignees !== undefined) setAssignees(doer, issue, assignees);
  changeState(exchange, issue);
  return ok(fullIssueShape(world, issue));
}

function changeState(exchange: Exchange, issue: Issue): void {
  const { state, state_reason: reason } = exchange.body;
  if (state === undefined && reason === undefined) return;
  if (state !== undefined && state !== "open" && state !== "closed")
    throw new ApiError(422, "Validation Failed", [{ resource: "Issue", field: "state", code: "invalid" }]);
  const known =
    reason === undefined ||
    reason === null ||
    reason === "completed" ||
    reason === "not_planned" ||
    reason === "duplicate" ||
    reason === "reopened";
  if (!known)
    throw new ApiError(422, "Validation Failed", [{ resource: "Issue", field: "state_reason", code: "invalid" }]);
  const wanted = state ?? issue.state;
  setState(doerOf(exchange), issue, {
    state: wanted,
    ...(reason === undefined || reason === null || reason === "reopened" ? {} : { reason }),
  });
}

/** An issue the caller may triage (or write to). An installation may, its permission was checked before. */
function triagedIssue(exchange: Exchange, role: "triage" | "write"): Issue {
  const issue = issueOf(exchange);
  requireRole(exchange, role);
  return issue;
}

function requireRole(exchange: Exchange, role: "triage" | "write"): void {
  const { actor, world, repository } = exchange;
  if (actor.kind === "anonymous") throw new ApiError(401, "Requires authentication");
  if (!mayAs(world, actor, { repository, role })) throw forbidden();
}

/** Without triage access nothing happens, and nobody is told. */
function changeAssignees(exchange: Exchange, change: typeof assign): Issue {
  const issue = issueOf(exchange);
  const doer = doerOf(exchange);
  if (mayAs(exchange.world, exchange.actor, { repository: exchange.repository, role: "triage" }))
    change(doer, issue, namesOf(exchange.body["assignees"]) ?? []);
  return issue;
}

function labelNames(exchange: Exchange): string[] {
  return namesOf(isRecord(exchange.rawBody) ? exchange.rawBody["labels"] : exchange.rawBody) ?? [];
}

function labelOf(exchange: Exchange): Label {
  const label = exchange.repository.labels.get(exchange.parameter("name").toLowerCase());
  if (label === undefined) throw notFound();
  return label;
}

function listComments(exchange: Exchange): Answer {
  const { world } = exchange;
  const lag = readLag(world);
  const issue = stateBefore(world, issueOf(exchange), lag);
  if (issue === undefined) throw notFound();
  const since = instantOf(exchange.query("since"));
  const comments = issue.comments.flatMap((id) => {
    const current = world.comments.get(id);
    const comment = current === undefined ? undefined : stateBefore(world, current, lag);
    return comment === undefined || (since !== undefined && comment.updatedAt < since) ? [] : [comment];
  });
  return page(exchange, comments, (comment) => commentShape(world, comment));
}

function listRepositoryComments(exchange: Exchange): Answer {
  const { world, repository } = exchange;
  const since = instantOf(exchange.query("since"));
  const lag = readLag(world);
  const found: Comment[] = [];
  for (const issue of repository.issues.values()) {
    if (issue.deleted) continue;
    for (const id of issue.comments) {
      const current = world.comments.get(id);
      const comment = current === undefined ? undefined : stateBefore(world, current, lag);
      if (comment !== undefined && (since === undefined || comment.updatedAt >= since)) found.push(comment);
    }
  }
  const by = exchange.query("sort");
  const sign = by !== undefined && exchange.query("direction") === "desc" ? -1 : 1;
  const value = (comment: Comment): number => {
    if (by === undefined) return comment.id;
    return by === "updated" ? comment.updatedAt : comment.createdAt;
  };
  found.sort((one, other) => sign * (value(one) - value(other) || one.id - other.id));
  const { entries, headers } = paged(exchange, found);
  return ok(
    entries.map((comment) => commentShape(world, comment)),
    headers,
  );
}

function commentOf(exchange: Exchange): Comment {
  const { world } = exchange;
  const comment = world.comments.get(Number(exchange.parameter("comment_id")));
  if (comment === undefined || issueById(world, comment.issueId).repositoryId !== exchange.repository.id)
    throw notFound();
  return comment;
}

function readComment(exchange: Exchange): Comment {
  const seen = stateBefore(exchange.world, commentOf(exchange), readLag(exchange.world));
  if (seen === undefined) throw notFound();
  return seen;
}

/** A comment the caller may change: their own, or any with write access. */
function ownComment(exchange: Exchange): Comment {
  const comment = commentOf(exchange);
  const { by } = doerOf(exchange);
  if (
    comment.userId !== by.id &&
    !mayAs(exchange.world, exchange.actor, { repository: exchange.repository, role: "write" })
  )
    throw forbidden();
  return comment;
}

function patchComment(exchange: Exchange): Answer {
  const comment = ownComment(exchange);
  const body = textOf(exchange.body["body"]);
  if (body === undefined) throw missing("IssueComment", "body");
  editComment(doerOf(exchange), comment, body);
  return ok(commentShape(exchange.world, comment));
}

function withContent(exchange: Exchange, reactions: Reaction[]): Reaction[] {
  const content = exchange.query("content");
  return content === undefined ? reactions : reactions.filter((reaction) => reaction.content === content);
}

function reactTo(exchange: Exchange, target: Issue | Comment): Answer {
  const content = textOf(exchange.body["content"]);
  if (content === undefined) throw missing("Reaction", "content");
  const { reaction, made } = react(doerOf(exchange), target, content);
  return { status: made ? 201 : 200, body: reactionShape(exchange.world, reaction) };
}

function unreact(exchange: Exchange, target: Issue | Comment): Answer {
  const held = target.reactions.find((reaction) => reaction.id === Number(exchange.parameter("reaction_id")));
  if (held === undefined) throw notFound();
  if (
    held.userId !== accountOf(exchange).id &&
    !mayAs(exchange.world, exchange.actor, { repository: exchange.repository, role: "admin" })
  )
    throw forbidden();
  target.reactions = target.reactions.filter((reaction) => reaction !== held);
  return noContent();
}

function subIssueIn(exchange: Exchange): Issue {
  const id = exchange.body["sub_issue_id"];
  const issue = typeof id === "number" ? exchange.world.issues.get(id) : undefined;
  if (issue === undefined || issue.deleted) throw new ApiError(404, "The provided sub-issue does not exist");
  return issue;
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new ApiError(422, "Validation Failed", [
      { message: `"${text}" is no ISO 8601 instant`, resource: "Issue", field: "since", code: "invalid" },
    ]);
  return at;
}
