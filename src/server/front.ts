import type { IncomingMessage, ServerResponse } from "node:http";

import type { Probot } from "probot";
import { z } from "zod";

import { isHeard } from "../app.ts";
import { type BodyBudget, LARGEST_BODY, readBody } from "./body.ts";
import { createGate, type Gate, type GateLimits } from "./gate.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { checkSignature } from "./signature.ts";

export const WEBHOOK_PATH = "/api/github/webhooks";

export interface FrontLimits extends GateLimits {
  readonly largestBody: number;
  readonly bodyTimeoutMs: number;
  /** Bytes of all small bodies held at once. */
  readonly smallBodies: number;
  /** Bytes of all bodies above 1 MB held at once: enough for one of the largest. */
  readonly largeBodies: number;
  /** How long to wait for the store. GitHub hangs up after 10 s. */
  readonly acceptTimeoutMs: number;
}

const FRONT_LIMITS: FrontLimits = {
  largestBody: LARGEST_BODY,
  bodyTimeoutMs: 10_000,
  smallBodies: 16 * 1024 * 1024,
  largeBodies: LARGEST_BODY,
  acceptTimeoutMs: 8_000,
  atOnce: 512,
  atOncePerAddress: 256,
};

/** A webhook as Probot hands it out. */
type WebhookEvent = Parameters<Probot["receive"]>[0];

export interface FrontDeps {
  readonly secrets: readonly string[];
  /** Hands the event on. Resolves when all that has to be kept is kept durably, rejects when it could not be. */
  readonly dispatch: (event: WebhookEvent) => Promise<void>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly limits?: Partial<FrontLimits>;
}

interface Answer {
  readonly status: number;
  readonly reason: string;
}

const OK: Answer = { status: 202, reason: "accepted" };
const NOT_SIGNED: Answer = { status: 401, reason: "the signature does not match" };

/**
 * The only way in for webhooks: headers, size, signature, JSON, in this order, and a 202 only after the event is kept.
 * Answers 400, 401, 408, 413 or 429 for what is not a proper delivery, and 503 when the store cannot take it or there is no room for the body.
 */
export function createFront(deps: FrontDeps): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const limits = { ...FRONT_LIMITS, ...deps.limits };
  const gate = createGate(limits);
  const budget: BodyBudget = {
    small: { limit: limits.smallBodies, used: 0 },
    large: { limit: limits.largeBodies, used: 0, closedUntil: 0 },
  };
  return async function front(request, response) {
    if (pathOf(request) !== WEBHOOK_PATH) return false;
    const answer = await throughGate(request, gate, async () => receive(request, { ...deps, limits, budget }));
    deps.metrics.count("webhook_requests", { status: String(answer.status) });
    if (answer.status !== 202) deps.log.warn({ status: answer.status, reason: answer.reason }, "webhook refused");
    reply(request, response, answer);
    return true;
  };
}

async function throughGate(request: IncomingMessage, gate: Gate, work: () => Promise<Answer>): Promise<Answer> {
  const address = request.socket.remoteAddress ?? "unknown";
  const closed = gate.enter(address);
  if (closed !== undefined) return { status: closed, reason: "too many requests at once" };
  try {
    return await work();
  } finally {
    gate.leave(address);
  }
}

const Headers = z.object({
  "x-github-event": z.string().regex(/^[a-z_]{1,100}$/u),
  "x-github-delivery": z.string().regex(/^[\w:.-]{1,200}$/u),
  "content-type": z.string().regex(/^application\/json\b/iu),
});

type Inside = FrontDeps & { readonly limits: FrontLimits; readonly budget: BodyBudget };

async function receive(request: IncomingMessage, deps: Inside): Promise<Answer> {
  if (request.method !== "POST") return { status: 400, reason: "webhooks are sent by POST" };
  const signature = request.headers["x-hub-signature-256"];
  if (typeof signature !== "string") return { status: 401, reason: "the signature header is missing" };
  const headers = Headers.safeParse(request.headers);
  if (!headers.success) {
    return {
      status: 400,
      reason: `the header ${headers.error.issues[0]?.path.join(".") ?? ""} is missing or not as GitHub sends it`,
    };
  }
  const check = checkSignature(signature, deps.secrets);
  if (check === undefined) return NOT_SIGNED;
  const { limits, budget } = deps;
  const read = await readBody(request, {
    largest: limits.largestBody,
    timeoutMs: limits.bodyTimeoutMs,
    budget,
    seen: (piece) => check.add(piece),
  });
  if ("status" in read) return read;
  const isGenuine = check.fits();
  try {
    if (!isGenuine) return NOT_SIGNED;
    const event = { id: headers.data["x-github-delivery"], name: headers.data["x-github-event"] };
    return await pass({ ...event, payload: parse(read.pieces) }, deps);
  } finally {
    read.release(isGenuine);
  }
}

async function pass(event: { id: string; name: string; payload: unknown }, deps: Inside): Promise<Answer> {
  if (!isRecord(event.payload)) return { status: 400, reason: "the body is not a JSON object" };
  if (!isWebhookEvent(event)) return { ...OK, reason: "not an event we listen to" };
  try {
    await inTime(deps.dispatch(event), deps.limits.acceptTimeoutMs);
    return OK;
  } catch (error) {
    deps.metrics.count("deliveries", { outcome: "failed" });
    deps.log.error({ err: error, delivery: event.id, event: event.name }, "delivery could not be kept");
    return { status: 503, reason: "the delivery could not be kept; send it again" };
  }
}

/** The signature vouches that GitHub wrote it; `translate` asks for each field it uses. */
function isWebhookEvent(event: { id: string; name: string; payload: unknown }): event is WebhookEvent {
  return isHeard(event.name) && isRecord(event.payload);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only now, with a signature that fits, is it worth the memory to have it in one piece. */
function parse(pieces: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    return undefined;
  }
}

async function inTime(work: Promise<void>, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The store did not answer within ${timeoutMs} ms.`)), timeoutMs);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A refused sender may still be writing: the connection ends with the answer, so nothing more is taken from it. */
function reply(request: IncomingMessage, response: ServerResponse, { status, reason }: Answer): void {
  if (response.destroyed) return;
  if (!request.complete) response.setHeader("connection", "close");
  if (status === 503 || status === 429) response.setHeader("retry-after", "30");
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(status === 202 ? "" : `${reason}\n`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}
