import { ProbotOctokit } from "probot";
import { z } from "zod";

import type { InstallationId } from "../domain/ids.ts";
import type { Env } from "../env.ts";
import type { Log } from "../server/log.ts";
import type { Metrics } from "../server/metrics.ts";
import { classifyGitHubError, LimitReached } from "./errors.ts";
import { createHttp } from "./http.ts";
import { type Clock, createLimits, type Limits, type LimitSettings } from "./limits.ts";

type Octokit = InstanceType<typeof ProbotOctokit>;

/** The version of GitHub's API all requests are written for. */
export const API_VERSION = "2022-11-28";

/** Who we are on GitHub. */
export interface Self {
  readonly appId: number;
  readonly slug: string;
  /** What our comments are signed with: `slug[bot]`. */
  readonly login: string;
}

export interface GitHub {
  /** The client of one installation: always the same one, with its own token and budgets. Sends nothing by itself. */
  octokitFor(installationId: InstallationId): Promise<Octokit>;
  /** Signed in as the app itself, for `/app` addresses. */
  appOctokit(): Octokit;
  /** Asks GitHub once, and again only after it failed. */
  self(): Promise<Self>;
  /** As `self`, but asks now: shows whether key and app id still fit. */
  checkSelf(): Promise<Self>;
  /** What GitHub answered last, without asking. */
  knownSelf(): Self | undefined;
}

export interface GitHubDeps {
  readonly env: Pick<Env, "credentials" | "githubApiUrl">;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  readonly limits?: Partial<LimitSettings>;
  readonly timeoutMs?: number;
}

const AppAnswer = z.object({ id: z.number(), slug: z.string() });

/** Clients kept at most; the one not used for longest goes first and takes only its budgets and token along. */
const MOST_CLIENTS = 5_000;

/** Everything that talks to GitHub. Throws at once when there are no credentials. */
export function githubFor(deps: GitHubDeps): GitHub {
  const clock = deps.clock ?? REAL_CLOCK;
  const clients = new Map<InstallationId, Octokit>();
  const makeClient = createMaker(deps);
  const app = makeClient();
  watch(app, { clock, limits: newLimits(deps, clock) });

  function newClient(installationId: InstallationId): Octokit {
    const client = makeClient(installationId);
    watch(client, { clock, limits: newLimits(deps, clock), forget: () => clients.delete(installationId) });
    return client;
  }

  return {
    async octokitFor(installationId) {
      const client = clients.get(installationId) ?? newClient(installationId);
      keepAtMost(clients, [installationId, client]);
      return client;
    },
    appOctokit: () => app,
    ...askWhoWeAre(app),
  };
}

function askWhoWeAre(app: Octokit): Pick<GitHub, "self" | "checkSelf" | "knownSelf"> {
  let asked: Promise<Self> | undefined;
  let known: Self | undefined;

  async function checkSelf(): Promise<Self> {
    const { data: answer } = await app.request("GET /app");
    const { id, slug } = AppAnswer.parse(answer);
    known = { appId: id, slug, login: `${slug}[bot]` };
    return known;
  }

  return {
    async self() {
      asked ??= checkSelf();
      try {
        return await asked;
      } catch (error) {
        asked = undefined;
        throw error;
      }
    },
    checkSelf,
    knownSelf: () => known,
  };
}

function keepAtMost(clients: Map<InstallationId, Octokit>, [installationId, client]: [InstallationId, Octokit]): void {
  clients.delete(installationId);
  clients.set(installationId, client);
  const [oldest] = clients.keys();
  if (clients.size > MOST_CLIENTS && oldest !== undefined) clients.delete(oldest);
}

function createMaker({ env, log, metrics, timeoutMs = 10_000 }: GitHubDeps): (id?: InstallationId) => Octokit {
  const { credentials } = env;
  if (credentials === undefined) throw new Error("There are no credentials to talk to GitHub with: run set-up first.");
  const { appId, privateKey } = credentials;
  const http = createHttp({
    timeoutMs,
    seen: (method, status) => metrics?.count("github_requests", { method, status: String(status) }),
  });
  return function makeClient(installationId?: InstallationId): Octokit {
    return new ProbotOctokit({
      auth: installationId === undefined ? { appId, privateKey } : { appId, privateKey, installationId },
      baseUrl: env.githubApiUrl,
      userAgent: "postmortem-app",
      // Both would send writes a second time without knowing whether the first one was carried out.
      throttle: { enabled: false },
      retry: { enabled: false },
      request: { fetch: http },
      log: quiet(log),
    });
  };
}

interface Watch {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Drops the client, so that the next one signs in anew. */
  readonly forget?: () => unknown;
}

/** Puts budgets, the pinned version and one way to fail around every request of a client. */
function watch(octokit: Octokit, { clock, limits, forget }: Watch): void {
  octokit.hook.before("request", (options) => {
    options.headers["x-github-api-version"] = API_VERSION;
  });
  octokit.hook.wrap("request", async (request, options) => {
    // The token for a request is asked for while that request already holds its place.
    if (options.url.endsWith("/access_tokens")) return readAgain(clock, async () => request(options));
    try {
      const send = async () => limits.run(options, async () => request(options));
      const response = await (options.method === "GET" ? readAgain(clock, send) : send());
      const wait = usedUpMs(response.headers, clock.now());
      if (wait !== undefined) limits.park(wait);
      if (isGraphqlRefusal(response.data)) throw refused(60_000, new Error("GraphQL answered RATE_LIMITED"));
      return response;
    } catch (error) {
      throw settle(error);
    }
  });

  function settle(error: unknown): unknown {
    if (error instanceof LimitReached) return error;
    if (isUnauthorised(error)) forget?.();
    const { kind, retryAfterMs = 60_000 } = classifyGitHubError(error, clock.now);
    return kind === "limited" ? refused(retryAfterMs, error) : error;
  }

  function refused(waitMs: number, cause: unknown): LimitReached {
    limits.park(waitMs);
    return new LimitReached("GitHub's limit is reached", waitMs, { cause });
  }
}

const READS = 3;
const PAUSE_MS = 200;

/** Reading again does no harm, so a read that GitHub failed to answer is not yet a failure. Writes are sent once. */
async function readAgain<Result>(clock: Clock, read: () => Promise<Result>): Promise<Result> {
  for (let reads = 1; ; reads += 1) {
    try {
      return await read();
    } catch (error) {
      const { kind } = classifyGitHubError(error, clock.now);
      const passes = (kind === "server" || kind === "network") && !isUnauthorised(error);
      if (reads >= READS || !passes || isTooSlow(error)) throw error;
      await clock.sleep(reads * PAUSE_MS);
    }
  }
}

/** It had its ten seconds: waiting for them again would hold up the lane. */
function isTooSlow(error: unknown): boolean {
  return error instanceof Error && /timeout|aborted/iu.test(error.message);
}

/** The last request of the hour was just answered: milliseconds until GitHub takes more. */
function usedUpMs(headers: Readonly<Record<string, string | number | undefined>>, now: number): number | undefined {
  if (String(headers["x-ratelimit-remaining"]) !== "0" || headers["x-ratelimit-resource"] === "search")
    return undefined;
  const reset = Number(headers["x-ratelimit-reset"]) * 1_000;
  return Number.isFinite(reset) && reset > now ? reset - now : undefined;
}

const GraphqlRefusal = z.object({
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});

/** GraphQL refuses with status 200. */
function isGraphqlRefusal(answer: unknown): boolean {
  const parsed = GraphqlRefusal.safeParse(answer);
  if (!parsed.success) return false;
  return parsed.data.errors.some(({ type, message }) => type === "RATE_LIMITED" || /rate limit/iu.test(message));
}

function isUnauthorised(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 401;
}

function newLimits({ limits, metrics }: GitHubDeps, clock: Clock): Limits {
  return createLimits({
    clock,
    ...(limits === undefined ? {} : { settings: limits }),
    held: (budget) => metrics?.count("github_waits", { budget }),
  });
}

/** Octokit logs the bodies of requests, which hold what people wrote: only its messages are kept. */
function quiet(log: Log): Pick<Log, "debug" | "info" | "warn" | "error"> {
  function words(first: unknown, second: unknown): string {
    return typeof second === "string" ? second : typeof first === "string" ? first : "GitHub request";
  }
  return {
    debug: (first: unknown, second?: unknown) => log.debug(words(first, second)),
    info: (first: unknown, second?: unknown) => log.info(words(first, second)),
    warn: (first: unknown, second?: unknown) => log.warn(words(first, second)),
    error: (first: unknown, second?: unknown) => log.error(words(first, second)),
  };
}

const REAL_CLOCK: Clock = {
  now: Date.now,
  async sleep(ms) {
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  },
};
