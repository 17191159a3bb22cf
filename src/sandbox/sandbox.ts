import type { Faults } from "./faults.ts";
import type { LogEntry } from "./front.ts";
import type { Delivery, SenderOptions } from "./hook-sender.ts";
import type { LimitFigures } from "./limits.ts";
import type { Installation, Organization, Repository, Role, Team, User, Visibility } from "./model.ts";
import type { Person } from "./person.ts";
import type { Shape } from "./shapes.ts";
import type { snapshot } from "./snapshot.ts";
import type { Violation } from "./validate.ts";

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** 127.0.0.1 when absent. */
  host?: string;
  /** Instant at which the clock stands still until moved. Without it the clock runs with real time. */
  clock?: string;
  seed?: number;
  webhook?: { url: string; secret: string };
  appSlug?: string;
  /** Permissions the app asks for; single file access is limited to `singleFilePaths`. */
  permissions?: Record<string, string>;
  singleFilePaths?: string[];
  events?: string[];
  /** Check every answer, request body and webhook against GitHub's OpenAPI description. On by default. */
  validate?: boolean;
  /** Print violations to stderr as they happen. On by default. */
  printViolations?: boolean;
  /** By which clock tokens and JWTs live: `real`, the default, suits an app whose own clock cannot be moved. */
  authClock?: "real" | "sandbox";
  /** RSA key pair of the app in PEM; made fresh when absent. */
  keys?: { privateKey: string; publicKey: string };
  /** Builds the first world; called again after `reset`. */
  build?: (sandbox: Sandbox) => void;
}

export interface LogFilter {
  actor?: string | RegExp;
  method?: string | string[];
  path?: string | RegExp;
  status?: number;
  operationId?: string;
  /** Entries after this number. */
  after?: number;
}

/** What owners do to one repository. */
export interface RepositoryDeeds {
  rename(name: string): void;
  archive(): void;
  unarchive(): void;
  setVisibility(visibility: Visibility): void;
  transfer(owner: string): void;
  delete(): void;
  createLabel(name: string, color?: string): Shape;
  editLabel(name: string, edit: { name?: string; color?: string; description?: string }): void;
  deleteLabel(name: string): void;
  /** The text of a file on the default branch. */
  file(path: string): string | undefined;
}

interface TeamDeeds {
  add(login: string): void;
  remove(login: string): void;
  delete(): void;
}

export interface Sandbox {
  url: string;
  app: { id: number; slug: string; privateKey: string; webhookSecret: string; clientId: string };
  /** Where webhooks go from now on. */
  hookTo(url: string, secret?: string): void;
  addUser(login: string, options?: { name?: string; token?: string }): User;
  deleteUser(login: string): void;
  addOrganization(login: string): Organization;
  setMembership(organization: string, login: string, role: "admin" | "member" | "none"): void;
  addTeam(organization: string, slug: string, members: string[]): Team;
  team(organization: string, slug: string): TeamDeeds;
  addRepository(name: string, options?: { visibility?: Visibility; description?: string }): Repository;
  repository(name: string): RepositoryDeeds;
  /** One of GitHub's six words, or a custom role's name with its base. */
  setRole(repository: string, login: string, role: string, base?: Role): void;
  putFile(repository: string, path: string, text: string): void;
  installApp(
    owner: string,
    options?: { repositories: "all" | string[]; permissions?: Record<string, string> },
  ): Installation;
  /** Another login for a person or an organisation. */
  renameAccount(login: string, to: string): void;
  suspend(installationId: number): void;
  unsuspend(installationId: number): void;
  uninstall(installationId: number): void;
  changeInstallation(
    installationId: number,
    change: { add?: string[]; remove?: string[]; permissions?: Record<string, string> },
  ): void;
  as(login: string): Person;
  faults: Faults;
  /** `true` for GitHub's published figures, or figures of one's own. */
  enforceLimits(on: boolean | Partial<LimitFigures>): void;
  limitRefusals(): { at: string; key: string; reason: string }[];
  /** Reads show the world of so many milliseconds ago (a range: drawn anew for each read). */
  readLag(ms: number | [number, number]): void;
  searchLag(ms: number): void;
  sender(options: SenderOptions): void;
  clock: { now(): string; set(iso: string): void; advance(ms: number): void };
  log: LogEntry[];
  countRequests(filter?: LogFilter): number;
  requests(filter?: LogFilter): LogEntry[];
  clearLog(): void;
  deliveries(): Delivery[];
  /** The exact bytes of a delivery and what the app answered. */
  delivery(id: number): {
    headers: Record<string, string>;
    body: string;
    response: { headers: Record<string, string>; payload: string };
  };
  /** By delivery id, or every GUID once. Gives the number sent again. */
  redeliver(which: number | "all"): number;
  ping(): void;
  /** Resolves when nothing is being sent or answered, and stays so for `quietMs`. */
  idle(quietMs?: number): Promise<void>;
  state(): Snapshot;
  validate(on: boolean): void;
  violations(direction?: Violation["direction"]): Violation[];
  /** Operations and webhooks checked so far. */
  checked(): { operations: string[]; responses: string[]; webhooks: string[] };
  reset(): void;
  close(): Promise<void>;
}

type Snapshot = ReturnType<typeof snapshot>;
