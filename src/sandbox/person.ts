import { ApiError, notFound } from "./api-error.ts";
import { atLeast, roleOf } from "./access.ts";
import {
  addComment,
  addLabels,
  assign,
  createIssue,
  deleteComment,
  deleteIssue,
  editComment,
  editIssue,
  mergePull,
  pushTo,
  react,
  removeLabel,
  setLock,
  setPin,
  setState,
  transferIssue,
  unassign,
  type Doer,
  type NewIssue,
} from "./issue-actions.ts";
import type { Account, Comment, Issue, Reaction, Repository, Role, World } from "./model.ts";
import { commentShape, fullIssueShape, reactionShape, type Shape } from "./shapes.ts";
import { accountNamed, fullNameOf, repositoryNamed } from "./world.ts";

/** An issue by name: `acme/shop#7`, or its repository and number. */
type IssueName = string | { repository: string; number: number };

/** Somebody in a browser: the same rules as over the API, without tokens and limits. Answers are GitHub's JSON. */
/** GitHub's JSON of what was made or changed, its id known to the compiler. */
type Answered = Shape & { id: number };

type IssueAnswer = Answered & { number: number };

export interface Person {
  createIssue(
    repository: string,
    issue: { title: string; body?: string; labels?: string[]; assignees?: string[]; template?: boolean },
  ): IssueAnswer;
  createPull(
    repository: string,
    pull: { title: string; body?: string; files?: string[] | Record<string, string>; headRef?: string },
  ): IssueAnswer;
  /** New commits on a pull request's branch, with these files as they are there. */
  push(issue: IssueName, files: Record<string, string>): IssueAnswer;
  mergePull(issue: IssueName): IssueAnswer;
  editIssue(issue: IssueName, edit: { title?: string; body?: string }): IssueAnswer;
  label(issue: IssueName, ...labels: string[]): IssueAnswer;
  unlabel(issue: IssueName, ...labels: string[]): IssueAnswer;
  assign(issue: IssueName, ...logins: string[]): IssueAnswer;
  unassign(issue: IssueName, ...logins: string[]): IssueAnswer;
  comment(issue: IssueName, body: string): Answered;
  editComment(commentId: number, body: string): Answered;
  deleteComment(commentId: number): void;
  close(issue: IssueName, reason?: "completed" | "not_planned" | "duplicate"): IssueAnswer;
  reopen(issue: IssueName): IssueAnswer;
  lock(issue: IssueName, reason?: string): IssueAnswer;
  unlock(issue: IssueName): IssueAnswer;
  pin(issue: IssueName): IssueAnswer;
  unpin(issue: IssueName): IssueAnswer;
  transfer(issue: IssueName, repository: string): IssueAnswer;
  deleteIssue(issue: IssueName): void;
  /** On an issue, or on a comment when given its id. */
  react(target: IssueName | number, content: string): Answered;
}

export function personIn(world: World, login: string): Person {
  const by = (): Account => accountNamed(world, login);
  const doer = (): Doer => ({ world, by: by() });
  const shape = (issue: Issue): IssueAnswer => ({
    ...fullIssueShape(world, issue),
    id: issue.id,
    number: issue.number,
  });
  const said = (comment: Comment): Answered => ({ ...commentShape(world, comment), id: comment.id });

  function place(name: string, role: Role): Repository {
    const repository = repositoryNamed(world, name);
    if (!atLeast(roleOf(world, repository, by()).base, "read")) throw notFound();
    if (!atLeast(roleOf(world, repository, by()).base, role))
      throw new ApiError(403, `${login} needs ${role} access to ${name} for this.`);
    if (repository.archived) throw new ApiError(403, "Repository was archived so is read-only.");
    return repository;
  }

  /** `author` lets the issue's own author do it too, with read access. */
  function reach(name: IssueName, role: Role, author = false): Issue {
    const [repositoryName = "", number = ""] =
      typeof name === "string" ? name.split("#") : [name.repository, String(name.number)];
    const issue = place(repositoryName, "read").issues.get(Number(number));
    if (issue === undefined || issue.deleted) throw notFound();
    if (!(author && issue.userId === by().id)) place(repositoryName, role);
    return issue;
  }

  function touchComment(id: number): Comment {
    const comment = world.comments.get(id);
    if (comment === undefined) throw notFound();
    const issue = world.issues.get(comment.issueId);
    const repository = issue === undefined ? undefined : world.repositories.get(issue.repositoryId);
    if (repository === undefined) throw notFound();
    place(fullNameOf(world, repository), comment.userId === by().id ? "read" : "write");
    return comment;
  }

  function reacted(target: IssueName | number, content: string): Reaction {
    if (typeof target !== "number") return react(doer(), reach(target, "read"), content).reaction;
    const comment = world.comments.get(target);
    if (comment === undefined) throw notFound();
    return react(doer(), comment, content).reaction;
  }

  return {
    createIssue(name, fresh) {
      const repository = place(name, "read");
      // A template's labels are applied for readers as well: that is GitHub's web form, not the API.
      const triager = fresh.template === true || atLeast(roleOf(world, repository, by()).base, "triage");
      const { template: _template, ...rest } = fresh;
      const issue: NewIssue = triager ? rest : { ...rest, labels: [], assignees: [] };
      return shape(createIssue(doer(), repository, issue));
    },
    createPull(name, fresh) {
      const repository = place(name, "write");
      const headSha = world.random.hex(40);
      const { files: touched = [], headRef = `change-${repository.nextNumber}`, ...rest } = fresh;
      const pull = {
        merged: false,
        mergedAt: null,
        mergedById: null,
        mergeCommitSha: null,
        headRef,
        headSha,
        baseRef: repository.defaultBranch,
        baseSha: repository.headSha,
        draft: false,
        files: Array.isArray(touched) ? touched : Object.keys(touched),
        content: new Map(Array.isArray(touched) ? [] : Object.entries(touched)),
      };
      return shape(createIssue(doer(), repository, { ...rest, pull }));
    },
    push(name, files) {
      const issue = reach(name, "write");
      pushTo(doer(), issue, files);
      return shape(issue);
    },
    mergePull(name) {
      const issue = reach(name, "write");
      if (issue.pull === null) throw notFound();
      mergePull(doer(), issue);
      return shape(issue);
    },
    editIssue(name, edit) {
      const issue = reach(name, "write", true);
      editIssue(doer(), issue, edit);
      return shape(issue);
    },
    label(name, ...labels) {
      const issue = reach(name, "triage");
      addLabels(doer(), issue, labels);
      return shape(issue);
    },
    unlabel(name, ...labels) {
      const issue = reach(name, "triage");
      const repository = world.repositories.get(issue.repositoryId);
      for (const held of labels) {
        const label = repository?.labels.get(held.toLowerCase());
        if (label !== undefined) removeLabel(doer(), issue, label);
      }
      return shape(issue);
    },
    assign(name, ...logins) {
      const issue = reach(name, "triage");
      assign(doer(), issue, logins);
      return shape(issue);
    },
    unassign(name, ...logins) {
      const issue = reach(name, "triage");
      unassign(doer(), issue, logins);
      return shape(issue);
    },
    comment(name, body) {
      const issue = reach(name, "read");
      if (issue.locked) place(typeof name === "string" ? (name.split("#")[0] ?? "") : name.repository, "write");
      return said(addComment(doer(), issue, body));
    },
    editComment(id, body) {
      const comment = touchComment(id);
      editComment(doer(), comment, body);
      return said(comment);
    },
    deleteComment: (id) => deleteComment(doer(), touchComment(id)),
    close(name, reason = "completed") {
      const issue = reach(name, "triage", true);
      setState(doer(), issue, { state: "closed", reason });
      return shape(issue);
    },
    reopen(name) {
      const issue = reach(name, "triage", true);
      setState(doer(), issue, { state: "open" });
      return shape(issue);
    },
    lock(name, reason) {
      const issue = reach(name, "write");
      setLock(doer(), issue, reason === undefined ? { locked: true } : { locked: true, reason });
      return shape(issue);
    },
    unlock(name) {
      const issue = reach(name, "write");
      setLock(doer(), issue, { locked: false });
      return shape(issue);
    },
    pin(name) {
      const issue = reach(name, "write");
      setPin(doer(), issue, true);
      return shape(issue);
    },
    unpin(name) {
      const issue = reach(name, "write");
      setPin(doer(), issue, false);
      return shape(issue);
    },
    transfer: (name, target) => shape(transferIssue(doer(), reach(name, "write"), place(target, "write"))),
    deleteIssue: (name) => deleteIssue(doer(), reach(name, "admin")),
    react(target, content) {
      const reaction = reacted(target, content);
      return { ...reactionShape(world, reaction), id: reaction.id };
    },
  };
}
