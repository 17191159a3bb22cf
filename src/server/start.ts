import { sql } from "kysely";

import type { Delivery } from "../domain/delivery.ts";
import type { ConfiguredEnv } from "../env.ts";
import { createHandle, type HandleDeps } from "../handling.ts";
import { githubFor, type GitHubDeps } from "../github/client.ts";
import { accept } from "../inbox/inbox.ts";
import { noteLost } from "../lost-command.ts";
import { startCatchUp } from "../schedule/catch-up/start.ts";
import { watchInbox } from "./inbox-gauges.ts";
import { startWorker, type Worker } from "../inbox/worker.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createReadiness } from "./ready.ts";
import { createServer, type RunningServer, type ServerDeps } from "./server.ts";
import { startTicking } from "./ticking.ts";
import { createWork, type Handle } from "./work.ts";

export interface Overrides {
  /** Replaces the app's own handling. */
  readonly createHandle?: (deps: HandleDeps) => Handle | Promise<Handle>;
  /** How often the clock looks for what is due. Without it nothing ticks: tests and the demo move time themselves. */
  readonly tickEveryMs?: number;
  readonly log?: Log;
  readonly metrics?: Metrics;
  readonly now?: () => Date;
  readonly github?: Partial<Pick<GitHubDeps, "clock" | "limits" | "timeoutMs">>;
  readonly server?: ServerDeps["limits"];
  /** Deliveries worked on at once. */
  readonly concurrency?: number;
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
  const close = once(async () => {
    for (const part of open.splice(0).toReversed()) await part.close();
  });
  try {
    const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });
    open.push(database);
    const github = githubFor({ env, log, metrics, ...overrides.github });
    const deps: HandleDeps = { database, github, self: async () => github.self(), env, log, now };
    const worker = await startWork(deps, { overrides, metrics });
    open.push({ close: async () => worker.drain() });
    if (overrides.tickEveryMs !== undefined) open.push(startTicking(deps, overrides.tickEveryMs), startCatchUp(deps));
    const server = await listen(deps, { overrides, metrics, isWorking: () => open.length > 0 });
    open.push(server);
    return { url: server.url, port: server.port, database, metrics, idle: async () => worker.idle(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Rest {
  readonly overrides: Overrides;
  readonly metrics: Metrics;
}

async function startWork(deps: HandleDeps, { overrides, metrics }: Rest): Promise<Worker> {
  const { database, log, now } = deps;
  const handle = createWork({
    handle: await (overrides.createHandle ?? createHandle)(deps),
    database,
    metrics,
    log,
    now,
  });
  const { concurrency } = overrides;
  const lost = async (delivery: Delivery, error: unknown): Promise<void> => noteLost(database, delivery, error);
  const options = { database, handle, lost, log, now: () => now().toISOString() };
  watchInbox(metrics, { database, now });
  return startWorker(concurrency === undefined ? options : { ...options, concurrency });
}

/** The server opens last and closes first: while it is open, the worker runs. */
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
