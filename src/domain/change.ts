import type { Delivery } from "./delivery.ts";
import type { InstallationId, IssueRef } from "./ids.ts";
import type { Postmortem } from "./postmortem.ts";
import type { TemplateCall } from "./template-call.ts";

/** Reactions that GitHub knows and we use. */
export type Reaction = "eyes" | "+1" | "confused";

/**
 * All the app may do, as ends: carrying one out twice equals carrying it out once.
 * A new kind is a new power over people's repositories: rare, and reviewed.
 */
export type Change =
  /** The issue's text becomes this. It was spliced from the text read in the same delivery; `base` when from another. */
  | { readonly kind: "put-body"; readonly issue: IssueRef; readonly body: string; readonly base?: string }
  | {
      readonly kind: "set-labels";
      readonly issue: IssueRef;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | {
      readonly kind: "set-assignees";
      readonly issue: IssueRef;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  /** Our comment in a slot: one per slot and issue, edited in place. `once`: written only when it isn't there yet. */
  | {
      readonly kind: "put-comment";
      readonly issue: IssueRef;
      readonly slot: string;
      readonly call: TemplateCall;
      readonly once: boolean;
      /** The new comment takes the place of the old one: an edit tells nobody, a new comment does. */
      readonly fresh?: boolean;
      /** Kept inside the comment, signed, so that the store can be rebuilt from GitHub. */
      readonly state?: Postmortem;
    }
  | { readonly kind: "react"; readonly issue: IssueRef; readonly commentId: number; readonly reaction: Reaction }
  | {
      readonly kind: "set-issue-state";
      readonly issue: IssueRef;
      readonly state: "open" | "closed";
      readonly reason?: "completed" | "not_planned" | "reopened";
    }
  /** An issue of ours: found again by `slot`, opened at most once. */
  | {
      readonly kind: "open-issue";
      readonly installationId: InstallationId;
      readonly owner: string;
      readonly repo: string;
      readonly slot: string;
      readonly title: string;
      readonly labels: readonly string[];
      readonly call: TemplateCall;
      /** Issues of ours that this one takes the place of: closed, with a link to it. */
      readonly supersedes: readonly number[];
    }
  /** An issue that tracks a preventive action: opened once, a sub-issue where `attach` and GitHub allow it. */
  | {
      readonly kind: "track-action";
      readonly issue: IssueRef;
      readonly key: string;
      readonly repositoryId: number;
      readonly owner: string;
      readonly repo: string;
      readonly title: string;
      readonly call: TemplateCall;
      readonly attach: boolean;
      readonly asked: { readonly who: string; readonly commentId: number };
    }
  /** The issue that tracks an action follows what the list says of it. */
  | {
      readonly kind: "set-tracked-state";
      readonly tracker: { readonly owner: string; readonly repo: string; readonly number: number };
      readonly state: "open" | "closed";
      readonly reason: "completed" | "not_planned" | "reopened";
    }
  | { readonly kind: "save-postmortem"; readonly postmortem: Postmortem }
  /** `gone`: so is its issue, with our comments. */
  | { readonly kind: "forget-postmortem"; readonly ref: IssueRef; readonly gone?: true }
  | { readonly kind: "forget-tenant"; readonly installationId: InstallationId }
  /** A tenant came, or its suspension began or ended. */
  | {
      readonly kind: "save-tenant";
      readonly installationId: InstallationId;
      readonly account: string;
      readonly suspended: boolean;
    }
  /** A repository has a new name, or is gone for us. */
  | {
      readonly kind: "rename-repository";
      readonly installationId: InstallationId;
      readonly repositoryId: number;
      readonly owner: string;
      readonly repo: string;
      readonly before?: { readonly owner: string; readonly repo: string };
    }
  /** A repository can be read but not written to, or written to again. */
  | {
      readonly kind: "archive-repository";
      readonly installationId: InstallationId;
      readonly repositoryId: number;
      readonly archived: boolean;
    }
  /** All repositories of a tenant have another owner's name. */
  | {
      readonly kind: "rename-owner";
      readonly installationId: InstallationId;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: "forget-repository"; readonly installationId: InstallationId; readonly repositoryId: number }
  /** A copy for whoever runs the app, where they set an address for it: told at most once per slot. */
  | { readonly kind: "notify"; readonly installationId: InstallationId; readonly notice: Notice }
  /** Bring the status comment up to date once it has been quiet for a while. */
  | { readonly kind: "refresh-later"; readonly issue: IssueRef }
  /** A delivery of our own, put in the same inbox; accepted once by its id. */
  | { readonly kind: "send"; readonly delivery: Delivery };

/**
 * What is told outside GitHub. Its readers are unknown, so of a repository that is not public it holds numbers and a link,
 * and of a restricted incident nothing.
 */
export interface Notice {
  readonly type: "digest.posted" | "actions.overdue";
  readonly slot: string;
  readonly heading: string;
  readonly lines: readonly string[];
  readonly link: { readonly text: string; readonly url: string };
}

export type ChangeKind = Change["kind"];

/** The change of one kind. */
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { readonly kind: Kind }>;
