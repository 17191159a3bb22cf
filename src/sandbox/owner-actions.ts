import { ApiError, notFound } from "./api-error.ts";
import type { Doer } from "./issue-actions.ts";
import type { Account, Installation, Organization, Repository, Team, Visibility, World } from "./model.ts";
import { installationShape, organizationShape, teamShape, userShape, type Shape } from "./shapes.ts";
import { installationCovers } from "./access.ts";
import { accountById, accountNamed, fullNameOf, isOrganization, newId, nodeId, repositoryNamed } from "./world.ts";

/** What owners do: installations, teams, and the fate of whole repositories. */
export function installApp(
  world: World,
  login: string,
  options: { repositories: "all" | string[]; permissions?: Record<string, string> },
): Installation {
  const account = accountNamed(world, login);
  const held = [...world.installations.values()].find((installation) => installation.accountId === account.id);
  if (held !== undefined)
    throw new ApiError(422, `The app is installed on ${login} already (installation ${held.id}).`);
  const now = world.clock.ms();
  const installation: Installation = {
    id: newId(world),
    accountId: account.id,
    repositories:
      options.repositories === "all"
        ? "all"
        : new Set(options.repositories.map((name) => repositoryNamed(world, name).id)),
    permissions: options.permissions ?? { ...world.app.permissions },
    events: [...world.app.events],
    createdAt: now,
    updatedAt: now,
    suspendedAt: null,
    suspendedById: null,
  };
  world.installations.set(installation.id, installation);
  tellInstallation(world, installation, "created", {
    repositories: coveredShapes(world, installation),
    requester: null,
  });
  return installation;
}

export function uninstallApp(world: World, installation: Installation): void {
  const repositories = coveredShapes(world, installation);
  revokeTokens(world, installation);
  tellInstallation(world, installation, "deleted", { repositories });
  world.installations.delete(installation.id);
}

export function suspendInstallation(world: World, installation: Installation, suspended: boolean): void {
  const by = installationOwner(world, installation);
  Object.assign(installation, {
    suspendedAt: suspended ? world.clock.ms() : null,
    suspendedById: suspended ? by.id : null,
    updatedAt: world.clock.ms(),
  });
  tellInstallation(world, installation, suspended ? "suspend" : "unsuspend", {
    repositories: coveredShapes(world, installation),
  });
}

/** The owner accepts (or the app is given) other permissions. Tokens made before keep the old ones, as on GitHub. */
export function acceptPermissions(world: World, installation: Installation, permissions: Record<string, string>): void {
  installation.permissions = { ...permissions };
  installation.updatedAt = world.clock.ms();
  tellInstallation(world, installation, "new_permissions_accepted", {
    repositories: coveredShapes(world, installation),
  });
}

export function changeInstalledRepositories(
  world: World,
  installation: Installation,
  change: { add?: string[]; remove?: string[] },
): void {
  const all = (): Set<number> => new Set(coveredRepositories(world, installation).map((repository) => repository.id));
  const selected = installation.repositories === "all" ? all() : installation.repositories;
  const added = (change.add ?? [])
    .map((name) => repositoryNamed(world, name))
    .filter((repository) => !selected.has(repository.id));
  const removed = (change.remove ?? [])
    .map((name) => repositoryNamed(world, name))
    .filter((repository) => selected.has(repository.id));
  for (const repository of added) selected.add(repository.id);
  for (const repository of removed) selected.delete(repository.id);
  installation.repositories = selected;
  tellInstalledRepositories(world, installation, { added, removed });
}

function tellInstalledRepositories(
  world: World,
  installation: Installation,
  change: { added: Repository[]; removed: Repository[] },
): void {
  const { added, removed } = change;
  const both = {
    repositories_added: added.map((repository) => installedShape(world, repository)),
    repositories_removed: removed.map((repository) => installedShape(world, repository)),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    requester: null,
  };
  for (const action of [...(added.length > 0 ? ["added"] : []), ...(removed.length > 0 ? ["removed"] : [])]) {
    world.emit({
      event: "installation_repositories",
      action,
      installation,
      sender: installationOwner(world, installation),
      extra: { installation: installationShape(world, installation), ...both },
    });
  }
}

export function coveredRepositories(world: World, installation: Installation): Repository[] {
  return [...world.repositories.values()].filter((repository) => {
    if (repository.deleted || repository.ownerId !== installation.accountId) return false;
    return installation.repositories === "all" || installation.repositories.has(repository.id);
  });
}

export function addTeam(doer: Doer, organization: Organization, fresh: { slug: string; members: string[] }): Team {
  const { world } = doer;
  if (organization.teams.has(fresh.slug))
    throw new ApiError(422, `The team ${organization.login}/${fresh.slug} exists already.`);
  const team: Team = {
    id: newId(world),
    slug: fresh.slug,
    name: fresh.slug,
    organizationId: organization.id,
    members: new Set(),
    createdAt: world.clock.ms(),
  };
  organization.teams.set(fresh.slug, team);
  tellOrganization(doer, organization, { event: "team", action: "created", extra: { team: teamShape(world, team) } });
  for (const login of fresh.members) joinTeam(doer, team, login);
  return team;
}

export function joinTeam(doer: Doer, team: Team, login: string): void {
  const account = accountNamed(doer.world, login);
  const organization = organizationOf(doer.world, team);
  if (team.members.has(account.id)) return;
  if (!organization.members.has(account.id)) organization.members.set(account.id, "member");
  team.members.add(account.id);
  tellMembership(doer, team, { action: "added", account });
}

export function leaveTeam(doer: Doer, team: Team, login: string): void {
  const account = accountNamed(doer.world, login);
  if (team.members.delete(account.id)) tellMembership(doer, team, { action: "removed", account });
}

export function deleteTeam(doer: Doer, team: Team): void {
  const organization = organizationOf(doer.world, team);
  organization.teams.delete(team.slug);
  tellOrganization(doer, organization, {
    event: "team",
    action: "deleted",
    extra: { team: teamShape(doer.world, team) },
  });
}

export function renameRepository(doer: Doer, repository: Repository, name: string): void {
  const { world } = doer;
  const from = repository.name;
  if (name === from) return;
  const owner = accountById(world, repository.ownerId).login;
  const holder = world.repositories.get(world.repositoryNames.get(`${owner}/${name}`.toLowerCase()) ?? 0);
  if (holder !== undefined && !holder.deleted && holder.name.toLowerCase() === name.toLowerCase())
    throw new ApiError(422, `The repository ${owner}/${name} exists already.`);
  repository.name = name;
  world.repositoryNames.set(fullNameOf(world, repository).toLowerCase(), repository.id);
  tellRepository(doer, repository, { action: "renamed", extra: { changes: { repository: { name: { from } } } } });
}

/** The account has another login: its repositories are found under both, and an installation hears of it unasked. */
export function renameAccount(world: World, account: Account, login: string): void {
  const from = account.login;
  if (login === from) return;
  const holder = world.logins.get(login.toLowerCase());
  if (holder !== undefined && holder !== account.id) throw new ApiError(422, `The login ${login} is taken.`);
  world.logins.delete(from.toLowerCase());
  world.logins.set(login.toLowerCase(), account.id);
  account.login = login;
  for (const repository of world.repositories.values()) {
    if (repository.ownerId === account.id)
      world.repositoryNames.set(fullNameOf(world, repository).toLowerCase(), repository.id);
  }
  const installation = [...world.installations.values()].find(({ accountId }) => accountId === account.id);
  if (installation === undefined) return;
  const shape = userShape(world, account);
  world.emit({
    event: "installation_target",
    action: "renamed",
    installation,
    sender: installationOwner(world, installation),
    extra: { account: shape, changes: { login: { from } }, target_type: account.kind },
  });
}

export function archiveRepository(doer: Doer, repository: Repository, archived: boolean): void {
  if (repository.archived === archived) return;
  repository.archived = archived;
  tellRepository(doer, repository, { action: archived ? "archived" : "unarchived" });
}

export function changeVisibility(doer: Doer, repository: Repository, visibility: Visibility): void {
  const before = repository.visibility;
  if (before === visibility) return;
  repository.visibility = visibility;
  if (visibility === "public") tellRepository(doer, repository, { action: "publicized" });
  else if (before === "public") tellRepository(doer, repository, { action: "privatized" });
}

export function deleteRepository(doer: Doer, repository: Repository): void {
  tellRepository(doer, repository, { action: "deleted" });
  repository.deleted = true;
}

/** Hands the repository to another owner: theirs hears `transferred`, the former owner's that it lost a repository. */
export function transferRepository(doer: Doer, repository: Repository, login: string): void {
  const { world } = doer;
  const target = accountNamed(world, login);
  const former = accountById(world, repository.ownerId);
  const leaving = [...world.installations.values()].filter((installation) =>
    installationCovers(installation, repository),
  );
  repository.ownerId = target.id;
  world.repositoryNames.set(fullNameOf(world, repository).toLowerCase(), repository.id);
  const from = isOrganization(former)
    ? { organization: organizationFields(world, former) }
    : { user: userShape(world, former) };
  tellRepository(doer, repository, { action: "transferred", extra: { changes: { owner: { from } } } });
  for (const installation of leaving) {
    if (installation.repositories !== "all") installation.repositories.delete(repository.id);
    tellInstalledRepositories(world, installation, { added: [], removed: [repository] });
  }
}

export function tellRepositoryCreated(doer: Doer, repository: Repository): void {
  tellRepository(doer, repository, { action: "created" });
}

function tellRepository(doer: Doer, repository: Repository, change: { action: string; extra?: Shape }): void {
  doer.world.emit({
    event: "repository",
    action: change.action,
    repository,
    sender: doer.by,
    extra: change.extra ?? {},
  });
}

// oxlint-disable-next-line max-params -- the fourth is what only some actions carry
function tellInstallation(world: World, installation: Installation, action: string, extra: Shape): void {
  const sender = installationOwner(world, installation);
  world.emit({
    event: "installation",
    action,
    installation,
    sender,
    extra: { installation: installationShape(world, installation), ...extra },
  });
}

function tellMembership(doer: Doer, team: Team, change: { action: "added" | "removed"; account: Account }): void {
  tellOrganization(doer, organizationOf(doer.world, team), {
    event: "membership",
    action: change.action,
    extra: { scope: "team", member: userShape(doer.world, change.account), team: teamShape(doer.world, team) },
  });
}

function tellOrganization(
  doer: Doer,
  organization: Organization,
  happening: { event: string; action: string; extra: Shape },
): void {
  doer.world.emit({ ...happening, organization, sender: doer.by });
}

function organizationOf(world: World, team: Team): Organization {
  const organization = accountById(world, team.organizationId);
  if (!isOrganization(organization)) throw notFound();
  return organization;
}

function installationOwner(world: World, installation: Installation): Account {
  const account = accountById(world, installation.accountId);
  if (!isOrganization(account)) return account;
  const admin = [...account.members].find(([, role]) => role === "admin");
  return admin === undefined ? account : accountById(world, admin[0]);
}

function revokeTokens(world: World, installation: Installation): void {
  for (const [text, token] of world.tokens) if (token.installationId === installation.id) world.tokens.delete(text);
}

function coveredShapes(world: World, installation: Installation): Shape[] {
  return coveredRepositories(world, installation).map((repository) => installedShape(world, repository));
}

function installedShape(world: World, repository: Repository): Shape {
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullNameOf(world, repository),
    private: repository.visibility !== "public",
  };
}

function organizationFields(world: World, organization: Organization): Shape {
  const full = organizationShape(world, organization);
  const kept = [
    "login",
    "id",
    "node_id",
    "url",
    "repos_url",
    "events_url",
    "hooks_url",
    "issues_url",
    "members_url",
    "public_members_url",
    "avatar_url",
    "description",
  ];
  return Object.fromEntries(kept.map((key) => [key, full[key]]));
}
