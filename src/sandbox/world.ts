import { createHash, generateKeyPairSync } from "node:crypto";
import { ApiError, notFound } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import type {
  Account,
  AppIdentity,
  Comment,
  Issue,
  Organization,
  PastState,
  Repository,
  Role,
  User,
  Visibility,
  World,
} from "./model.ts";
import { seededRandom } from "./random.ts";

const KEPT_PAST_MS = 120_000;

/** What an app of this kind asks for when nothing else is said. */
const DEFAULT_PERMISSIONS: Record<string, string> = {
  issues: "write",
  metadata: "read",
  members: "read",
  single_file: "read",
  checks: "write",
};

const DEFAULT_SINGLE_FILES = [
  ".github/postmortem.yml",
  ".github/postmortem.yaml",
  ".github/postmortem/postmortem.md.hbs",
  ".github/postmortem/short.md.hbs",
  ".github/postmortem/digest.md.hbs",
  ".github/postmortem/taxonomy.yml",
];

const DEFAULT_EVENTS = [
  "issues",
  "issue_comment",
  "label",
  "sub_issues",
  "repository",
  "membership",
  "team",
  "pull_request",
];

const EVENT_PERMISSIONS: Record<string, string> = {
  issues: "issues",
  issue_comment: "issues",
  label: "metadata",
  sub_issues: "issues",
  repository: "metadata",
  membership: "members",
  team: "members",
  pull_request: "pull_requests",
};

export interface WorldOptions {
  clock: Clock;
  seed: number;
  appSlug: string;
  authClock: "sandbox" | "real";
  webhookSecret: string;
  permissions?: Record<string, string>;
  singleFilePaths?: string[];
  events?: string[];
  /** PKCS#8 or PKCS#1 pair; made fresh when not given, as keys cannot come from a seed. */
  keys?: { privateKey: string; publicKey: string };
}

export function createWorld(options: WorldOptions): World {
  const keys = options.keys ?? freshKeys();
  const permissions = options.permissions ?? DEFAULT_PERMISSIONS;
  const world: World = {
    base: "http://127.0.0.1",
    clock: options.clock,
    random: seededRandom(options.seed),
    noise: seededRandom(options.seed + 0x6e6f),
    app: {} as AppIdentity,
    bot: {} as Account,
    accounts: new Map(),
    logins: new Map(),
    userTokens: new Map(),
    repositories: new Map(),
    repositoryNames: new Map(),
    issues: new Map(),
    comments: new Map(),
    installations: new Map(),
    tokens: new Map(),
    manifestCodes: new Map(),
    nextId: 1_000_000,
    past: new Map(),
    lag: { readMs: [0, 0], searchMs: 0 },
    authMs: options.authClock === "sandbox" ? () => options.clock.ms() : () => Date.now(),
    emit: () => undefined,
  };
  const owner = addUser(world, "app-owner");
  world.bot = addAccount(world, { login: `${options.appSlug}[bot]`, kind: "Bot" });
  world.app = {
    id: 4242,
    slug: options.appSlug,
    name: options.appSlug,
    clientId: `Iv23li${world.random.hex(14)}`,
    ...keys,
    webhookSecret: options.webhookSecret,
    webhookUrl: undefined,
    ownerId: owner.id,
    permissions,
    singleFilePaths: options.singleFilePaths ?? DEFAULT_SINGLE_FILES,
    events: (options.events ?? DEFAULT_EVENTS).filter(
      (event) => permissions[EVENT_PERMISSIONS[event] ?? event] !== undefined,
    ),
    createdAt: options.clock.ms(),
  };
  return world;
}

let keys: { privateKey: string; publicKey: string } | undefined;

/** An RSA pair, made once per process: it takes longer than everything else at the start. */
export function freshKeys(): { privateKey: string; publicKey: string } {
  keys ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return keys;
}

export function newId(world: World): number {
  world.nextId += 1 + world.random.below(7);
  return world.nextId;
}

export function nodeId(prefix: string, id: number): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString("base64url")}`;
}

function addAccount(world: World, facts: { login: string; kind: Account["kind"]; name?: string }): Account {
  if (world.logins.has(facts.login.toLowerCase())) throw new ApiError(422, `The login ${facts.login} is taken.`);
  const account: Account = {
    id: newId(world),
    login: facts.login,
    kind: facts.kind,
    name: facts.name ?? facts.login,
    createdAt: world.clock.ms(),
    deleted: false,
  };
  world.accounts.set(account.id, account);
  world.logins.set(account.login.toLowerCase(), account.id);
  return account;
}

/** Makes a person; the token is `<login>-token`, so that it is easy to type. */
export function addUser(world: World, login: string, options: { name?: string; token?: string } = {}): User {
  const user = addAccount(world, { login, kind: "User", name: options.name ?? login }) as User;
  user.token = options.token ?? `${login.toLowerCase()}-token`;
  world.userTokens.set(user.token, user.id);
  return user;
}

/** The account leaves GitHub: what they wrote stays, with nobody as its author. */
export function deleteUser(world: World, login: string): void {
  const user = accountNamed(world, login);
  user.deleted = true;
  world.logins.delete(user.login.toLowerCase());
  for (const [token, id] of world.userTokens) if (id === user.id) world.userTokens.delete(token);
  for (const repository of world.repositories.values()) repository.roles.delete(user.id);
  for (const issue of world.issues.values()) issue.assignees = issue.assignees.filter((id) => id !== user.id);
  for (const account of world.accounts.values()) {
    if (!isOrganization(account)) continue;
    account.members.delete(user.id);
    for (const team of account.teams.values()) team.members.delete(user.id);
  }
}

export function addOrganization(world: World, login: string): Organization {
  const organization = addAccount(world, { login, kind: "Organization" }) as Organization;
  organization.members = new Map();
  organization.teams = new Map();
  return organization;
}

export function addRepository(
  world: World,
  fullName: string,
  options: { visibility?: Visibility; description?: string } = {},
): Repository {
  const [ownerLogin = "", name = ""] = fullName.split("/");
  const owner = accountNamed(world, ownerLogin);
  if (name === "") throw new ApiError(422, `"${fullName}" is no repository name: write it as owner/name.`);
  const taken = world.repositoryNames.get(fullName.toLowerCase());
  if (taken !== undefined && fullNameOf(world, repositoryById(world, taken)).toLowerCase() === fullName.toLowerCase()) {
    throw new ApiError(422, `The repository ${fullName} exists already.`);
  }
  const now = world.clock.ms();
  const repository: Repository = {
    id: newId(world),
    ownerId: owner.id,
    name,
    visibility: options.visibility ?? "public",
    archived: false,
    deleted: false,
    description: options.description ?? null,
    defaultBranch: "main",
    headSha: world.random.hex(40),
    createdAt: now,
    updatedAt: now,
    roles: new Map(),
    files: new Map(),
    labels: new Map(),
    issues: new Map(),
    nextNumber: 1,
    openCount: 0,
    checkRuns: [],
  };
  world.repositories.set(repository.id, repository);
  world.repositoryNames.set(fullName.toLowerCase(), repository.id);
  for (const [label, color, description] of [
    ["bug", "d73a4a", "Something isn't working"],
    ["documentation", "0075ca", "Improvements or additions to documentation"],
    ["enhancement", "a2eeef", "New feature or request"],
    ["question", "d876e3", "Further information is requested"],
  ] as const) {
    repository.labels.set(label, { id: newId(world), name: label, color, description, repositoryId: repository.id });
  }
  return repository;
}

export function setRole(
  world: World,
  repository: Repository,
  grant: { login: string; role: string; base?: Role },
): void {
  const user = accountNamed(world, grant.login);
  const base = grant.base ?? grant.role;
  if (!isRole(base))
    throw new ApiError(422, `The role ${grant.role} needs a base: none, read, triage, write, maintain or admin.`);
  repository.roles.set(user.id, { name: grant.role, base });
}

export function putFile(world: World, repository: Repository, file: { path: string; text: string }): string {
  const sha = blobSha(file.text);
  repository.files.set(file.path, { text: file.text, sha });
  repository.headSha = world.random.hex(40);
  repository.updatedAt = world.clock.ms();
  return sha;
}

export function blobSha(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function isRole(word: string): word is Role {
  return ["none", "read", "triage", "write", "maintain", "admin"].includes(word);
}

export function isOrganization(account: Account): account is Organization {
  return account.kind === "Organization";
}

export function accountById(world: World, id: number): Account {
  const account = world.accounts.get(id);
  if (account === undefined) throw notFound();
  return account;
}

export function accountNamed(world: World, login: string): Account {
  const id = world.logins.get(login.toLowerCase());
  if (id === undefined) throw notFound();
  return accountById(world, id);
}

export function organizationNamed(world: World, login: string): Organization {
  const account = accountNamed(world, login);
  if (!isOrganization(account)) throw notFound();
  return account;
}

export function repositoryById(world: World, id: number): Repository {
  const repository = world.repositories.get(id);
  if (repository === undefined) throw notFound();
  return repository;
}

/** Finds by today's name only; `repositoryNames` knows former ones. */
export function repositoryNamed(world: World, fullName: string): Repository {
  const id = world.repositoryNames.get(fullName.toLowerCase());
  const repository = id === undefined ? undefined : world.repositories.get(id);
  if (repository === undefined || repository.deleted) throw notFound();
  return repository;
}

export function fullNameOf(world: World, repository: Repository): string {
  return `${accountById(world, repository.ownerId).login}/${repository.name}`;
}

export function issueById(world: World, id: number): Issue {
  const issue = world.issues.get(id);
  if (issue === undefined) throw notFound();
  return issue;
}

export function repositoryOf(world: World, issue: Issue): Repository {
  return repositoryById(world, issue.repositoryId);
}

/** Keeps what an issue or comment was before it changes, as long as replicas may still show it. */
export function remember(world: World, id: number, state: Issue | Comment | undefined): void {
  if (world.lag.readMs[1] === 0 && world.lag.searchMs === 0) return;
  const until = world.clock.lagMs();
  const kept: PastState[] = (world.past.get(id) ?? []).filter((past) => past.until > until - KEPT_PAST_MS);
  kept.push({ until, state: state === undefined ? undefined : copyOf(state) });
  world.past.set(id, kept);
}

/** What a replica that is `lag` milliseconds behind shows. */
export function stateBefore<T extends Issue | Comment>(world: World, current: T, lag: number): T | undefined {
  if (lag === 0) return current;
  const at = world.clock.lagMs() - lag;
  const past = world.past.get(current.id)?.find((state) => state.until > at);
  return past === undefined ? current : (past.state as T | undefined);
}

/** How far behind the replica is that answers this read. */
export function readLag(world: World): number {
  const [from, to] = world.lag.readMs;
  return to === 0 ? 0 : from + world.noise.next() * (to - from);
}

function copyOf<T extends Issue | Comment>(state: T): T {
  const copy = { ...state, reactions: [...state.reactions] };
  if ("labels" in copy) {
    copy.labels = [...copy.labels];
    copy.assignees = [...copy.assignees];
    copy.comments = [...copy.comments];
    copy.subIssues = [...copy.subIssues];
  }
  return copy;
}
