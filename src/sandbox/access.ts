import { createPublicKey, createVerify } from "node:crypto";
import { ApiError, forbidden, notByIntegration, notFound } from "./api-error.ts";
import type { Account, Installation, InstallationToken, Issue, Repository, Role, World } from "./model.ts";
import { accountById, isOrganization } from "./world.ts";

/** Who sends a request, as the token says. */
export type Actor =
  | { kind: "anonymous" }
  | { kind: "user"; account: Account }
  | { kind: "app" }
  | { kind: "installation"; installation: Installation; token: InstallationToken };

export interface Need {
  permission: string;
  level: "read" | "write";
}

const RANKS: Record<Role, number> = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

/** Reads the `Authorization` header as GitHub does: 401 with its own words when the credentials are bad. */
export function authenticate(world: World, header: string | undefined): Actor {
  if (header === undefined || header === "") return { kind: "anonymous" };
  const token = tokenIn(header);
  const userId = world.userTokens.get(token);
  if (userId !== undefined) return { kind: "user", account: accountById(world, userId) };
  if (token.startsWith("ghs_")) return installationActor(world, token);
  if (token.split(".").length === 3) {
    verifyAppJwt(world, token);
    return { kind: "app" };
  }
  throw new ApiError(401, "Bad credentials");
}

export function roleOf(world: World, repository: Repository, account: Account): { name: string; base: Role } {
  if (account.deleted) return { name: "none", base: "none" };
  if (repository.ownerId === account.id) return { name: "admin", base: "admin" };
  const owner = accountById(world, repository.ownerId);
  const membership = isOrganization(owner) ? owner.members.get(account.id) : undefined;
  if (membership === "admin") return { name: "admin", base: "admin" };
  const granted = repository.roles.get(account.id);
  if (granted !== undefined && granted.base !== "none") return granted;
  const seesIt =
    repository.visibility === "public" || (repository.visibility === "internal" && membership !== undefined);
  return seesIt ? { name: "read", base: "read" } : { name: "none", base: "none" };
}

export function atLeast(role: Role, wanted: Role): boolean {
  return RANKS[role] >= RANKS[wanted];
}

export function canBeAssigned(world: World, repository: Repository, account: Account): boolean {
  return account.kind === "User" && atLeast(roleOf(world, repository, account).base, "write");
}

export function installationCovers(installation: Installation, repository: Repository): boolean {
  if (installation.accountId !== repository.ownerId || repository.deleted) return false;
  return installation.repositories === "all" || installation.repositories.has(repository.id);
}

export function tokenCovers(token: InstallationToken, installation: Installation, repository: Repository): boolean {
  if (!installationCovers(installation, repository)) return false;
  return token.repositories === "all" || token.repositories.has(repository.id);
}

export function allows(token: InstallationToken, need: Need): boolean {
  const held = token.permissions[need.permission];
  return held === "write" || held === "admin" || (need.level === "read" && held === "read");
}

/** Lets the actor see the repository, or answers 404 (nobody learns that it exists) or 403 as GitHub does. */
export function requireRepository(world: World, access: { actor: Actor; repository: Repository; needs: Need[] }): void {
  const { actor, repository, needs } = access;
  if (actor.kind === "app") throw new ApiError(401, "A JSON web token could not be decoded");
  if (actor.kind === "anonymous") {
    if (repository.visibility !== "public") throw notFound();
    if (needs.some((need) => need.level === "write")) throw new ApiError(401, "Requires authentication");
    return;
  }
  if (actor.kind === "user") {
    if (!atLeast(roleOf(world, repository, actor.account).base, "read")) throw notFound();
    return;
  }
  if (!tokenCovers(actor.token, actor.installation, repository)) {
    if (repository.visibility !== "public") throw notFound();
    if (needs.some((need) => need.level === "write" || need.permission === "members")) throw notByIntegration();
    return;
  }
  if (needs.length > 0 && !needs.some((need) => allows(actor.token, need))) throw notByIntegration();
}

/** Whether the actor may do what `role` allows; an installation may, its permission was checked before. */
export function mayAs(world: World, actor: Actor, wanted: { repository: Repository; role: Role }): boolean {
  if (actor.kind === "installation") return true;
  return actor.kind === "user" && atLeast(roleOf(world, wanted.repository, actor.account).base, wanted.role);
}

export function requireWritable(world: World, actor: Actor, repository: Repository): Account {
  if (actor.kind === "anonymous" || actor.kind === "app") throw new ApiError(401, "Requires authentication");
  if (repository.archived) throw forbidden("Repository was archived so is read-only.");
  return actor.kind === "user" ? actor.account : world.bot;
}

/** Locked conversations take words only from people with write access. */
export function requireUnlocked(world: World, actor: Actor, issue: { repository: Repository; issue: Issue }): void {
  if (!issue.issue.locked) return;
  if (mayAs(world, actor, { repository: issue.repository, role: "write" })) return;
  throw forbidden("Unable to create comment because issue is locked.");
}

export function actorName(actor: Actor): string {
  if (actor.kind === "user") return actor.account.login;
  return actor.kind === "installation" ? `app:${actor.installation.id}` : actor.kind;
}

function tokenIn(header: string): string {
  const [scheme = "", value = ""] = header.trim().split(/\s+/);
  if (/^(bearer|token)$/iu.test(scheme)) return value;
  if (/^basic$/iu.test(scheme)) {
    const [name = "", word = ""] = Buffer.from(value, "base64").toString().split(":");
    return word === "" || word === "x-oauth-basic" ? name : word;
  }
  throw new ApiError(401, "Bad credentials");
}

function installationActor(world: World, text: string): Actor {
  const token = world.tokens.get(text);
  if (token === undefined || token.expiresAt <= world.authMs()) throw new ApiError(401, "Bad credentials");
  const installation = world.installations.get(token.installationId);
  if (installation === undefined) throw new ApiError(401, "Bad credentials");
  if (installation.suspendedAt !== null) throw forbidden("This installation has been suspended");
  return { kind: "installation", installation, token };
}

function verifyAppJwt(world: World, jwt: string): void {
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  const parsed = { header: decodePart(header), claims: decodePart(claims) };
  const verifier = createVerify("RSA-SHA256").update(`${header}.${claims}`);
  const signed =
    parsed.header["alg"] === "RS256" &&
    verifier.verify(createPublicKey(world.app.publicKey), Buffer.from(signature, "base64url"));
  if (!signed) throw new ApiError(401, "A JSON web token could not be decoded");
  const issuer = String(parsed.claims["iss"]);
  if (issuer !== String(world.app.id) && issuer !== world.app.clientId)
    throw new ApiError(401, "Integration not found");
  checkLifetime(Number(parsed.claims["iat"]), Number(parsed.claims["exp"]), Math.floor(world.authMs() / 1000));
}

// oxlint-disable-next-line max-params -- three instants of the same kind, named
function checkLifetime(issuedAt: number, expiresAt: number, now: number): void {
  if (Number.isNaN(expiresAt)) throw new ApiError(401, "Missing 'expiration time' claim ('exp')");
  if (Number.isNaN(issuedAt)) throw new ApiError(401, "Missing 'issued at' claim ('iat')");
  if (issuedAt > now + 60)
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (expiresAt <= now)
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (expiresAt > now + 660) throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
}

function decodePart(part: string): Record<string, unknown> {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    if (typeof decoded === "object" && decoded !== null) return decoded as Record<string, unknown>;
  } catch {
    // Not JSON: the same answer as for JSON that is no object.
  }
  throw new ApiError(401, "A JSON web token could not be decoded");
}
