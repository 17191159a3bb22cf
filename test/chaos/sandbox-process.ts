import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import type { LogEntry } from "../../src/sandbox/front.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { freePort } from "../crash/app-process.ts";

export type State = ReturnType<Sandbox["state"]>;

/** GitHub's stand-in as a process of its own, driven over HTTP only. */
export interface SandboxProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** One of the buttons under `/_sandbox`. */
  press(method: string, path: string, body?: unknown): Promise<unknown>;
  app(): Promise<{ id: number; privateKey: string; webhookSecret: string }>;
  log(after: number, filter?: string): Promise<LogEntry[]>;
  state(): Promise<State>;
  stop(): Promise<void>;
}

const MAIN = new URL("../../src/sandbox/main.ts", import.meta.url).pathname;
export const SECRET = "a-chaos-webhook-secret-long-enough";

export async function startSandboxProcess(options: { seed: number; clock?: string }): Promise<SandboxProcess> {
  const port = await freePort();
  const flags = [
    "--port",
    String(port),
    "--seed",
    String(options.seed),
    "--empty",
    "--no-validate",
    "--secret",
    SECRET,
  ];
  if (options.clock !== undefined) flags.push("--clock", options.clock);
  const child = spawn(process.execPath, ["--max-old-space-size=4096", MAIN, ...flags], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  const press = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_sandbox${path}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as unknown;
  };
  for (let tries = 0; ; tries += 1) {
    try {
      await press("GET", "");
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await sleep(50);
    }
  }
  return {
    url,
    child,
    press,
    app: async () => (await press("GET", "/app")) as { id: number; privateKey: string; webhookSecret: string },
    log: async (after, filter = "") => (await press("GET", `/log?after=${after}${filter}`)) as LogEntry[],
    state: async () => (await press("GET", "/state")) as State,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}
