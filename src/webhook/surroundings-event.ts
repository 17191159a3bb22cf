import { defined } from "../domain/defined.ts";
import { type Event, REPOSITORY_CHANGES } from "../domain/event.ts";
import {
  Installation,
  InstallationRepositories,
  InstallationTarget,
  Label,
  PullRequest,
  type Repository,
  RepositoryMoved,
} from "./payloads.ts";

/** `pull_request`: only a merge is of interest, for it may show that a preventive action was delivered. */
export function pullRequestEvent(action: string, payload: unknown): Event | undefined {
  if (action !== "closed") return undefined;
  const parsed = PullRequest.safeParse(payload);
  if (!parsed.success) return undefined;
  const { number, title, body, html_url: url, merged, merge_commit_sha: mergeCommit } = parsed.data.pull_request;
  if (!merged || !mergeCommit) return undefined;
  return { kind: "pull-request-merged", number, title, body, mergeCommit, url };
}

/** `installation`: a new set of permissions alone changes nothing for us. */
export function installationEvent(action: string, payload: unknown): Event | undefined {
  const change = INSTALLATION_CHANGES.find(([theirs]) => theirs === action)?.[1];
  const parsed = Installation.safeParse(payload);
  if (change === undefined || !parsed.success) return undefined;
  return { kind: "installation-changed", change, account: parsed.data.installation.account?.login ?? "ghost" };
}

const INSTALLATION_CHANGES = [
  ["created", "created"],
  ["deleted", "deleted"],
  ["suspend", "suspended"],
  ["unsuspend", "unsuspended"],
] as const;

/** `repository`: edits of its description and the like are nothing to us. */
export function repositoryEvent(action: string, repository: Repository, payload: unknown): Event | undefined {
  const change = REPOSITORY_CHANGES.find((ours) => ours === action);
  if (change === undefined) return undefined;
  const { id: repositoryId, owner, repo } = repository;
  return {
    kind: "repository-changed",
    change,
    repositoryId,
    owner,
    repo,
    ...defined({ before: nameBefore(repository, payload) }),
  };
}

function nameBefore({ owner, repo }: Repository, payload: unknown): { owner: string; repo: string } | undefined {
  const moved = RepositoryMoved.safeParse(payload);
  if (!moved.success) return undefined;
  const { changes } = moved.data;
  const before = { owner: changes.owner ?? owner, repo: changes.repository?.name.from ?? repo };
  return before.owner === owner && before.repo === repo ? undefined : before;
}

/** `installation_target`: the account that installed the app was renamed. GitHub tells nothing of its repositories. */
export function ownerEvent(action: string, payload: unknown): Event | undefined {
  const parsed = InstallationTarget.safeParse(payload);
  if (action !== "renamed" || !parsed.success) return undefined;
  const { account, changes } = parsed.data;
  return { kind: "owner-renamed", before: changes.login.from, after: account.login };
}

/** `installation_repositories`: one event for each repository that came or went. */
export function installedRepositories(payload: unknown): { event: Event; repository: Repository }[] {
  const parsed = InstallationRepositories.safeParse(payload);
  if (!parsed.success) return [];
  const { repositories_added: added, repositories_removed: removed } = parsed.data;
  return [...(added ?? []).map(changed("added")), ...(removed ?? []).map(changed("removed"))];
}

function changed(change: "added" | "removed"): (repository: Repository) => { event: Event; repository: Repository } {
  return (repository) => {
    const { id: repositoryId, owner, repo } = repository;
    return { event: { kind: "repository-changed", change, repositoryId, owner, repo }, repository };
  };
}

/** `label`: only a new name or the end of a label matters; its colour does not. */
export function labelEvent(action: string, payload: unknown): Event | undefined {
  const parsed = Label.safeParse(payload);
  if (!parsed.success) return undefined;
  const { label, changes } = parsed.data;
  if (action === "deleted") return { kind: "label-changed", change: "deleted", before: label.name };
  const before = changes?.name?.from;
  if (action !== "edited" || !before || before === label.name) return undefined;
  return { kind: "label-changed", change: "renamed", before, after: { name: label.name } };
}
