import { stamp } from "./clock.ts";
import type {
  Account,
  CheckRun,
  Comment,
  Installation,
  Issue,
  IssueEvent,
  Label,
  Organization,
  Reaction,
  Repository,
  Role,
  Team,
  World,
} from "./model.ts";
import { accountById, fullNameOf, issueById, isOrganization, nodeId, repositoryById, repositoryOf } from "./world.ts";
import { atLeast, roleOf } from "./access.ts";

/** GitHub's JSON shapes of the world's things, as REST answers and webhooks carry them. */
export type Shape = Record<string, unknown>;

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;

export function userShape(world: World, account: Account): Shape {
  const name = encodeURIComponent(account.login);
  const url = `${world.base}/users/${name}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.kind === "Organization" ? "O" : "U", account.id),
    avatar_url: `${world.base}/avatars/u/${account.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${world.base}/${account.kind === "Bot" ? `apps/${world.app.slug}` : account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    site_admin: false,
    user_view_type: "public",
  };
}

/** A deleted account is nobody: `null`, as GitHub answers for the author of its issues. */
export function personShape(world: World, id: number | null): Shape | null {
  const account = id === null ? undefined : world.accounts.get(id);
  return account === undefined || account.deleted ? null : userShape(world, account);
}

export function fullUserShape(world: World, account: Account): Shape {
  return {
    ...userShape(world, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: stamp(account.createdAt),
    updated_at: stamp(account.createdAt),
  };
}

export function privateUserShape(world: World, account: Account): Shape {
  return {
    ...fullUserShape(world, account),
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

export function organizationSimpleShape(world: World, account: Account): Shape {
  const url = `${world.base}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("O", account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.base}/avatars/u/${account.id}?v=4`,
    description: "",
  };
}

export function organizationShape(world: World, organization: Organization): Shape {
  const owned = [...world.repositories.values()].filter(
    (repository) => repository.ownerId === organization.id && !repository.deleted,
  );
  return {
    ...organizationSimpleShape(world, organization),
    name: organization.name,
    html_url: `${world.base}/${organization.login}`,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: owned.filter((repository) => repository.visibility === "public").length,
    public_gists: 0,
    followers: 0,
    following: 0,
    type: "Organization",
    archived_at: null,
    created_at: stamp(organization.createdAt),
    updated_at: stamp(organization.createdAt),
  };
}

export function teamShape(world: World, team: Team): Shape {
  const organization = accountById(world, team.organizationId);
  const url = `${world.base}/organizations/${organization.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId("T", team.id),
    name: team.name,
    slug: team.slug,
    description: "",
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    type: "organization",
    organization_id: organization.id,
    url,
    html_url: `${world.base}/orgs/${organization.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
  };
}

export function fullTeamShape(world: World, team: Team): Shape {
  const organization = accountById(world, team.organizationId);
  return {
    ...teamShape(world, team),
    created_at: stamp(team.createdAt),
    updated_at: stamp(team.createdAt),
    members_count: team.members.size,
    repos_count: 0,
    organization: isOrganization(organization) ? organizationShape(world, organization) : {},
  };
}

export function repositoryShape(world: World, repository: Repository): Shape {
  const owner = accountById(world, repository.ownerId);
  const fullName = fullNameOf(world, repository);
  const url = `${world.base}/repos/${fullName}`;
  const html = `${world.base}/${fullName}`;
  const open = repository.openCount;
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.visibility !== "public",
    owner: userShape(world, owner),
    html_url: html,
    description: repository.description,
    fork: false,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
    created_at: stamp(repository.createdAt),
    updated_at: stamp(repository.updatedAt),
    pushed_at: stamp(repository.updatedAt),
    git_url: `git://${new URL(world.base).host}/${fullName}.git`,
    ssh_url: `git@${new URL(world.base).hostname}:${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.visibility,
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

export function fullRepositoryShape(world: World, repository: Repository): Shape {
  const owner = accountById(world, repository.ownerId);
  return {
    ...repositoryShape(world, repository),
    temp_clone_token: null,
    ...(isOrganization(owner) ? { organization: userShape(world, owner) } : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}

export function permissionsShape(role: Role): Shape {
  return {
    admin: atLeast(role, "admin"),
    maintain: atLeast(role, "maintain"),
    push: atLeast(role, "write"),
    triage: atLeast(role, "triage"),
    pull: atLeast(role, "read"),
  };
}

/** Before triage and maintain existed there were four words, and the `permission` field still speaks them. */
export function legacyPermission(role: Role): string {
  if (role === "maintain") return "write";
  return role === "triage" ? "read" : role;
}

export function labelShape(world: World, label: Label): Shape {
  const repository = repositoryById(world, label.repositoryId);
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${world.base}/repos/${fullNameOf(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: ["bug", "documentation", "enhancement", "question"].includes(label.name),
    description: label.description,
  };
}

export function labelsOf(world: World, issue: Issue): Label[] {
  const repository = repositoryOf(world, issue);
  const held = new Set(issue.labels);
  const found = [...repository.labels.values()].filter((label) => held.has(label.id));
  return found.sort((one, other) => issue.labels.indexOf(one.id) - issue.labels.indexOf(other.id));
}

function reactionRollup(url: string, reactions: Reaction[]): Shape {
  const counts: Shape = { url: `${url}/reactions`, total_count: reactions.length };
  for (const content of REACTIONS)
    counts[content] = reactions.filter((reaction) => reaction.content === content).length;
  return counts;
}

export function reactionShape(world: World, reaction: Reaction): Shape {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: personShape(world, reaction.userId),
    content: reaction.content,
    created_at: stamp(reaction.createdAt),
  };
}

export function issueShape(world: World, issue: Issue): Shape {
  const repository = repositoryOf(world, issue);
  const fullName = fullNameOf(world, repository);
  const url = `${world.base}/repos/${fullName}/issues/${issue.number}`;
  const assignees = issue.assignees.map((id) => personShape(world, id)).filter((person) => person !== null);
  const subs = issue.subIssues.map((id) => issueById(world, id)).filter((sub) => !sub.deleted);
  const done = subs.filter((sub) => sub.state === "closed").length;
  const html = `${world.base}/${fullName}/${issue.pull === null ? "issues" : "pull"}/${issue.number}`;
  return {
    url,
    repository_url: `${world.base}/repos/${fullName}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId(issue.pull === null ? "I" : "PR", issue.id),
    number: issue.number,
    title: issue.title,
    user: personShape(world, issue.userId),
    labels: labelsOf(world, issue).map((label) => labelShape(world, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: stamp(issue.createdAt),
    updated_at: stamp(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : stamp(issue.closedAt),
    author_association: associationOf(world, repository, issue.userId),
    type: null,
    active_lock_reason: issue.lockReason,
    ...(issue.pull === null
      ? {
          sub_issues_summary: {
            total: subs.length,
            completed: done,
            percent_completed: subs.length === 0 ? 0 : Math.floor((done * 100) / subs.length),
          },
          issue_dependencies_summary: { blocked_by: 0, total_blocked_by: 0, blocking: 0, total_blocking: 0 },
        }
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: `${world.base}/repos/${fullName}/pulls/${issue.number}`,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull.mergedAt === null ? null : stamp(issue.pull.mergedAt),
          },
        }),
    ...(issue.parentId === null ? {} : { parent_issue_url: issueUrl(world, issueById(world, issue.parentId)) }),
    body: issue.body,
    reactions: reactionRollup(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.viaApp ? appShape(world) : null,
    state_reason: issue.stateReason,
  };
}

export function fullIssueShape(world: World, issue: Issue): Shape {
  return { ...issueShape(world, issue), closed_by: personShape(world, issue.closedById) };
}

function issueUrl(world: World, issue: Issue): string {
  return `${world.base}/repos/${fullNameOf(world, repositoryOf(world, issue))}/issues/${issue.number}`;
}

export function commentShape(world: World, comment: Comment): Shape {
  const issue = issueById(world, comment.issueId);
  const repository = repositoryOf(world, issue);
  const fullName = fullNameOf(world, repository);
  const url = `${world.base}/repos/${fullName}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${world.base}/${fullName}/${issue.pull === null ? "issues" : "pull"}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: issueUrl(world, issue),
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: personShape(world, comment.userId),
    created_at: stamp(comment.createdAt),
    updated_at: stamp(comment.updatedAt),
    body: comment.body,
    author_association: associationOf(world, repository, comment.userId),
    reactions: reactionRollup(url, comment.reactions),
    performed_via_github_app: comment.viaApp ? appShape(world) : null,
  };
}

export function appShape(world: World): Shape {
  return {
    id: world.app.id,
    client_id: world.app.clientId,
    slug: world.app.slug,
    node_id: nodeId("A", world.app.id),
    owner: userShape(world, accountById(world, world.app.ownerId)),
    name: world.app.name,
    description: "",
    external_url: `${world.base}/apps/${world.app.slug}`,
    html_url: `${world.base}/apps/${world.app.slug}`,
    created_at: stamp(world.app.createdAt),
    updated_at: stamp(world.app.createdAt),
    permissions: world.app.permissions,
    events: world.app.events,
  };
}

export function installationShape(world: World, installation: Installation): Shape {
  const account = accountById(world, installation.accountId);
  const paths = installation.permissions["single_file"] === undefined ? [] : world.app.singleFilePaths;
  return {
    id: installation.id,
    client_id: world.app.clientId,
    account: userShape(world, account),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${world.base}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.base}/installation/repositories`,
    html_url: `${world.base}/organizations/${account.login}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.kind,
    permissions: installation.permissions,
    events: installation.events,
    created_at: stamp(installation.createdAt),
    updated_at: stamp(installation.updatedAt),
    single_file_name: paths[0] ?? null,
    has_multiple_single_files: paths.length > 1,
    single_file_paths: paths,
    suspended_by: installation.suspendedAt === null ? null : personShape(world, installation.suspendedById),
    suspended_at: installation.suspendedAt === null ? null : stamp(installation.suspendedAt),
  };
}

export function issueEventShape(world: World, issue: Issue, event: IssueEvent): Shape {
  const shape: Shape = {
    id: event.id,
    node_id: nodeId("E", event.id),
    url: `${world.base}/repos/${fullNameOf(world, repositoryOf(world, issue))}/issues/events/${event.id}`,
    actor: personShape(world, event.actorId),
    event: event.event,
    commit_id: null,
    commit_url: null,
    created_at: stamp(event.createdAt),
    performed_via_github_app: event.viaApp ? appShape(world) : null,
  };
  if (event.label !== undefined) shape["label"] = event.label;
  if (event.rename !== undefined) shape["rename"] = event.rename;
  if (event.event === "locked") shape["lock_reason"] = event.lockReason ?? null;
  if (event.event === "closed" || event.event === "reopened") shape["state_reason"] = event.stateReason ?? null;
  if (event.assigneeId !== undefined) {
    shape["assignee"] = personShape(world, event.assigneeId);
    shape["assigner"] = personShape(world, event.actorId);
  }
  return shape;
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun): Shape {
  const fullName = fullNameOf(world, repository);
  const url = `${world.base}/repos/${fullName}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId("CR", run.id),
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${world.base}/${fullName}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${world.base}/${fullName}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: stamp(run.startedAt),
    completed_at: run.completedAt === null ? null : stamp(run.completedAt),
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: repository.id },
    app: appShape(world),
    pull_requests: [],
  };
}

/** Computed without a viewer, as on GitHub: never a ground for authorisation. */
function associationOf(world: World, repository: Repository, userId: number): string {
  const account = world.accounts.get(userId);
  if (account === undefined || account.deleted) return "NONE";
  if (repository.ownerId === userId) return "OWNER";
  const owner = accountById(world, repository.ownerId);
  if (isOrganization(owner) && owner.members.has(userId)) return "MEMBER";
  return atLeast(roleOf(world, repository, account).base, "write") && account.kind === "User" ? "COLLABORATOR" : "NONE";
}
