import { type ChildProcess, fork } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Answer, Order } from "./crash-at.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

export interface AppProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Milliseconds from the start of the process to its listening. */
  readonly startMs: number;
  /** Resolves when it has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
  output(): string;
  /** When (`performance.now()`) it said that a delivery was done for the first time. */
  firstJobAt(): number | undefined;
  tell(order: Order): Promise<Answer>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface AppOptions {
  readonly app: { readonly id: number; readonly privateKey: string; readonly webhookSecret: string };
  readonly githubUrl: string;
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Loaded before the app. */
  readonly preload?: string;
  readonly logLevel?: string;
  readonly main?: string;
  readonly variables?: Record<string, string>;
}

/** The app as `npm start` runs it, as a process of its own. Rejects when it ends instead of listening. */
export async function startAppProcess(options: AppOptions): Promise<AppProcess> {
  const started = performance.now();
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    APP_ID: String(options.app.id),
    PRIVATE_KEY: options.app.privateKey.replaceAll("\n", String.raw`\n`),
    WEBHOOK_SECRET: options.app.webhookSecret,
    GITHUB_API_URL: options.githubUrl,
    DATA_DIR: options.dataDir,
    PORT: String(options.port ?? 0),
    LOG_LEVEL: options.logLevel ?? "info",
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...options.variables,
  };
  const child = fork(options.main ?? MAIN, [], {
    cwd: options.dataDir,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: options.preload === undefined ? [] : ["--import", options.preload],
    env,
  });
  let output = "";
  let firstJobAt: number | undefined;
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output = (output + String(chunk)).slice(-20_000);
        if (firstJobAt === undefined && output.includes('"delivery done"')) firstJobAt = performance.now();
        const found = /"url":"(?<url>http[^"]+)"/u.exec(output)?.groups?.["url"];
        if (found !== undefined) resolve(found);
      });
    }
    void ended.then((how) => reject(new Error(`The app ended with ${how} instead of listening:\n${output}`)));
  });
  return {
    url,
    child,
    startMs: performance.now() - started,
    ended,
    output: () => output,
    firstJobAt: () => firstJobAt,
    async tell(order) {
      const answer = new Promise<Answer>((resolve) => {
        child.once("message", (said) => resolve(said as Answer));
      });
      child.send(order);
      return answer;
    },
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

export interface Depth {
  readonly waiting: number;
  readonly running: number;
  readonly buried: number;
}

/** What the app's own metrics say about its inbox; undefined when it cannot be asked. */
export async function depthOf(url: string): Promise<Depth | undefined> {
  try {
    const text = await (await fetch(`${url}/metrics`)).text();
    const figure = (name: string): number =>
      Number(new RegExp(`^postmortem_inbox_${name} (\\d+)$`, "mu").exec(text)?.[1] ?? Number.NaN);
    return { waiting: figure("waiting"), running: figure("running"), buried: figure("buried") };
  } catch {
    return undefined;
  }
}

/** Resolves true when the inbox is empty and stays so for two looks; false when the process ended or patience did. */
export async function untilWorkedOff(
  app: AppProcess,
  { everyMs = 25, patienceMs = Number.POSITIVE_INFINITY }: { everyMs?: number; patienceMs?: number } = {},
): Promise<boolean> {
  const until = performance.now() + patienceMs;
  let over = false;
  void app.ended.then(() => (over = true));
  for (let quiet = 0; quiet < 2; await sleep(everyMs)) {
    if (over || performance.now() > until) return false;
    const depth = await depthOf(app.url);
    quiet = depth?.waiting === 0 && depth.running === 0 ? quiet + 1 : 0;
  }
  return true;
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
