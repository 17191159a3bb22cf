import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** The things of the sandbox's world. Instants are milliseconds since 1970 on the sandbox's clock. */
export type Role = "none" | "read" | "triage" | "write" | "maintain" | "admin";

export type Visibility = "public" | "private" | "internal";

export interface Account {
  id: number;
  login: string;
  kind: "User" | "Organization" | "Bot";
  name: string;
  createdAt: number;
  deleted: boolean;
}

export interface User extends Account {
  token: string;
}

export interface Team {
  id: number;
  slug: string;
  name: string;
  organizationId: number;
  members: Set<number>;
  createdAt: number;
}

export interface Organization extends Account {
  members: Map<number, "admin" | "member">;
  teams: Map<string, Team>;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
  repositoryId: number;
}

export interface Reaction {
  id: number;
  userId: number;
  content: string;
  createdAt: number;
}

export interface Comment {
  id: number;
  issueId: number;
  body: string;
  userId: number;
  viaApp: boolean;
  createdAt: number;
  updatedAt: number;
  reactions: Reaction[];
}

export interface IssueEvent {
  id: number;
  event: string;
  actorId: number;
  createdAt: number;
  viaApp: boolean;
  label?: { name: string; color: string };
  assigneeId?: number;
  rename?: { from: string; to: string };
  stateReason?: string | null;
  lockReason?: string | null;
  commentId?: number;
}

export interface PullFacts {
  merged: boolean;
  mergedAt: number | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  files: string[];
  /** Texts of files on the pull request's branch, where they were given. */
  content: Map<string, string>;
}

export interface Issue {
  id: number;
  number: number;
  repositoryId: number;
  title: string;
  body: string | null;
  userId: number;
  viaApp: boolean;
  labels: number[];
  assignees: number[];
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  closedAt: number | null;
  closedById: number | null;
  createdAt: number;
  updatedAt: number;
  comments: number[];
  reactions: Reaction[];
  locked: boolean;
  lockReason: string | null;
  pinned: boolean;
  parentId: number | null;
  subIssues: number[];
  pull: PullFacts | null;
  events: IssueEvent[];
  transferredTo: { repositoryId: number; number: number } | null;
  deleted: boolean;
}

interface RepositoryFile {
  text: string;
  sha: string;
}

export interface CheckRun {
  id: number;
  name: string;
  headSha: string;
  status: string;
  conclusion: string | null;
  startedAt: number;
  completedAt: number | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: unknown[];
}

export interface Repository {
  id: number;
  ownerId: number;
  name: string;
  visibility: Visibility;
  archived: boolean;
  deleted: boolean;
  description: string | null;
  defaultBranch: string;
  headSha: string;
  createdAt: number;
  updatedAt: number;
  roles: Map<number, { name: string; base: Role }>;
  files: Map<string, RepositoryFile>;
  labels: Map<string, Label>;
  issues: Map<number, Issue>;
  nextNumber: number;
  /** Open issues and pull requests, counted as they come and go. */
  openCount: number;
  checkRuns: CheckRun[];
}

export interface Installation {
  id: number;
  accountId: number;
  repositories: "all" | Set<number>;
  permissions: Record<string, string>;
  events: string[];
  createdAt: number;
  updatedAt: number;
  suspendedAt: number | null;
  suspendedById: number | null;
}

export interface InstallationToken {
  token: string;
  installationId: number;
  repositories: "all" | Set<number>;
  permissions: Record<string, string>;
  expiresAt: number;
}

export interface AppIdentity {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  privateKey: string;
  publicKey: string;
  webhookSecret: string;
  webhookUrl: string | undefined;
  ownerId: number;
  permissions: Record<string, string>;
  singleFilePaths: string[];
  events: string[];
  createdAt: number;
}

/** Something that happened and that the app may be told about. */
export interface Happening {
  event: string;
  action: string | undefined;
  repository?: Repository;
  installation?: Installation;
  organization?: Organization;
  sender: Account;
  /** What only this event carries. */
  extra: Record<string, unknown>;
}

export interface World {
  base: string;
  clock: Clock;
  /** For identifiers and GUIDs only, so that they depend on what happens and not on who reads when. */
  random: Random;
  /** For everything reads draw on: tokens, request ids, replica lag. */
  noise: Random;
  app: AppIdentity;
  bot: Account;
  accounts: Map<number, Account>;
  logins: Map<string, number>;
  userTokens: Map<string, number>;
  repositories: Map<number, Repository>;
  /** Every name a repository ever had, in small letters, to its id: old names redirect. */
  repositoryNames: Map<string, number>;
  issues: Map<number, Issue>;
  comments: Map<number, Comment>;
  installations: Map<number, Installation>;
  tokens: Map<string, InstallationToken>;
  manifestCodes: Map<string, string>;
  nextId: number;
  /** States of issues and comments before their latest changes, kept while replicas lag. */
  past: Map<number, PastState[]>;
  lag: { readMs: [number, number]; searchMs: number };
  /** The clock tokens live by: real time, unless the sandbox was told to judge them by its own clock. */
  authMs(): number;
  emit(happening: Happening): void;
}

export interface PastState {
  /** Until when, in `clock.lagMs()`, this state was the true one. */
  until: number;
  /** `undefined`: it did not exist yet. */
  state: Issue | Comment | undefined;
}
