import { ApiError, invalid, missing } from "./api-error.ts";
import { canBeAssigned } from "./access.ts";
import type { Account, Comment, Issue, IssueEvent, Label, PullFacts, Reaction, Repository, World } from "./model.ts";
import {
  issueEventShape,
  issueShape,
  labelShape,
  REACTIONS,
  repositoryShape,
  userShape,
  commentShape,
  type Shape,
} from "./shapes.ts";
import { fullPullShape } from "./pull-shape.ts";
import { accountById, fullNameOf, issueById, newId, putFile, remember, repositoryOf } from "./world.ts";

/** Everything that can happen to an issue. Each action changes the world and tells the app, whoever did it. */
export interface Doer {
  world: World;
  by: Account;
}

const MAX_BODY = 65_536;
const MAX_LABELS = 100;
const MAX_ASSIGNEES = 10;
const MAX_SUB_ISSUES = 100;
const MAX_TITLE = 256;

export interface NewIssue {
  title: string;
  body?: string | null;
  labels?: string[];
  assignees?: string[];
  pull?: PullFacts;
}

export function createIssue(doer: Doer, repository: Repository, fresh: NewIssue): Issue {
  const { world, by } = doer;
  checkTitle(fresh.title);
  checkBody("Issue", fresh.body ?? "");
  const now = world.clock.ms();
  const issue: Issue = {
    id: newId(world),
    number: repository.nextNumber,
    repositoryId: repository.id,
    title: fresh.title,
    body: fresh.body ?? null,
    userId: by.id,
    viaApp: by.id === world.bot.id,
    labels: [],
    assignees: [],
    state: "open",
    stateReason: null,
    closedAt: null,
    closedById: null,
    createdAt: now,
    updatedAt: now,
    comments: [],
    reactions: [],
    locked: false,
    lockReason: null,
    pinned: false,
    parentId: null,
    subIssues: [],
    pull: fresh.pull ?? null,
    events: [],
    transferredTo: null,
    deleted: false,
  };
  repository.nextNumber += 1;
  repository.openCount += 1;
  remember(world, issue.id, undefined);
  repository.issues.set(issue.number, issue);
  world.issues.set(issue.id, issue);
  const labels = (fresh.labels ?? []).map((name) => labelNamedOrMade(doer, repository, name));
  issue.labels = [...new Set(labels.map((label) => label.id))];
  if (issue.labels.length > MAX_LABELS) throw invalid("Issue", "labels", "Issues cannot have more than 100 labels");
  const assigned = assignable(world, repository, fresh.assignees ?? []).slice(0, MAX_ASSIGNEES);
  issue.assignees = assigned.map((account) => account.id);
  tellIssue(doer, issue, "opened");
  for (const label of labels) noteLabel(doer, issue, { event: "labeled", label });
  for (const account of assigned) noteAssignee(doer, issue, { event: "assigned", account });
  return issue;
}

export function editIssue(doer: Doer, issue: Issue, edit: { title?: string; body?: string | null }): void {
  const changes: Shape = {};
  if (edit.title !== undefined) checkTitle(edit.title);
  if (typeof edit.body === "string") checkBody("Issue", edit.body);
  if (edit.title !== undefined && edit.title !== issue.title) changes["title"] = { from: issue.title };
  if (edit.body !== undefined && edit.body !== issue.body) changes["body"] = { from: issue.body ?? "" };
  if (Object.keys(changes).length === 0) return;
  touch(doer, issue);
  if (edit.title !== undefined && edit.title !== issue.title) {
    record(doer, issue, { event: "renamed", rename: { from: issue.title, to: edit.title } });
    issue.title = edit.title;
  }
  if (edit.body !== undefined) issue.body = edit.body;
  tellIssue(doer, issue, "edited", { changes });
}

export function addLabels(doer: Doer, issue: Issue, names: string[]): void {
  const repository = repositoryOf(doer.world, issue);
  const labels = names.map((name) => labelNamedOrMade(doer, repository, name));
  const added = labels.filter((label, index) => !issue.labels.includes(label.id) && labels.indexOf(label) === index);
  if (issue.labels.length + added.length > MAX_LABELS)
    throw invalid("Issue", "labels", "Issues cannot have more than 100 labels");
  if (added.length === 0) return;
  touch(doer, issue);
  issue.labels = [...issue.labels, ...added.map((label) => label.id)];
  for (const label of added) noteLabel(doer, issue, { event: "labeled", label });
}

export function removeLabel(doer: Doer, issue: Issue, label: Label): void {
  if (!issue.labels.includes(label.id)) return;
  touch(doer, issue);
  issue.labels = issue.labels.filter((id) => id !== label.id);
  noteLabel(doer, issue, { event: "unlabeled", label });
}

export function setLabels(doer: Doer, issue: Issue, names: string[]): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const repository = repositoryOf(doer.world, issue);
  for (const label of repository.labels.values()) {
    if (issue.labels.includes(label.id) && !wanted.has(label.name.toLowerCase())) removeLabel(doer, issue, label);
  }
  addLabels(doer, issue, names);
}

/** People who cannot be assigned are dropped without a word, and those beyond ten too, as GitHub does. */
export function assign(doer: Doer, issue: Issue, logins: string[]): void {
  const repository = repositoryOf(doer.world, issue);
  const added = assignable(doer.world, repository, logins).filter((account) => !issue.assignees.includes(account.id));
  const room = added.slice(0, Math.max(0, MAX_ASSIGNEES - issue.assignees.length));
  if (room.length === 0) return;
  touch(doer, issue);
  issue.assignees = [...issue.assignees, ...room.map((account) => account.id)];
  for (const account of room) noteAssignee(doer, issue, { event: "assigned", account });
}

export function unassign(doer: Doer, issue: Issue, logins: string[]): void {
  for (const login of logins) {
    const id = doer.world.logins.get(login.toLowerCase());
    if (id === undefined || !issue.assignees.includes(id)) continue;
    touch(doer, issue);
    issue.assignees = issue.assignees.filter((held) => held !== id);
    noteAssignee(doer, issue, { event: "unassigned", account: accountById(doer.world, id) });
  }
}

export function setAssignees(doer: Doer, issue: Issue, logins: string[]): void {
  const wanted = new Set(logins.map((login) => login.toLowerCase()));
  const held = issue.assignees.map((id) => accountById(doer.world, id).login);
  unassign(
    doer,
    issue,
    held.filter((login) => !wanted.has(login.toLowerCase())),
  );
  assign(doer, issue, logins);
}

export function setState(
  doer: Doer,
  issue: Issue,
  wanted: { state: "open" | "closed"; reason?: Issue["stateReason"] },
): void {
  if (wanted.state === "open") {
    if (issue.state === "open") return;
    touch(doer, issue);
    repositoryOf(doer.world, issue).openCount += 1;
    Object.assign(issue, { state: "open", stateReason: "reopened", closedAt: null, closedById: null });
    record(doer, issue, { event: "reopened", stateReason: "reopened" });
    tellIssue(doer, issue, "reopened");
    return;
  }
  const reason = wanted.reason ?? (issue.state === "closed" ? issue.stateReason : "completed");
  if (issue.state === "closed" && issue.stateReason === reason) return;
  touch(doer, issue);
  const already = issue.state === "closed";
  if (!already) repositoryOf(doer.world, issue).openCount -= 1;
  Object.assign(issue, { state: "closed", stateReason: issue.pull === null ? reason : null });
  if (!already) Object.assign(issue, { closedAt: doer.world.clock.ms(), closedById: doer.by.id });
  record(doer, issue, { event: "closed", stateReason: issue.stateReason });
  if (!already) tellIssue(doer, issue, "closed");
}

export function mergePull(doer: Doer, issue: Issue): void {
  if (issue.pull === null || issue.state === "closed") return;
  touch(doer, issue);
  const now = doer.world.clock.ms();
  Object.assign(issue.pull, {
    merged: true,
    mergedAt: now,
    mergedById: doer.by.id,
    mergeCommitSha: doer.world.random.hex(40),
  });
  Object.assign(issue, { state: "closed", stateReason: null, closedAt: now, closedById: doer.by.id });
  const repository = repositoryOf(doer.world, issue);
  repository.openCount -= 1;
  for (const [path, text] of issue.pull.content) putFile(doer.world, repository, { path, text });
  record(doer, issue, { event: "merged" });
  record(doer, issue, { event: "closed" });
  tellIssue(doer, issue, "closed");
  closeFixed(doer, issue);
}

/** New commits on the branch of a pull request. */
export function pushTo(doer: Doer, issue: Issue, files: Record<string, string>): void {
  const { pull } = issue;
  if (pull === null || issue.state === "closed")
    throw new ApiError(422, "Only an open pull request takes new commits.");
  touch(doer, issue);
  const before = pull.headSha;
  pull.headSha = doer.world.random.hex(40);
  pull.files = [...new Set([...pull.files, ...Object.keys(files)])];
  for (const [path, text] of Object.entries(files)) pull.content.set(path, text);
  tellIssue(doer, issue, "synchronize", { before, after: pull.headSha });
}

export function addComment(doer: Doer, issue: Issue, body: string): Comment {
  const { world, by } = doer;
  checkComment(body);
  touch(doer, issue);
  const now = world.clock.ms();
  const comment: Comment = {
    id: newId(world),
    issueId: issue.id,
    body,
    userId: by.id,
    viaApp: by.id === world.bot.id,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  remember(world, comment.id, undefined);
  world.comments.set(comment.id, comment);
  issue.comments = [...issue.comments, comment.id];
  record(doer, issue, { event: "commented", commentId: comment.id });
  tellComment(doer, comment, { action: "created" });
  return comment;
}

export function editComment(doer: Doer, comment: Comment, body: string): void {
  checkComment(body);
  if (body === comment.body) return;
  remember(doer.world, comment.id, comment);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = doer.world.clock.ms();
  touch(doer, issueById(doer.world, comment.issueId));
  tellComment(doer, comment, { action: "edited", changes: { body: { from } } });
}

export function deleteComment(doer: Doer, comment: Comment): void {
  const issue = issueById(doer.world, comment.issueId);
  touch(doer, issue);
  issue.comments = issue.comments.filter((id) => id !== comment.id);
  tellComment(doer, comment, { action: "deleted" });
  doer.world.comments.delete(comment.id);
}

export function react(doer: Doer, target: Issue | Comment, content: string): { reaction: Reaction; made: boolean } {
  if (!REACTIONS.some((known) => known === content)) throw invalid("Reaction", "content");
  const held = target.reactions.find((reaction) => reaction.userId === doer.by.id && reaction.content === content);
  if (held !== undefined) return { reaction: held, made: false };
  remember(doer.world, target.id, target);
  const reaction = { id: newId(doer.world), userId: doer.by.id, content, createdAt: doer.world.clock.ms() };
  target.reactions = [...target.reactions, reaction];
  return { reaction, made: true };
}

export function setLock(doer: Doer, issue: Issue, lock: { locked: boolean; reason?: string }): void {
  if (issue.locked === lock.locked) return;
  touch(doer, issue);
  issue.locked = lock.locked;
  issue.lockReason = lock.locked ? (lock.reason ?? null) : null;
  record(doer, issue, { event: lock.locked ? "locked" : "unlocked", lockReason: issue.lockReason });
  tellIssue(doer, issue, lock.locked ? "locked" : "unlocked");
}

export function setPin(doer: Doer, issue: Issue, pinned: boolean): void {
  if (issue.pinned === pinned) return;
  issue.pinned = pinned;
  record(doer, issue, { event: pinned ? "pinned" : "unpinned" });
  tellIssue(doer, issue, pinned ? "pinned" : "unpinned");
}

/** Moves the issue with its comments and assignees; labels go along by name; the old address redirects. */
export function transferIssue(doer: Doer, issue: Issue, target: Repository): Issue {
  const { world } = doer;
  const source = repositoryOf(world, issue);
  if (source.ownerId !== target.ownerId) throw new ApiError(422, "Issues can only be transferred within one owner.");
  if (source.visibility !== "public" && target.visibility === "public") {
    throw new ApiError(422, "Issues cannot be transferred from a private repository to a public one.");
  }
  const names = new Set(
    [...source.labels.values()]
      .filter((label) => issue.labels.includes(label.id))
      .map((label) => label.name.toLowerCase()),
  );
  touch(doer, issue);
  const moved: Issue = {
    ...issue,
    id: newId(world),
    repositoryId: target.id,
    number: target.nextNumber,
    events: [...issue.events],
  };
  moved.labels = [...target.labels.values()]
    .filter((label) => names.has(label.name.toLowerCase()))
    .map((label) => label.id);
  target.nextNumber += 1;
  if (issue.state === "open") {
    source.openCount -= 1;
    target.openCount += 1;
  }
  target.issues.set(moved.number, moved);
  world.issues.set(moved.id, moved);
  for (const id of moved.comments) {
    const comment = world.comments.get(id);
    if (comment !== undefined) comment.issueId = moved.id;
  }
  for (const id of moved.subIssues) issueById(world, id).parentId = moved.id;
  tellIssue(doer, issue, "transferred", {
    changes: { new_issue: issueShape(world, moved), new_repository: repositoryShape(world, target) },
  });
  Object.assign(issue, {
    deleted: true,
    comments: [],
    subIssues: [],
    transferredTo: { repositoryId: target.id, number: moved.number },
  });
  record(doer, moved, { event: "transferred" });
  tellIssue(doer, moved, "opened", {
    changes: {
      old_issue: issueShape(world, { ...issue, deleted: false }),
      old_repository: repositoryShape(world, source),
    },
  });
  return moved;
}

export function deleteIssue(doer: Doer, issue: Issue): void {
  touch(doer, issue);
  issue.deleted = true;
  if (issue.state === "open") repositoryOf(doer.world, issue).openCount -= 1;
  tellIssue(doer, issue, "deleted");
  for (const id of issue.comments) doer.world.comments.delete(id);
}

export function addSubIssue(doer: Doer, parent: Issue, sub: { issue: Issue; replace: boolean }): void {
  const { world } = doer;
  const child = sub.issue;
  if (repositoryOf(world, parent).ownerId !== repositoryOf(world, child).ownerId) {
    throw new ApiError(422, "Sub-issue and parent must belong to the same owner.");
  }
  if (child.id === parent.id || isBelow(world, child, parent))
    throw new ApiError(
      422,
      "An error occurred while adding the sub-issue to the parent issue. Sub-issue may not create a cycle",
    );
  if (parent.subIssues.includes(child.id))
    throw new ApiError(
      422,
      "An error occurred while adding the sub-issue to the parent issue. Issue may not contain duplicate sub-issues",
    );
  if (child.parentId !== null && !sub.replace) {
    throw new ApiError(
      422,
      "An error occurred while adding the sub-issue to the parent issue. Sub issue may only have one parent",
    );
  }
  if (parent.subIssues.length >= MAX_SUB_ISSUES) {
    throw new ApiError(
      422,
      "An error occurred while adding the sub-issue to the parent issue. Parent cannot have more than 100 sub-issues",
    );
  }
  if (child.parentId !== null) removeSubIssue(doer, issueById(world, child.parentId), child);
  touch(doer, parent);
  touch(doer, child);
  parent.subIssues = [...parent.subIssues, child.id];
  child.parentId = parent.id;
  record(doer, parent, { event: "sub_issue_added" });
  record(doer, child, { event: "parent_issue_added" });
  tellSubIssues(doer, { parent, child, change: "added" });
}

export function removeSubIssue(doer: Doer, parent: Issue, child: Issue): void {
  touch(doer, parent);
  touch(doer, child);
  parent.subIssues = parent.subIssues.filter((id) => id !== child.id);
  child.parentId = null;
  record(doer, parent, { event: "sub_issue_removed" });
  record(doer, child, { event: "parent_issue_removed" });
  tellSubIssues(doer, { parent, child, change: "removed" });
}

export function createLabel(
  doer: Doer,
  repository: Repository,
  label: { name: string; color?: string; description?: string | null },
): Label {
  if (label.name.trim() === "") throw missing("Label", "name");
  if (label.name.length > 50) throw invalid("Label", "name", "name is too long (maximum is 50 characters)");
  if (repository.labels.has(label.name.toLowerCase())) {
    throw new ApiError(422, "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]);
  }
  const made: Label = {
    id: newId(doer.world),
    name: label.name,
    color: (label.color ?? "ededed").replace(/^#/u, ""),
    description: label.description ?? null,
    repositoryId: repository.id,
  };
  repository.labels.set(label.name.toLowerCase(), made);
  doer.world.emit({
    event: "label",
    action: "created",
    repository,
    sender: doer.by,
    extra: { label: labelShape(doer.world, made) },
  });
  return made;
}

export function editLabel(
  doer: Doer,
  label: Label,
  edit: { name?: string; color?: string; description?: string | null },
): void {
  const repository = doer.world.repositories.get(label.repositoryId);
  if (repository === undefined) return;
  const changes: Shape = {};
  if (edit.name !== undefined && edit.name !== label.name) {
    const taken = repository.labels.get(edit.name.toLowerCase());
    if (taken !== undefined && taken !== label)
      throw new ApiError(422, "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]);
    changes["name"] = { from: label.name };
    repository.labels.delete(label.name.toLowerCase());
    label.name = edit.name;
    repository.labels.set(label.name.toLowerCase(), label);
  }
  if (edit.color !== undefined && edit.color !== label.color) {
    changes["color"] = { from: label.color };
    label.color = edit.color.replace(/^#/u, "");
  }
  if (edit.description !== undefined && edit.description !== label.description) {
    changes["description"] = { from: label.description ?? "" };
    label.description = edit.description;
  }
  if (Object.keys(changes).length === 0) return;
  doer.world.emit({
    event: "label",
    action: "edited",
    repository,
    sender: doer.by,
    extra: { label: labelShape(doer.world, label), changes },
  });
}

export function deleteLabel(doer: Doer, label: Label): void {
  const repository = doer.world.repositories.get(label.repositoryId);
  if (repository === undefined) return;
  const shape = labelShape(doer.world, label);
  repository.labels.delete(label.name.toLowerCase());
  for (const issue of repository.issues.values()) {
    if (issue.labels.includes(label.id)) issue.labels = issue.labels.filter((id) => id !== label.id);
  }
  doer.world.emit({ event: "label", action: "deleted", repository, sender: doer.by, extra: { label: shape } });
}

/** Names in the order given, without repeats; whoever cannot be assigned is left out. */
function assignable(world: World, repository: Repository, logins: string[]): Account[] {
  const ids = new Set(logins.map((login) => world.logins.get(login.toLowerCase())));
  const accounts = [...ids].flatMap((id) => (id === undefined ? [] : [accountById(world, id)]));
  return accounts.filter((account) => canBeAssigned(world, repository, account));
}

function labelNamedOrMade(doer: Doer, repository: Repository, name: string): Label {
  return repository.labels.get(name.toLowerCase()) ?? createLabel(doer, repository, { name });
}

function touch(doer: Doer, issue: Issue): void {
  remember(doer.world, issue.id, issue);
  issue.updatedAt = doer.world.clock.ms();
}

function record(doer: Doer, issue: Issue, event: Partial<IssueEvent> & { event: string }): void {
  issue.events.push({
    id: newId(doer.world),
    actorId: doer.by.id,
    createdAt: doer.world.clock.ms(),
    viaApp: doer.by.id === doer.world.bot.id,
    ...event,
  });
}

function noteLabel(doer: Doer, issue: Issue, change: { event: "labeled" | "unlabeled"; label: Label }): void {
  record(doer, issue, { event: change.event, label: { name: change.label.name, color: change.label.color } });
  tellIssue(doer, issue, change.event, { label: labelShape(doer.world, change.label) });
}

function noteAssignee(doer: Doer, issue: Issue, change: { event: "assigned" | "unassigned"; account: Account }): void {
  record(doer, issue, { event: change.event, assigneeId: change.account.id });
  tellIssue(doer, issue, change.event, { assignee: userShape(doer.world, change.account) });
}

// oxlint-disable-next-line max-params -- the fourth is what only some actions carry
function tellIssue(doer: Doer, issue: Issue, action: string, extra: Shape = {}): void {
  const repository = repositoryOf(doer.world, issue);
  if (issue.pull !== null) {
    const pull = fullPullShape(doer.world, issue);
    doer.world.emit({
      event: "pull_request",
      action,
      repository,
      sender: doer.by,
      extra: { number: issue.number, pull_request: pull, ...extra },
    });
    return;
  }
  doer.world.emit({
    event: "issues",
    action,
    repository,
    sender: doer.by,
    extra: { issue: issueShape(doer.world, issue), ...extra },
  });
}

function tellComment(doer: Doer, comment: Comment, change: { action: string; changes?: Shape }): void {
  const issue = issueById(doer.world, comment.issueId);
  const { action, ...extra } = change;
  doer.world.emit({
    event: "issue_comment",
    action,
    repository: repositoryOf(doer.world, issue),
    sender: doer.by,
    extra: { issue: issueShape(doer.world, issue), comment: commentShape(doer.world, comment), ...extra },
  });
}

function tellSubIssues(doer: Doer, link: { parent: Issue; child: Issue; change: "added" | "removed" }): void {
  const { world, by } = doer;
  const { parent, child, change } = link;
  const both = {
    sub_issue_id: child.id,
    sub_issue: issueShape(world, child),
    parent_issue_id: parent.id,
    parent_issue: issueShape(world, parent),
  };
  const parentRepository = repositoryOf(world, parent);
  const childRepository = repositoryOf(world, child);
  world.emit({
    event: "sub_issues",
    action: `sub_issue_${change}`,
    repository: parentRepository,
    sender: by,
    extra: { ...both, sub_issue_repo: repositoryShape(world, childRepository) },
  });
  world.emit({
    event: "sub_issues",
    action: `parent_issue_${change}`,
    repository: childRepository,
    sender: by,
    extra: { ...both, parent_issue_repo: repositoryShape(world, parentRepository) },
  });
}

/** "Fixes #7" in a merged pull request closes issue 7 of the same repository, in the name of who merged. */
function closeFixed(doer: Doer, pull: Issue): void {
  const repository = repositoryOf(doer.world, pull);
  const words = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)/giu;
  for (const [, named, number] of `${pull.title}\n${pull.body ?? ""}`.matchAll(words)) {
    if (named !== undefined && named.toLowerCase() !== fullNameOf(doer.world, repository).toLowerCase()) continue;
    const fixed = repository.issues.get(Number(number));
    if (fixed !== undefined && fixed.pull === null && !fixed.deleted)
      setState(doer, fixed, { state: "closed", reason: "completed" });
  }
}

function isBelow(world: World, ancestor: Issue, issue: Issue): boolean {
  for (let above = issue.parentId; above !== null; above = issueById(world, above).parentId)
    if (above === ancestor.id) return true;
  return false;
}

function checkTitle(title: string): void {
  if (title.trim() === "") throw missing("Issue", "title");
  if (title.length > MAX_TITLE) throw invalid("Issue", "title", "title is too long (maximum is 256 characters)");
}

function checkBody(resource: string, body: string): void {
  if (body.length > MAX_BODY) throw invalid(resource, "body", `body is too long (maximum is ${MAX_BODY} characters)`);
}

function checkComment(body: string): void {
  if (body.trim() === "") throw invalid("IssueComment", "body", "Body cannot be blank");
  checkBody("IssueComment", body);
}

/** The issue's history, oldest first, with comments where the timeline has them. */
export function timelineOf(world: World, issue: Issue, withComments: boolean): Shape[] {
  return issue.events.flatMap((event) => {
    if (event.commentId === undefined) return [issueEventShape(world, issue, event)];
    const comment = world.comments.get(event.commentId);
    if (!withComments || comment === undefined) return [];
    const actor = issueEventShape(world, issue, event)["actor"];
    return [{ ...commentShape(world, comment), event: "commented", actor }];
  });
}
