import { z } from "zod";

import { InstallationId } from "../domain/ids.ts";

// Only what is used is asked for: GitHub adds fields and actions at any time, and takes some away in old versions.

const Id = z.number().int().positive();

export const User = z.object({ id: z.number().int().nonnegative(), login: z.string(), type: z.string().optional() });
export type User = z.infer<typeof User>;

/** A deleted user is `null`, here and there a missing one. */
const MaybeUser = User.nullish();

export const Repository = z
  .object({ id: Id, name: z.string(), full_name: z.string().regex(/^[^/\s]+\/[^/\s]+$/u) })
  .transform(({ id, full_name: fullName }) => {
    const slash = fullName.indexOf("/");
    return { id, owner: fullName.slice(0, slash), repo: fullName.slice(slash + 1) };
  });
export type Repository = z.infer<typeof Repository>;

/** What every webhook we hear has in common. */
export const Envelope = z.object({
  action: z.string(),
  installation: z.object({ id: InstallationId }),
  repository: Repository.optional(),
  sender: MaybeUser,
});
export type Envelope = z.infer<typeof Envelope>;

const AppMark = z.object({ id: z.number() }).nullish();

const Body = z
  .string()
  .nullish()
  .transform((body) => body ?? "");

const Issue = z.object({
  number: Id,
  body: Body,
  labels: z
    .array(z.object({ name: z.string() }))
    .nullish()
    .transform((labels) => (labels ?? []).map(({ name }) => name)),
  state_reason: z.string().nullish(),
  closed_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  /** There when the issue is a pull request in disguise. */
  pull_request: z.unknown().optional(),
});
const From = z.object({ from: z.string().nullish() }).nullish();

export const Issues = z.object({
  issue: Issue,
  label: z.object({ name: z.string() }).nullish(),
  assignee: MaybeUser,
  changes: z
    .object({
      title: From,
      body: From,
      new_issue: z.object({ number: Id }).nullish(),
      new_repository: Repository.nullish(),
      old_issue: z.object({ number: Id }).nullish(),
      old_repository: Repository.nullish(),
    })
    .nullish(),
});
export type Issues = z.infer<typeof Issues>;

export const IssueComment = z.object({
  issue: Issue,
  comment: z.object({
    id: Id,
    body: Body,
    user: MaybeUser,
    performed_via_github_app: AppMark,
    created_at: z.iso.datetime().nullish().catch(undefined),
  }),
  changes: z.object({ body: From }).nullish(),
});
export type IssueComment = z.infer<typeof IssueComment>;

/** All that tells whether an app wrote a new comment. */
export const NewComment = z.object({
  action: z.literal("created"),
  comment: z.object({ performed_via_github_app: AppMark }),
});

export const SubIssues = z.object({
  parent_issue: Issue,
  sub_issue: Issue,
  sub_issue_repo: Repository.nullish(),
});

export const PullRequest = z.object({
  pull_request: z.object({
    number: Id,
    title: z.string(),
    body: Body,
    merged: z.boolean().nullish(),
    merge_commit_sha: z.string().nullish(),
    html_url: z.string(),
  }),
});

export const Installation = z.object({
  installation: z.object({ account: z.object({ login: z.string() }).nullish() }),
});

export const InstallationRepositories = z.object({
  repositories_added: z.array(Repository).nullish(),
  repositories_removed: z.array(Repository).nullish(),
});

export const InstallationTarget = z.object({
  account: z.object({ login: z.string().min(1) }),
  changes: z.object({ login: z.object({ from: z.string().min(1) }) }),
});

const Login = z.object({ login: z.string() }).nullish();

/** What a repository was called: it was renamed, or handed to another owner. */
export const RepositoryMoved = z.object({
  changes: z.object({
    repository: z.object({ name: z.object({ from: z.string() }) }).nullish(),
    owner: z
      .object({ from: z.object({ organization: Login, user: Login }) })
      .transform(({ from: { organization, user } }) => (organization ?? user)?.login)
      .nullish(),
  }),
});

export const Label = z.object({
  label: z.object({ name: z.string() }),
  changes: z.object({ name: From }).nullish(),
});
