import { connect, createServer, type Server, type Socket } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type AppProcess, depthOf, freePort, startAppProcess } from "../crash/app-process.ts";
import { joinSockets } from "./proxy.ts";
import type { SandboxProcess } from "./sandbox-process.ts";

export interface AppsOptions {
  readonly sandbox: SandboxProcess;
  readonly processes: number;
  readonly databaseUrl: string | undefined;
  /** Another program than the app: the baseline. */
  readonly main?: string;
  readonly variables?: Record<string, string>;
}

/** What a restart took: until it listened, and until its first delivery was done. */
export interface Restart {
  readonly listeningMs: number;
  readonly firstJobMs: number | undefined;
}

/** One or more processes of the app behind one address, killed and started again at will. */
export interface Apps {
  readonly url: string;
  /** SIGKILL to one of them, and a new one in its place; resolves when that one listens. */
  killOne(which: number): Promise<void>;
  /** Of the deliveries in the inbox; undefined when no process could be asked. */
  depth(): Promise<{ waiting: number; running: number; buried: number } | undefined>;
  restarts(): Restart[];
  output(): string;
  stop(): Promise<void>;
}

interface Place {
  readonly port: number;
  readonly dataDir: string;
  app: AppProcess;
}

export async function startApps(options: AppsOptions): Promise<Apps> {
  const { sandbox } = options;
  const credentials = await sandbox.app();
  const directory = mkdtempSync(join(tmpdir(), "postmortem-chaos-"));
  const restarts: { at: number; listeningMs: number; app: AppProcess }[] = [];

  async function start(port: number): Promise<AppProcess> {
    return startAppProcess({
      app: credentials,
      githubUrl: sandbox.url,
      dataDir: directory,
      databaseUrl: options.databaseUrl,
      port,
      ...(options.main === undefined ? {} : { main: options.main }),
      ...(options.variables === undefined ? {} : { variables: options.variables }),
    });
  }

  /** One after the other: a process that is being started again is not killed by a second hand meanwhile. */
  let killing = Promise.resolve();
  const places: Place[] = [];
  for (let n = 0; n < options.processes; n += 1) {
    const port = await freePort();
    places.push({ port, dataDir: directory, app: await start(port) });
  }
  async function replace(place: Place | undefined): Promise<void> {
    if (place === undefined) return;
    await place.app.kill("SIGKILL");
    const at = performance.now();
    place.app = await start(place.port);
    restarts.push({ at, listeningMs: performance.now() - at, app: place.app });
  }

  const ports = places.map(({ port }) => port);
  const balancer = ports.length > 1 ? await balance(ports) : undefined;
  const url = `http://127.0.0.1:${balancer?.port ?? ports[0]}`;
  let output = "";
  return {
    url,
    killOne(which) {
      killing = killing.then(() => replace(places[which % places.length]));
      return killing;
    },
    depth: async () => {
      for (const { app } of places) {
        const depth = await depthOf(app.url);
        if (depth !== undefined) return depth;
      }
      return undefined;
    },
    restarts: () =>
      restarts.map(({ at, listeningMs, app }) => ({
        listeningMs,
        firstJobMs: app.firstJobAt() === undefined ? undefined : (app.firstJobAt() ?? 0) - at,
      })),
    output: () => output,
    async stop() {
      output = places.map(({ app }) => app.output()).join("\n");
      await Promise.all(places.map(({ app }) => app.kill("SIGKILL")));
      balancer?.close();
      await sleep(50);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As a load balancer does: a connection goes to the next process that takes it, and to nobody when none does. */
async function balance(ports: readonly number[]): Promise<{ port: number; close(): void }> {
  let turn = 0;
  const server: Server = createServer((client: Socket) => {
    client.on("error", () => client.destroy());
    turn += 1;
    tryFrom(client, turn, ports.length);
  });
  function tryFrom(client: Socket, from: number, left: number): void {
    const port = ports[from % ports.length];
    if (left === 0 || port === undefined) return void client.destroy();
    const upstream = connect(port, "127.0.0.1");
    upstream.once("error", () => tryFrom(client, from + 1, left - 1));
    upstream.once("connect", () => {
      upstream.removeAllListeners("error");
      joinSockets(client, upstream);
    });
  }
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  return { port, close: () => void server.close() };
}
