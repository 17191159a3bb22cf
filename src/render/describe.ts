import type { Change } from "../domain/change.ts";
import type { IssueRef } from "../domain/ids.ts";
import { unreachable } from "../domain/refusal.ts";
import type { Render } from "./render.ts";

/** A change in plain words, with the text it would write. For dry runs. */
export function describe(change: Change, render: Render): string {
  switch (change.kind) {
    case "put-body":
      return `write the body of ${place(change.issue)}\n${indent(change.body)}`;
    case "set-labels":
      return `labels of ${place(change.issue)}: ${delta(change)}`;
    case "set-assignees":
      return `assignees of ${place(change.issue)}: ${delta(change)}`;
    case "put-comment":
      return `comment "${change.slot}" on ${place(change.issue)}${change.once ? ", once" : ""}\n${indent(render(change.call))}`;
    case "react":
      return `react to comment ${change.commentId} with ${change.reaction}`;
    case "set-issue-state":
      return `${change.state === "open" ? "reopen" : "close"} ${place(change.issue)}`;
    case "open-issue":
      return `open the issue "${change.title}" in ${change.owner}/${change.repo}\n${indent(render(change.call))}`;
    case "track-action":
      return `open "${change.title}" in ${change.owner}/${change.repo}${change.attach ? ", as a sub-issue" : ""}\n${indent(render(change.call))}`;
    default:
      return describeStored(change);
  }
}

type Stored = Exclude<
  Change,
  {
    readonly kind:
      | "put-body"
      | "set-labels"
      | "set-assignees"
      | "put-comment"
      | "react"
      | "set-issue-state"
      | "open-issue"
      | "track-action";
  }
>;

function describeStored(change: Stored): string {
  switch (change.kind) {
    case "set-tracked-state":
      return `${change.state === "open" ? "reopen" : "close"} ${change.tracker.owner}/${change.tracker.repo}#${change.tracker.number}, which tracks an action`;
    case "save-postmortem":
      return `remember ${place(change.postmortem.ref)}: ${change.postmortem.stage}, ${change.postmortem.actions.length} preventive actions`;
    case "forget-postmortem":
      return `forget ${place(change.ref)}`;
    case "forget-tenant":
      return `forget everything of installation ${change.installationId}`;
    case "save-tenant":
      return `remember ${change.account}${change.suspended ? ", suspended" : ""}`;
    case "rename-repository":
      return `repository ${change.repositoryId} is now ${change.owner}/${change.repo}`;
    case "archive-repository":
      return `repository ${change.repositoryId} is ${change.archived ? "archived" : "in use again"}`;
    case "rename-owner":
      return `${change.before} is called ${change.after} now`;
    case "forget-repository":
      return `forget repository ${change.repositoryId}`;
    case "refresh-later":
      return `bring the status comment of ${place(change.issue)} up to date once it is quiet`;
    case "notify":
      return `tell ${change.notice.slot} to Slack, where whoever runs the app set an address\n${indent([change.notice.heading, ...change.notice.lines].join("\n"))}`;
    case "send":
      return `send itself ${change.delivery.event.kind}`;
    default:
      return unreachable(change);
  }
}

function place({ owner, repo, number }: IssueRef): string {
  return `${owner}/${repo}#${number}`;
}

function delta({ add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] }): string {
  return [...add.map((one) => `+${one}`), ...remove.map((one) => `-${one}`)].join(" ");
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gmu, "    ");
}
