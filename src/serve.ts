import { flushCompileCache } from "node:module";

import { type ConfiguredEnv, EnvFault, loadEnvFile, readEnv } from "./env.ts";
import { createLog, type Log } from "./server/log.ts";
import { type RunningApp, startApp } from "./server/start.ts";

/** The clock's minute: reminders and digests are due to the minute, not to the second. */
const TICK_EVERY_MS = 60_000;

let log: Log | undefined;
try {
  const env = await configured();
  log = createLog(env);
  const app = await startApp(env, { log, tickEveryMs: TICK_EVERY_MS });
  log.info({ url: app.url, store: app.database.kind }, "listening");
  // Now, for a process that is killed has no time to.
  flushCompileCache();
  drainOnSignals(app, log);
} catch (error) {
  // For whoever started it by hand: a sentence, and no stack, for what they can set right.
  if (error instanceof EnvFault) console.error(error.message);
  else if (log !== undefined) log.fatal({ err: error }, "could not start");
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** The environment with credentials in it; when there are none, set-up is offered until they are there. */
async function configured(): Promise<ConfiguredEnv> {
  loadEnvFile(process.env["ENV_FILE"] ?? ".env");
  for (;;) {
    const env = readEnv(process.env);
    const { credentials } = env;
    if (credentials !== undefined) return { ...env, credentials };
    const { startSetup } = await import("./web/setup.ts");
    const setup = await startSetup(env);
    console.log(`The app has no credentials yet. To register it on GitHub, open ${setup.url}`);
    await setup.done;
    await setup.close();
    loadEnvFile(env.envFile);
  }
}

/** The first signal lets everything at hand end; the second is for those who cannot wait. */
function drainOnSignals(app: RunningApp, log: Log): void {
  let draining = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (draining) process.exit(1);
      draining = true;
      log.info({ signal }, "shutting down");
      void shutDown(app, log);
    });
  }
}

async function shutDown(app: RunningApp, log: Log): Promise<void> {
  try {
    await app.close();
    process.exit(0);
  } catch (error) {
    log.error({ err: error }, "shutting down failed");
    process.exit(1);
  }
}
