import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { z } from "zod";

import type { Env } from "../env.ts";
import { guardConnections } from "../server/connections.ts";
import { API_VERSION } from "../github/client.ts";
import { type NewCredentials, writeCredentials } from "./credentials-file.ts";
import { manifestFor, readManifest, webUrlOf } from "./manifest.ts";
import { donePage, refusedPage, setupPage } from "./setup-page.ts";

export interface Setup {
  /** What to open in a browser. Its key lets in whoever may read the app's output. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the credentials are in the file. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly html: string;
}

interface Session {
  readonly env: Env;
  readonly key: string;
  /** Random words given to GitHub and not yet brought back. */
  readonly states: Set<string>;
  readonly localUrl: string;
  readonly finish: () => void;
}

/** Serves the registration of the app, to whoever has the key that was printed, until it is done. */
export async function startSetup(env: Env): Promise<Setup> {
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const key = randomBytes(16).toString("hex");
  const states = new Set<string>();
  const server = createServer((request, response) => {
    void serve(response, request, { env, key, states, localUrl: hereUrl(request, env), finish });
  });
  guardConnections(server, { headersTimeoutMs: 10_000, connections: 50 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: env.host, port: env.port }, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : env.port;
  return {
    url: `http://${["0.0.0.0", "::", "127.0.0.1"].includes(env.host) ? "127.0.0.1" : env.host}:${port}/?key=${key}`,
    port,
    done,
    async close() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function serve(response: ServerResponse, request: IncomingMessage, session: Session): Promise<void> {
  try {
    send(response, await route(request, session), session.env);
  } catch {
    send(response, refuse(500, "Something went wrong here. Look at app.yml, then start again."), session.env);
  }
}

async function route(request: IncomingMessage, session: Session): Promise<Answer> {
  const url = URL.parse(request.url ?? "/", "http://setup.invalid");
  if (url === null || request.method !== "GET") return refuse(404, "There is no such page.");
  if (!isHostTrusted(request, session.env)) return refuse(403, "Open this page by the address the app printed.");
  if (url.pathname === "/healthz") return { status: 200, html: "waiting for set-up\n" };
  if (url.pathname === "/setup/callback") return callback(url, session);
  if (url.pathname !== "/") return refuse(404, "There is no such page.");
  // From this machine too: a proxy on it that adds no header lets the whole internet look like that.
  if (!same(url.searchParams.get("key") ?? "", session.key)) {
    return refuse(403, "Open this page by the whole address the app printed when it started, with its key.");
  }
  return { status: 200, html: form(url, session) };
}

function form({ searchParams }: URL, { env, key, states, localUrl }: Session): string {
  const asked = searchParams.get("url") ?? env.publicUrl ?? localUrl;
  const publicUrl = (/^https?:\/\//u.test(asked) ? asked : localUrl).replace(/\/+$/u, "");
  const organisation = /^[A-Za-z0-9-]*$/u.exec(searchParams.get("organisation") ?? "")?.[0] ?? "";
  const manifest = readManifest();
  const state = randomBytes(16).toString("hex");
  remember(states, state);
  const owner = organisation === "" ? "" : `/organizations/${organisation}`;
  return setupPage({
    action: `${webUrlOf(env.githubApiUrl)}${owner}/settings/apps/new?state=${state}`,
    manifest: manifestFor(manifest, { publicUrl, localUrl }),
    publicUrl,
    organisation,
    permissions: Object.entries(manifest.default_permissions),
    events: manifest.default_events,
    key,
  });
}

/** A page opened a thousand times leaves no more than a hundred words behind. */
function remember(states: Set<string>, state: string): void {
  states.add(state);
  const [oldest] = states;
  if (states.size > 100 && oldest !== undefined) states.delete(oldest);
}

/** GitHub sends the browser back with a code that is good once and for an hour. */
async function callback({ searchParams }: URL, { env, states, finish }: Session): Promise<Answer> {
  const code = searchParams.get("code") ?? "";
  const state = [...states].find((known) => same(known, searchParams.get("state") ?? ""));
  if (state === undefined || !/^[\w-]{1,100}$/u.test(code)) {
    return refuse(400, "This is not the answer to a registration started here. Start again from the first page.");
  }
  states.delete(state);
  try {
    const { credentials, installUrl } = await exchange(code, env);
    await writeCredentials(env.envFile, credentials);
    finish();
    return { status: 200, html: donePage(installUrl) };
  } catch (error) {
    return refuse(502, error instanceof Error ? error.message : "The registration could not be ended. Start again.");
  }
}

const Conversion = z.object({
  id: z.number().int().positive(),
  pem: z.string(),
  webhook_secret: z.string().min(16),
  html_url: z.url(),
});

async function exchange(code: string, env: Env): Promise<{ credentials: NewCredentials; installUrl: string }> {
  const response = await fetch(`${env.githubApiUrl}/app-manifests/${code}/conversions`, {
    method: "POST",
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": API_VERSION,
      "user-agent": "postmortem-app",
    },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 201) {
    throw new Error(`GitHub answered ${response.status} to the code. It is good once and for an hour: start again.`);
  }
  const parsed = Conversion.safeParse(await response.json());
  if (!parsed.success) throw new Error("GitHub's answer has no key or no webhook secret. Start again.");
  const { id: appId, pem: privateKey, webhook_secret: webhookSecret, html_url: htmlUrl } = parsed.data;
  return { credentials: { appId, privateKey, webhookSecret }, installUrl: `${htmlUrl}/installations/new` };
}

/** A page of another site cannot reach us under a name of its own: only these names are answered. */
function isHostTrusted(request: IncomingMessage, env: Env): boolean {
  const host = URL.parse(`http://${request.headers.host ?? ""}`)?.hostname;
  const own = env.publicUrl === undefined ? undefined : new URL(env.publicUrl).hostname;
  const { origin } = request.headers;
  if (host === undefined || (origin !== undefined && URL.parse(origin)?.hostname !== host)) return false;
  return ["localhost", "127.0.0.1", "[::1]", own].includes(host);
}

/** The address this page was opened at: where GitHub sends the browser back to. */
function hereUrl(request: IncomingMessage, { publicUrl }: Env): string {
  const host = request.headers.host ?? "";
  return publicUrl !== undefined && new URL(publicUrl).host === host ? publicUrl : `http://${host}`;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refuse(status: number, sentence: string): Answer {
  return { status, html: refusedPage(sentence) };
}

function send(response: ServerResponse, { status, html }: Answer, env: Env): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${webUrlOf(env.githubApiUrl)}; base-uri 'none'; frame-ancestors 'none'`,
    connection: "close",
  });
  response.end(html);
}
