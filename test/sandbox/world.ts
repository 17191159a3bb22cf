import { createSign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";

interface Received {
  headers: Record<string, string>;
  body: string;
  json: Record<string, unknown>;
}

/** A small world with an app that only listens: acme/shop (public), acme/vault (private), and people of every role. */
export interface SmallWorld {
  sandbox: Sandbox;
  received: Received[];
  installationId: number;
  /** How the listening app answers from now on. */
  answerWith(status: number): void;
  stopListening(): Promise<void>;
  close(): Promise<void>;
}

export async function smallWorld(options: SandboxOptions = {}): Promise<SmallWorld> {
  const received: Received[] = [];
  let status = 200;
  const receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ headers, body, json: JSON.parse(body) as Record<string, unknown> });
      response.statusCode = status;
      response.end();
    });
  });
  const port = await listen(receiver);
  const sandbox = await startSandbox({
    clock: "2026-03-02T09:00:00Z",
    webhook: { url: `http://127.0.0.1:${port}/hook`, secret: "small-world-secret-long-enough" },
    ...options,
  });
  sandbox.addOrganization("acme");
  const roles = { alice: "admin", dan: "maintain", bob: "write", carol: "write", erin: "triage", rita: "read" };
  for (const login of Object.keys(roles)) sandbox.addUser(login);
  for (const [name, visibility] of [
    ["acme/shop", "public"],
    ["acme/vault", "private"],
  ] as const) {
    sandbox.addRepository(name, { visibility });
    for (const [login, role] of Object.entries(roles)) sandbox.setRole(name, login, role);
  }
  sandbox.setMembership("acme", "alice", "admin");
  const { id } = sandbox.installApp("acme");
  await sandbox.idle();
  received.length = 0;
  return {
    sandbox,
    received,
    installationId: id,
    answerWith: (wanted) => (status = wanted),
    stopListening: () => stop(receiver),
    async close() {
      await sandbox.close();
      await stop(receiver);
    },
  };
}

interface Answer {
  status: number;
  headers: Headers;
  json: Record<string, unknown>;
  text: string;
}

// oxlint-disable-next-line max-params -- as in HTTP
export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export function callAs(sandbox: Sandbox, authorization: string | undefined): Call {
  // oxlint-disable-next-line max-params -- as in HTTP: method, path, body, headers
  return async (method, path, body, headers = {}) => {
    const response = await fetch(sandbox.url + path, {
      method,
      redirect: "manual",
      headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true && text !== "";
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
}

export function appJwt(sandbox: Sandbox, claims: Record<string, unknown> = {}, key = sandbox.app.privateKey): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + 570, iss: sandbox.app.id, ...claims })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(key, "base64url")}`;
}

/** An installation's token, as narrow as asked. */
export async function botOf(world: SmallWorld, narrow?: Record<string, unknown>): Promise<Call> {
  const app = callAs(world.sandbox, `Bearer ${appJwt(world.sandbox)}`);
  const { json } = await app("POST", `/app/installations/${world.installationId}/access_tokens`, narrow);
  return callAs(world.sandbox, `token ${String(json["token"])}`);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
