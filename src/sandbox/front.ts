import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { actorName, authenticate } from "./access.ts";
import { ApiError } from "./api-error.ts";
import { errorAnswer, lastingAddress, type Bindings, type Machinery } from "./exchange.ts";
import type { Fault } from "./faults.ts";
import type { Charge, Refusal } from "./limits.ts";
import { payerOf } from "./routes/people-routes.ts";

/** One line of the request log. */
export interface LogEntry {
  n: number;
  /** Sandbox clock. */
  at: string;
  /** `app`, `app:INSTALLATION`, a login, or `anonymous`. */
  actor: string;
  method: string;
  /** With its query, without `/api/v3`. */
  path: string;
  status: number;
  /** GitHub's operation id; absent when no route matched or the request never got that far. */
  operationId: string | undefined;
  fault?: string;
  /** Which limit refused it. */
  refused?: string;
  ms: number;
}

export interface Front {
  answer(request: Request, bindings: Pick<Bindings, "incoming" | "outgoing">, path: string): Promise<Response>;
  log: LogEntry[];
  underWay(): number;
}

const VERSIONS = new Set(["2022-11-28", "2026-03-10"]);
const CONTENT = [
  /^\/repos\/[^/]+\/[^/]+\/issues$/u,
  /\/issues\/\d+\/comments$/u,
  /\/issues\/\d+\/sub_issues$/u,
  /^\/repos\/[^/]+\/[^/]+\/pulls$/u,
];

/** Everything between the socket and the routes: who it is, what it costs, what goes wrong, and how it is written down. */
export function createFront(machinery: Machinery): Front {
  const { world, faults, limits, api } = machinery;
  const log: LogEntry[] = [];
  let underWay = 0;
  let count = 0;

  async function answer(
    request: Request,
    sockets: Pick<Bindings, "incoming" | "outgoing">,
    rawPath: string,
  ): Promise<Response> {
    underWay += 1;
    const started = performance.now();
    const url = new URL(request.url);
    const path = lastingAddress(world, rawPath);
    const bindings: Bindings = { ...sockets, actor: { kind: "anonymous" }, path, operation: undefined };
    count += 1;
    const entry: LogEntry = {
      n: count,
      at: world.clock.now(),
      actor: "anonymous",
      method: request.method,
      path: path + url.search,
      status: 0,
      operationId: undefined,
      ms: 0,
    };
    log.push(entry);
    let payer: string | undefined;
    try {
      bindings.actor = authenticate(world, request.headers.get("authorization") ?? undefined);
      entry.actor = actorName(bindings.actor);
      payer = payerOf({ actor: bindings.actor });
      const charge = chargeOf(payer, request.method, path);
      const refusal = path === "/rate_limit" ? undefined : limits.enter(charge);
      if (path === "/rate_limit") payer = undefined;
      const response = refusal === undefined ? await struck({ request, bindings, entry }) : refused(refusal, entry);
      const final = await conditional(request, response);
      if (final.status === 304) limits.giveBack(charge);
      return finish(final, { entry, key: charge.key, search: charge.search, request });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return finish(errorAnswer(machinery, "", error), { entry, key: "anonymous", search: false, request });
    } finally {
      if (payer !== undefined) limits.leave(payer);
      entry.operationId = bindings.operation;
      entry.ms = Math.round((performance.now() - started) * 10) / 10;
      underWay -= 1;
    }
  }

  async function struck(hit: { request: Request; bindings: Bindings; entry: LogEntry }): Promise<Response> {
    const { request, bindings, entry } = hit;
    const fault = faults.strike(request.method, bindings.path);
    if (fault === undefined) return api.fetch(request, bindings);
    entry.fault = fault.kind;
    const instead = insteadOf(fault);
    if (instead !== undefined) return instead;
    if (fault.kind === "delay" || fault.kind === "stall")
      await sleep(fault.ms ?? (fault.kind === "stall" ? 60_000 : 500));
    const response = await api.fetch(request, bindings);
    if (fault.kind === "applied-then-500") return Response.json({ message: "Server Error" }, { status: 500 });
    if (fault.kind === "applied-then-reset") {
      await response.text();
      bindings.incoming.socket.destroy();
      return new Response(null, { status: 500 });
    }
    if (fault.kind !== "truncate") return response;
    const text = await response.text();
    return new Response(text.slice(0, Math.floor(text.length / 2)), {
      status: response.status,
      headers: response.headers,
    });
  }

  function finish(
    response: Response,
    about: { entry: LogEntry; key: string; search: boolean; request: Request },
  ): Response {
    const { entry, key, search, request } = about;
    entry.status = response.status;
    const { headers } = response;
    for (const [name, value] of Object.entries(limits.headers(key, search))) headers.set(name, value);
    headers.set("date", new Date(world.authMs()).toUTCString());
    headers.set("server", "github.com");
    headers.set(
      "x-github-request-id",
      `${world.noise.hex(4)}:${world.noise.hex(6)}:${world.noise.hex(7)}`.toUpperCase(),
    );
    headers.set("x-github-media-type", "github.v3; format=json");
    const version = request.headers.get("x-github-api-version") ?? "2022-11-28";
    headers.set("x-github-api-version-selected", VERSIONS.has(version) ? version : "2022-11-28");
    return response;
  }

  return { answer, log, underWay: () => underWay };
}

/** A 304 when the caller has this very answer already. */
async function conditional(request: Request, response: Response): Promise<Response> {
  if (request.method !== "GET" || response.status !== 200) return response;
  const text = await response.text();
  const etag = `W/"${createHash("sha1").update(text).digest("hex")}"`;
  response.headers.set("etag", etag);
  response.headers.set("cache-control", "private, max-age=60, s-maxage=60");
  const held =
    request.headers
      .get("if-none-match")
      ?.split(",")
      .map((tag) => tag.trim().replace(/^W\//u, "")) ?? [];
  if (held.includes(etag.slice(2)) || held.includes("*")) {
    response.headers.delete("content-type");
    return new Response(null, { status: 304, headers: response.headers });
  }
  return new Response(text, { status: 200, headers: response.headers });
}

// oxlint-disable-next-line max-params -- who pays, and what for
function chargeOf(key: string, method: string, path: string): Charge {
  const content = method === "POST" && CONTENT.some((pattern) => pattern.test(path));
  return { key, write: method !== "GET" && method !== "HEAD", content, search: path.startsWith("/search/") };
}

function insteadOf(fault: Fault): Response | undefined {
  if (fault.kind === "error-before") {
    return Response.json({ message: "Server Error" }, { status: fault.status ?? 502 });
  }
  if (fault.kind === "403-secondary" || fault.kind === "429-secondary")
    return secondary(fault.kind === "403-secondary" ? 403 : 429, fault.retryAfter ?? 60);
  if (fault.kind !== "graphql-refusal") return undefined;
  const errors = [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }];
  return Response.json({ data: null, errors }, { status: 200 });
}

function refused(refusal: Refusal, entry: LogEntry): Response {
  entry.refused = refusal.reason;
  if (refusal.retryAfterS !== undefined) return secondary(403, refusal.retryAfterS);
  const message =
    "API rate limit exceeded for installation. If you reach out to GitHub Support for help, please include the request ID.";
  return Response.json(
    { message, documentation_url: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api", status: "403" },
    { status: 403 },
  );
}

function secondary(status: number, retryAfterS: number): Response {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const documentation =
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
  return Response.json(
    { message, documentation_url: documentation, status: String(status) },
    { status, headers: { "retry-after": String(retryAfterS) } },
  );
}
