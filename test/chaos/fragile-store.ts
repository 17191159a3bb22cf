import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import postgres from "postgres";

import type { AppProcess } from "../crash/app-process.ts";
import { databasesOn, findServer } from "../support/postgres-server.ts";
import { startProxy } from "./proxy.ts";

/** A store that stalls and goes away when told to, while the app runs on it. */
export interface FragileStore {
  readonly name: string;
  /** For the app; undefined where it keeps its store itself. */
  readonly databaseUrl: string | undefined;
  /** What is done to it, for whoever reads the figures. */
  readonly stalledBy: string;
  readonly goneBy: string;
  stall(app: AppProcess, ms: number): Promise<void>;
  leave(app: AppProcess): Promise<void>;
  comeBack(app: AppProcess): Promise<void>;
  remove(): Promise<void>;
}

/** A database of its own behind a proxy, which needs no right over the server. */
export async function fragilePostgres(): Promise<FragileStore> {
  const store = databasesOn(await findServer());
  const server = new URL(await store.make());
  const proxy = await startProxy({ host: server.hostname, port: Number(server.port === "" ? 5432 : server.port) });
  const databaseUrl = new URL(server);
  databaseUrl.hostname = "127.0.0.1";
  databaseUrl.port = String(proxy.port);
  return {
    name: "PostgreSQL",
    databaseUrl: databaseUrl.href,
    stalledBy: "SIGSTOP of the app's backends",
    goneBy: "connections cut and refused",
    async stall(_app, ms) {
      const backends = await backendsOf(server);
      await stopped(backends, ms);
    },
    leave: async () => proxy.close(),
    comeBack: async () => proxy.open(),
    async remove() {
      await proxy.close();
      await store.drop();
    },
  };
}

/** Processes of the server that work for this database. Throws when they are not of this machine. */
async function backendsOf(server: URL): Promise<number[]> {
  const name = server.pathname.slice(1);
  const sql = postgres(server.href, { max: 1 });
  try {
    const rows = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`;
    const pids = rows.map(({ pid }) => pid);
    if (pids.every((pid) => isOf(pid, name))) return pids;
  } finally {
    await sql.end();
  }
  throw new Error("The server's processes cannot be stopped: PostgreSQL does not run on this machine");
}

/** A process of that number may be another one where the server runs elsewhere. */
function isOf(pid: number, database: string): boolean {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) && readFileSync(path, "utf8").includes(database);
}

/**
 * SQLite is a part of the process and belongs to it alone: nobody else can hold a lock on it. What a stalled disk does to
 * such a process, which is to stop it as a whole, SIGSTOP does too; a full disk is a limit on the size of its files.
 */
export function fragileSqlite(): FragileStore {
  return {
    name: "SQLite",
    databaseUrl: undefined,
    stalledBy: "SIGSTOP of the app, as nobody else can hold its lock",
    goneBy: "the disk takes no more",
    stall: async ({ child: { pid = 0 } }, ms) => stopped([pid], ms),
    leave: async (app) => limitFiles(app, "0"),
    comeBack: async (app) => limitFiles(app, "unlimited"),
    remove: async () => undefined,
  };
}

function limitFiles({ child }: AppProcess, bytes: string): void {
  execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${bytes}:unlimited`]);
}

async function stopped(pids: readonly number[], ms: number): Promise<void> {
  if (pids.length === 0) throw new Error("There is nothing to stop");
  try {
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    await sleep(ms);
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
}
