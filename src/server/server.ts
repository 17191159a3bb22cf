import { createServer as createTcpServer, type AddressInfo } from "node:net";

import { Probot, ProbotOctokit, Server } from "probot";

import type { Credentials, Env } from "../env.ts";
import { createApp, type AppDeps } from "../app.ts";
import { createPages, type Readiness } from "../web/pages.ts";
import { guardConnections } from "./connections.ts";
import { createFront, type FrontLimits } from "./front.ts";

export interface ServerDeps extends AppDeps {
  readonly env: Env & { readonly credentials: Credentials };
  readonly ready: () => Promise<Readiness>;
  readonly limits?: Partial<FrontLimits> & { readonly headersTimeoutMs?: number };
}

export interface RunningServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets the requests at hand end, and after `graceMs` cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

/** Probot's server with our own front door. Resolves when it listens; rejects when the port is taken. */
export async function createServer(deps: ServerDeps): Promise<RunningServer> {
  const { env, log, limits } = deps;
  const port = env.port === 0 ? await freePort(env.host) : env.port;
  const probotServer = new Server({
    Probot: guarded(deps),
    log,
    host: env.host,
    port,
    enablePing: false,
    enableStaticFiles: false,
  });
  await probotServer.load(createApp(deps));
  probotServer.addHandler(createPages(deps));
  const httpServer = await probotServer.start();
  guardConnections(httpServer, { headersTimeoutMs: limits?.headersTimeoutMs ?? 10_000, connections: 2_000 });
  return {
    url: `http://${env.host.includes(":") ? `[${env.host}]` : reachable(env.host)}:${port}`,
    port,
    async close(graceMs = 8_000) {
      const cut = setTimeout(() => httpServer.closeAllConnections(), graceMs);
      await probotServer.stop();
      clearTimeout(cut);
    },
  };
}

/**
 * Probot, whose own webhook middleware is never built: it would hold a body of any size in memory before it looks at
 * the signature, knows one secret only, and answers before the work is safe. Events still go through Probot's dispatch.
 */
function guarded(deps: ServerDeps): typeof Probot {
  const { appId, privateKey, webhookSecrets } = deps.env.credentials;
  const { metrics, log, limits = {} } = deps;
  class GuardedProbot extends Probot {
    override async getNodeMiddleware(): ReturnType<Probot["getNodeMiddleware"]> {
      await this.ready();
      const dispatch = this.webhooks.receive;
      return createFront({ secrets: webhookSecrets, dispatch, metrics, log, limits });
    }
  }
  const [secret] = webhookSecrets;
  const Octokit = ProbotOctokit.defaults({ authStrategy: signedInAsNobody });
  return GuardedProbot.defaults({ appId, privateKey, secret, baseUrl: deps.env.githubApiUrl, Octokit });
}

/**
 * Probot makes a client with the installation's rights for each webhook, which costs more than all else before the row in
 * the inbox. Nobody needs it: GitHub is asked later, by the worker's own clients. Webhooks share one that can do nothing.
 */
function signedInAsNobody({ octokit }: { readonly octokit: unknown }): SharedAuth {
  async function auth({ type }: { readonly type: string }): Promise<unknown> {
    return type === "event-octokit" ? octokit : { type: "unauthenticated" };
  }
  async function hook(): Promise<never> {
    throw new Error("Webhooks are kept before anything is asked of GitHub: use the client of the worker.");
  }
  return Object.assign(auth, { hook });
}

interface SharedAuth {
  (options: { readonly type: string }): Promise<unknown>;
  readonly hook: () => Promise<never>;
}

/** Probot takes port 0 for "not given", so the machine is asked for one beforehand. */
async function freePort(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createTcpServer();
  probe.once("error", reject);
  probe.listen({ host, port: 0 }, () => {
    const address: AddressInfo | string | null = probe.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    probe.close(() => resolve(port));
  });
  return promise;
}

function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host;
}
