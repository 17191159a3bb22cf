import { sql } from "kysely";

import type { ConfiguredEnv } from "../env.ts";
import type { HandleDeps } from "../handling.ts";
import { githubFor, type GitHubDeps } from "../github/client.ts";
import { accept } from "../inbox/inbox.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createReadiness } from "./ready.ts";
import { createServer, type RunningServer, type ServerDeps } from "./server.ts";
import type { Working, WorkingOptions } from "./working.ts";

export interface Overrides extends WorkingOptions {
  readonly log?: Log;
  readonly metrics?: Metrics;
  readonly now?: () => Date;
  readonly github?: Partial<Pick<GitHubDeps, "clock" | "limits" | "timeoutMs">>;
  readonly server?: ServerDeps["limits"];
}

export interface RunningApp {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly database: Database;
  readonly metrics: Metrics;
  /** Resolves when nothing in the inbox can run now and nothing runs. */
  readonly idle: () => Promise<void>;
  /** Takes no more in, ends what is at hand, and closes the store. Twice is once. */
  readonly close: () => Promise<void>;
}

/** Starts everything: store, server, worker, clock. Rejects, and leaves nothing open, when one of them can't start. */
export async function startApp(env: ConfiguredEnv, overrides: Overrides = {}): Promise<RunningApp> {
  const { now = () => new Date(), log = createLog(env), metrics = createMetrics() } = overrides;
  const open: { close(): Promise<void> }[] = [];
  let server: RunningServer | undefined;
  const close = once(async () => {
    const parts = open.splice(0);
    await server?.close();
    for (const part of parts.toReversed()) await part.close();
  });
  try {
    const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });
    open.push(database);
    const github = githubFor({ env, log, metrics, ...overrides.github });
    const deps: HandleDeps = { database, github, self: async () => github.self(), env, log, now };
    let working: Working | undefined;
    server = await listen(deps, { overrides, metrics, isWorking: () => working !== undefined && open.length > 0 });
    const { url, port } = server;
    const { startWorking } = await import("./working.ts");
    working = await startWorking(deps, { ...overrides, metrics });
    open.push(working);
    return { url, port, database, metrics, idle: working.idle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Rest {
  readonly overrides: Overrides;
  readonly metrics: Metrics;
}

/**
 * The server opens before what works on webhooks is loaded, and closes first: what comes meanwhile is kept in the inbox,
 * and who is started again after a crash misses less.
 */
async function listen(
  deps: HandleDeps,
  { overrides, metrics, isWorking }: Rest & { isWorking: () => boolean },
): Promise<RunningServer> {
  const { database, github, env, log, now } = deps;
  void learnSelf(deps);
  return createServer({
    env,
    log,
    metrics,
    now,
    accept: async (delivery) => accept(database, delivery),
    whoami: () => ({ appId: env.credentials.appId, login: github.knownSelf()?.login }),
    ready: createReadiness({
      pingStore: async () => sql`select 1`.execute(database.across),
      checkSelf: async () => github.checkSelf(),
      isWorking,
      now: () => now().getTime(),
    }),
    ...(overrides.server === undefined ? {} : { limits: overrides.server }),
  });
}

/** Our login is asked for in the background: webhooks are taken in even while GitHub cannot be asked. */
async function learnSelf({ github, log }: HandleDeps): Promise<void> {
  try {
    await github.self();
  } catch (error) {
    log.warn({ err: error }, "GitHub did not say who we are; asked again when it is needed");
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return async () => {
    done ??= work();
    return done;
  };
}
