import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, Hono } from "hono";
import { requireRepository, requireWritable, type Actor, type Need } from "./access.ts";
import { ApiError, notByIntegration } from "./api-error.ts";
import type { Faults } from "./faults.ts";
import type { HookSender } from "./hook-sender.ts";
import type { Doer } from "./issue-actions.ts";
import type { Limits } from "./limits.ts";
import type { Account, Repository, World } from "./model.ts";
import { fullNameOf, repositoryById } from "./world.ts";
import type { OperationId } from "./openapi-scope.ts";
import type { Validator } from "./validate.ts";

/** What belongs to one request besides the request itself. */
export interface Bindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  actor: Actor;
  /** Path without `/api/v3`, lasting addresses written as names. */
  path: string;
  operation: string | undefined;
}

export interface Env {
  Bindings: Bindings;
}

export interface Machinery {
  world: World;
  faults: Faults;
  limits: Limits;
  validator: Validator;
  sender: HookSender;
  api: Hono<Env>;
}

/** What a handler answers: status and JSON (or nothing), with headers of its own. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Text instead of JSON, for raw file contents. */
  text?: string;
}

/** One request, as handlers see it. */
export interface Exchange {
  world: World;
  actor: Actor;
  method: Route["method"];
  parameter(name: string): string;
  query(name: string): string | undefined;
  header(name: string): string | undefined;
  body: Record<string, unknown>;
  /** The body as sent, for the few endpoints that take a bare list. */
  rawBody: unknown;
  url: URL;
  /** The repository of the path, checked for access. Only where the path has one. */
  repository: Repository;
}

export interface Route {
  id: OperationId | "sandbox/transfer" | "sandbox/pin" | "sandbox/react";
  /** GitHub's path with `:name` for its parameters. */
  path: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Who may: any one of these permissions suffices for an installation. */
  needs?: Need[];
  /** `app`: only with the app's JWT. `any`: no permission asked. */
  as?: "app" | "any";
  handle(exchange: Exchange): Answer | Promise<Answer>;
}

export function registerRoutes(machinery: Machinery, routes: Route[]): void {
  for (const route of routes)
    machinery.api.on(route.method, route.path, (context) => answer(machinery, route, context));
}

export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export function noContent(): Answer {
  return { status: 204 };
}

/** The one who acts, with 401 for nobody and 403 in archived repositories. */
export function doerOf(exchange: Exchange): Doer {
  return { world: exchange.world, by: requireWritable(exchange.world, exchange.actor, exchange.repository) };
}

export function accountOf(exchange: Exchange): Account {
  const { actor, world } = exchange;
  if (actor.kind === "user") return actor.account;
  if (actor.kind === "installation") return world.bot;
  throw new ApiError(401, "Requires authentication");
}

/** Cuts one page out of a list and says where the others are. */
export function page<T>(exchange: Exchange, list: T[], shape: (entry: T) => unknown): Answer {
  const { entries, headers } = paged(exchange, list);
  return ok(entries.map(shape), headers);
}

export function paged<T>(exchange: Exchange, list: T[]): { entries: T[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, wholeNumber(exchange.query("per_page")) ?? 30));
  const number = Math.max(1, wholeNumber(exchange.query("page")) ?? 1);
  const last = Math.max(1, Math.ceil(list.length / size));
  const links: string[] = [];
  const link = (to: number, rel: string): void => {
    const url = new URL(exchange.url.pathname + exchange.url.search, exchange.world.base);
    url.searchParams.set("page", String(to));
    links.push(`<${url.href}>; rel="${rel}"`);
  };
  if (number > 1) link(number - 1, "prev");
  if (number < last) {
    link(number + 1, "next");
    link(last, "last");
  }
  if (number > 1) link(1, "first");
  return {
    entries: list.slice((number - 1) * size, number * size),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A list of names, as GitHub takes it: strings, numbers or objects with a `name`; `undefined` when absent. */
export function namesOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((entry) => {
    if (typeof entry === "string") return [entry];
    const name = typeof entry === "object" && entry !== null && "name" in entry ? entry.name : undefined;
    return typeof name === "string" ? [name] : [];
  });
}

async function answer(machinery: Machinery, route: Route, context: Context<Env>): Promise<Response> {
  const { world, validator } = machinery;
  context.env.operation = route.id;
  const { actor, path } = context.env;
  const url = new URL(context.req.url);
  let result: Answer;
  try {
    refuseConditionalWrite(context);
    const rawBody = await readBody(context);
    const exchange: Exchange = {
      world,
      actor,
      method: route.method,
      url,
      rawBody,
      body: isRecord(rawBody) ? rawBody : {},
      parameter: (name) => context.req.param(name) ?? "",
      query: (name) => context.req.query(name),
      header: (name) => context.req.header(name),
      repository: undefined as unknown as Repository,
    };
    if (route.method !== "GET") validator.checkRequest(route.id, rawBody);
    requireKind(actor, route);
    if (route.path.startsWith("/repos/:owner/:repo")) {
      const found = findRepository(exchange, { ...route, path });
      if (found instanceof Response) return found;
      exchange.repository = found;
    }
    result = await route.handle(exchange);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return errorAnswer(machinery, route.id, error);
  }
  // Raw file contents are text: GitHub's description covers only the JSON forms.
  if (result.text === undefined) validator.checkResponse(route.id, result.status, result.body);
  return respond(result);
}

export function errorAnswer(machinery: Machinery, operation: string, error: ApiError): Response {
  const body = {
    message: error.message,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    documentation_url: "https://docs.github.com/rest",
    status: String(error.status),
  };
  machinery.validator.checkResponse(operation, error.status, body);
  return Response.json(body, {
    status: error.status,
    headers: { "content-type": "application/json; charset=utf-8", ...error.headers },
  });
}

function respond(result: Answer): Response {
  const headers: Record<string, string> = { ...result.headers };
  if (result.status === 204) return new Response(null, { status: 204, headers });
  if (result.text !== undefined) return new Response(result.text, { status: result.status, headers });
  headers["content-type"] ??= "application/json; charset=utf-8";
  return new Response(JSON.stringify(result.body), { status: result.status, headers });
}

async function readBody(context: Context<Env>): Promise<unknown> {
  if (context.req.method === "GET") return undefined;
  const text = await context.req.text();
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError(400, "Problems parsing JSON");
  }
}

/** GitHub has no conditional writes on issues: it says so instead of ignoring the header. */
function refuseConditionalWrite(context: Context<Env>): void {
  if (context.req.method === "GET") return;
  const conditional = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"].some(
    (name) => context.req.header(name) !== undefined,
  );
  if (conditional)
    throw new ApiError(
      400,
      "Conditional request headers are not allowed in unsafe requests unless supported by the endpoint",
    );
}

function requireKind(actor: Actor, route: Route): void {
  if (route.as === "app") {
    if (actor.kind === "anonymous" || actor.kind === "user")
      throw new ApiError(401, "A JSON web token could not be decoded");
    if (actor.kind === "installation") throw new ApiError(401, "A JSON web token could not be decoded");
    return;
  }
  if (actor.kind === "app" && route.as !== "any") throw new ApiError(401, "A JSON web token could not be decoded");
}

/** Finds the repository by its name; a former name answers 301 for reads and 307 for writes with the lasting address. */
function findRepository(exchange: Exchange, route: Route): Repository | Response {
  const { world, actor } = exchange;
  const named = `${exchange.parameter("owner")}/${exchange.parameter("repo")}`;
  const id = world.repositoryNames.get(named.toLowerCase());
  const repository = id === undefined ? undefined : world.repositories.get(id);
  if (repository === undefined || repository.deleted) throw new ApiError(404, "Not Found");
  if (actor.kind !== "app")
    requireRepository(world, { actor, repository, needs: route.needs ?? [{ permission: "metadata", level: "read" }] });
  if (fullNameOf(world, repository).toLowerCase() === named.toLowerCase()) return repository;
  const rest = route.path.replace(/^\/repos\/[^/]+\/[^/]+/u, "");
  const location = `${world.base}/repositories/${repository.id}${rest}${exchange.url.search}`;
  const body = {
    message: "Moved Permanently",
    url: location,
    documentation_url: "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
  };
  return Response.json(body, { status: route.method === "GET" ? 301 : 307, headers: { location } });
}

/** `/repositories/:id/…` is the lasting address of `/repos/:owner/:repo/…`. */
export function lastingAddress(world: World, path: string): string {
  const match = /^\/repositories\/(\d+)(\/.*)?$/u.exec(path);
  if (match === null) return path;
  const repository = world.repositories.get(Number(match[1]));
  return repository === undefined
    ? path
    : `/repos/${fullNameOf(world, repositoryById(world, repository.id))}${match[2] ?? ""}`;
}

export function requirePermission(actor: Actor, need: Need): void {
  if (actor.kind !== "installation") return;
  const held = actor.token.permissions[need.permission];
  if (held === "write" || held === "admin" || (need.level === "read" && held === "read")) return;
  throw notByIntegration();
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
