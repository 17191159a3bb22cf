import type { Change } from "../domain/change.ts";
import type { Issue, IssueFacts } from "../domain/facts.ts";
import type { IssueRef } from "../domain/ids.ts";

/** The facts as they will be once these changes are made, so that the next rule or command sees them. */
export function fold(facts: IssueFacts, changes: readonly Change[]): IssueFacts {
  let folded = facts;
  for (const change of changes) folded = foldOne(folded, change);
  return folded;
}

function foldOne(facts: IssueFacts, change: Change): IssueFacts {
  const { issue } = facts;
  switch (change.kind) {
    case "save-postmortem":
      return { ...facts, postmortem: change.postmortem };
    case "forget-postmortem": {
      if (postmortemKey(change.ref) !== postmortemKey(issue.ref)) return facts;
      const { postmortem: _, ...rest } = facts;
      return rest;
    }
    default: {
      const folded = foldIssue(issue, change);
      return folded === issue ? facts : { ...facts, issue: folded };
    }
  }
}

/** The issue as it will be once this change is made. */
export function foldIssue(issue: Issue, change: Change): Issue {
  switch (change.kind) {
    case "put-body":
      return { ...issue, body: change.body };
    case "set-labels":
      return { ...issue, labels: changed(issue.labels, change) };
    case "set-assignees":
      return { ...issue, assignees: changed(issue.assignees, change) };
    case "set-issue-state":
      return { ...issue, state: change.state };
    default:
      return issue;
  }
}

function changed(
  now: readonly string[],
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  return [...now.filter((one) => !change.remove.includes(one)), ...change.add.filter((one) => !now.includes(one))];
}

/** One change where several lead to the same end: the last body, the last state, labels and assignees taken together. */
export function compact(changes: readonly Change[]): Change[] {
  const last = new Map<string, Change>();
  const order: string[] = [];
  for (const [index, change] of changes.entries()) {
    const key = keyOf(change, index);
    const before = last.get(key);
    if (before === undefined) order.push(key);
    last.set(key, before === undefined ? change : merge(before, change));
  }
  return order
    .map((key) => last.get(key))
    .filter((change) => change !== undefined)
    .filter((change) => !isEmpty(change))
    .sort((a, b) => rank(a) - rank(b));
}

const RANK: Partial<Record<Change["kind"], number>> = {
  "put-body": 1,
  "set-labels": 2,
  "set-assignees": 3,
  "set-issue-state": 4,
  "put-comment": 5,
  "set-tracked-state": 4,
  "open-issue": 6,
  "track-action": 6,
  react: 7,
  send: 8,
  "save-postmortem": 9,
  "refresh-later": 10,
};

/** Ends that people see come first; the sign that all is done comes after them, and the store last. */
function rank(change: Change): number {
  if (change.kind === "react" && change.reaction === "eyes") return 0;
  return RANK[change.kind] ?? 11;
}

function keyOf(change: Change, index: number): string {
  switch (change.kind) {
    case "put-body":
    case "set-labels":
    case "set-assignees":
    case "set-issue-state":
    case "refresh-later":
      return `${change.kind} ${change.issue.repositoryId}#${change.issue.number}`;
    case "save-postmortem":
      return postmortemKey(change.postmortem.ref);
    // Stopped and started in one comment: what was said last is so.
    case "forget-postmortem":
      return postmortemKey(change.ref);
    case "put-comment":
      return `${change.kind} ${change.issue.repositoryId}#${change.issue.number} ${change.slot}`;
    case "react":
      return `${change.kind} ${change.commentId} ${change.reaction}`;
    default:
      return `${index}`;
  }
}

function postmortemKey({ repositoryId, number }: Pick<IssueRef, "repositoryId" | "number">): string {
  return `postmortem ${repositoryId}#${number}`;
}

function merge(before: Change, after: Change): Change {
  if (
    (before.kind === "set-labels" && after.kind === "set-labels") ||
    (before.kind === "set-assignees" && after.kind === "set-assignees")
  ) {
    return {
      ...after,
      add: [...before.add.filter((one) => !after.remove.includes(one) && !after.add.includes(one)), ...after.add],
      remove: [
        ...before.remove.filter((one) => !after.add.includes(one) && !after.remove.includes(one)),
        ...after.remove,
      ],
    };
  }
  return after;
}

/** Labels or assignees that stay as they are. */
export function isEmpty(change: Change): boolean {
  return (
    (change.kind === "set-labels" || change.kind === "set-assignees") &&
    change.add.length === 0 &&
    change.remove.length === 0
  );
}
