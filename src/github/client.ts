import { ProbotOctokit } from "probot";
import { z } from "zod";

import type { InstallationId } from "../domain/ids.ts";
import type { Env } from "../env.ts";
import type { Log } from "../server/log.ts";
import type { Metrics } from "../server/metrics.ts";
import { exchange } from "./exchange.ts";
import { createHttp } from "./http.ts";
import { createInstallation } from "./installation.ts";
import { type Clock, createLimits, type Limits, type LimitSettings } from "./limits.ts";
import type { Octokit } from "./octokit.ts";
import { createPerInstallation } from "./per-installation.ts";

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
  /** A client of one installation, with its token and budgets. Sends nothing by itself. */
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

const PINNED = { "x-github-api-version": API_VERSION };

const AppAnswer = z.object({ id: z.number(), slug: z.string() });

/** Everything that talks to GitHub. Throws at once when there are no credentials. */
export function githubFor(deps: GitHubDeps): GitHub {
  const clock = deps.clock ?? REAL_CLOCK;
  const app = createAppClient(deps, clock);
  const hookOf = createPerInstallation(clock, (installationId) =>
    createInstallation({ installationId, auth: app.auth, clock, limits: newLimits(deps, clock) }),
  );
  return {
    // With a hook in the place of the app's own, which would sign in as the app.
    octokitFor: async (installationId) => ({
      request: app.request.defaults({ headers: PINNED, request: { hook: hookOf(installationId) } }),
    }),
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

/** One client with all that is dear to make; those of installations send through it. */
function createAppClient(deps: GitHubDeps, clock: Clock): ProbotOctokit {
  const { env, log, metrics, timeoutMs = 10_000 } = deps;
  if (env.credentials === undefined)
    throw new Error("There are no credentials to talk to GitHub with: run set-up first.");
  const { appId, privateKey } = env.credentials;
  const app = new ProbotOctokit({
    auth: { appId, privateKey },
    baseUrl: env.githubApiUrl,
    userAgent: "postmortem-app",
    // Both would send writes a second time without knowing whether the first one was carried out.
    throttle: { enabled: false },
    retry: { enabled: false },
    request: {
      fetch: createHttp({
        timeoutMs,
        seen({ method, url, status }) {
          metrics?.count("github_requests", { method, status: String(status) });
          log.debug(`GitHub request: ${method} ${url} - ${status}`);
        },
      }),
    },
    log: quiet(log),
  });
  const limits = newLimits(deps, clock);
  app.hook.before("request", (options) => {
    Object.assign(options.headers, PINNED);
  });
  app.hook.wrap("request", async (request, options) => {
    const send = async () => request(options);
    // A token is asked for by a request of an installation, which holds its place and repeats it.
    if (options.url.endsWith("/access_tokens")) return send();
    return exchange(options, { prepare: async () => undefined, send }, { clock, limits });
  });
  return app;
}

function newLimits({ limits, metrics }: GitHubDeps, clock: Clock): Limits {
  return createLimits({
    clock,
    ...(limits === undefined ? {} : { settings: limits }),
    held: (budget) => metrics?.count("github_waits", { budget }),
  });
}

/** Octokit logs the bodies of requests, which hold what people wrote: only its messages are kept, and not its requests. */
function quiet(log: Log): Pick<Log, "debug" | "info" | "warn" | "error"> {
  function words(first: unknown, second: unknown): string {
    return typeof second === "string" ? second : typeof first === "string" ? first : "GitHub request";
  }
  return {
    debug: () => undefined,
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
