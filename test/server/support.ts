import { createHmac, generateKeyPairSync } from "node:crypto";

import type { Delivery } from "../../src/domain/delivery.ts";
import { type ConfiguredEnv, readEnv } from "../../src/env.ts";
import { createLog } from "../../src/server/log.ts";
import { createMetrics, type Metrics } from "../../src/server/metrics.ts";
import { checkSignature } from "../../src/server/signature.ts";
import { createServer, type RunningServer, type ServerDeps } from "../../src/server/server.ts";

export const SECRET = "a-secret-of-more-than-16-characters";
export const PREVIOUS = "the-secret-that-was-in-force-before";
export const PRIVATE_KEY: string = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
  type: "pkcs1",
  format: "pem",
}) as string;

export function someEnv(variables: Record<string, string | undefined> = {}): ConfiguredEnv {
  const env = readEnv({
    APP_ID: "7",
    PRIVATE_KEY,
    WEBHOOK_SECRET: SECRET,
    WEBHOOK_SECRET_PREVIOUS: PREVIOUS,
    PORT: "0",
    LOG_LEVEL: "silent",
    ...variables,
  });
  return env as ConfiguredEnv;
}

export interface TestServer extends RunningServer {
  readonly kept: Delivery[];
  readonly metrics: Metrics;
}

/** The real server over real HTTP; what it accepts ends in a list. */
export async function startTestServer(overrides: Partial<ServerDeps> = {}): Promise<TestServer> {
  const env = overrides.env ?? someEnv();
  const kept: Delivery[] = [];
  const metrics = createMetrics();
  const server = await createServer({
    env,
    log: createLog(env),
    metrics,
    now: () => new Date("2026-11-21T07:00:00.000Z"),
    whoami: () => ({ appId: 7, login: "postmortem[bot]" }),
    ready: async () => ({ store: undefined }),
    accept: async (delivery) => {
      if (kept.some(({ id }) => id === delivery.id)) return false;
      kept.push(delivery);
      return true;
    },
    ...overrides,
  });
  return { ...server, kept, metrics };
}

export function sign(body: string | Buffer, secret: string = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export function someIssuesPayload(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    action: "labeled",
    issue: { number: 3, title: "Pods evicted", body: "All at once.", labels: [{ name: "postmortem" }] },
    label: { name: "postmortem" },
    repository: { id: 11, name: "incidents", full_name: "acme/incidents" },
    installation: { id: 21 },
    sender: { id: 5, login: "alice", type: "User" },
    ...overrides,
  };
}

export function isSigned(body: readonly Uint8Array[], header: string, secrets: readonly string[]): boolean {
  const check = checkSignature(header, secrets);
  for (const piece of body) check?.add(piece);
  return check?.fits() ?? false;
}

export interface Sending {
  readonly id?: string;
  readonly event?: string;
  readonly secret?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string | Buffer;
}

let sent = 0;

/** Sends a webhook as GitHub does; each part can be replaced, a header taken away with `undefined`. */
export async function deliver(url: string, sending: Sending = {}): Promise<Response> {
  const body = sending.body ?? JSON.stringify(someIssuesPayload());
  sent += 1;
  const headers: Record<string, string | undefined> = {
    "content-type": "application/json",
    "x-github-event": sending.event ?? "issues",
    "x-github-delivery": sending.id ?? `00000000-0000-4000-8000-${String(sent).padStart(12, "0")}`,
    "x-hub-signature-256": sign(body, sending.secret),
    ...sending.headers,
  };
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${url}/api/github/webhooks`, {
    method: "POST",
    headers: given,
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
}
