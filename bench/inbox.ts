// What durability costs: deliveries a second acknowledged once they are on disk, beside a server that only checks the
// signature. Same machine, same run, same sender: the ratios count, not the figures.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import postgres from "postgres";

import { Delivery } from "../src/domain/delivery.ts";
import { accept } from "../src/inbox/inbox.ts";
import { type Database, openDatabase } from "../src/store/database.ts";

export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly goal?: number;
  readonly ok?: boolean;
}

const SECRET = "a secret for the bench only";
const CONNECTIONS = 16;
const REQUESTS = 4_000;
const ROUNDS = 3;
/** Stored whole: the app keeps only what it uses of a webhook, so this is the worst case. */
const BODY_BYTES = 12_000;

/** Deliveries a second: plain, on SQLite, on PostgreSQL where one answers; and the ratios, each with its goal. */
export async function bench(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-bench-"));
  const sqlite = await openDatabase({ dataDir });
  const postgres = await benchDatabase();
  const contenders: [string, Database | undefined][] = [
    ["plain", undefined],
    ["SQLite", sqlite],
  ];
  if (postgres !== undefined) contenders.push(["PostgreSQL", postgres.database]);
  const rates = new Map<string, number[]>();
  // Round after round, so that a busy moment of the machine hits all of them alike; the median of each counts.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, database] of contenders) rates.set(name, [...(rates.get(name) ?? []), await rate(database)]);
  }
  await sqlite.close();
  rmSync(dataDir, { recursive: true });
  await postgres?.drop();
  return rows(new Map([...rates].map(([name, all]) => [name, median(all)])));
}

function rows(rates: Map<string, number>): BenchRow[] {
  const plain = rates.get("plain") ?? Number.NaN;
  const tax = (name: string, goal: number): BenchRow[] => {
    const value = (rates.get(name) ?? Number.NaN) / plain;
    return Number.isNaN(value)
      ? []
      : [{ name: `durability: ${name} ÷ plain`, value: round2(value), goal, ok: value >= goal }];
  };
  return [
    ...[...rates].map(([name, value]) => ({ name: `acknowledged a second: ${name}`, value: Math.round(value) })),
    ...tax("SQLite", 0.35),
    ...tax("PostgreSQL", 0.25),
  ];
}

async function rate(database: Database | undefined): Promise<number> {
  const server = await listening(database);
  const { port } = server.address() as AddressInfo;
  const sender = new Worker(new URL(import.meta.url), { workerData: { port } });
  const seconds = await new Promise<number>((resolve, reject) => {
    sender.once("message", resolve);
    sender.once("error", reject);
  });
  server.close();
  server.closeAllConnections();
  return REQUESTS / seconds;
}

/** Checks the signature, reads the JSON and, with a database, answers once the delivery is durable. */
async function listening(database: Database | undefined): Promise<Server> {
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const signature = Buffer.from(String(incoming.headers["x-hub-signature-256"]));
      const expected = Buffer.from(sign(body));
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        answer.writeHead(401).end();
        return;
      }
      const payload = JSON.parse(body.toString()) as { body: string };
      if (database === undefined) {
        answer.writeHead(202).end();
        return;
      }
      keepIt(database, String(incoming.headers["x-github-delivery"]), payload.body).then(
        () => answer.writeHead(202).end(),
        () => answer.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function keepIt(database: Database, id: string, body: string): Promise<void> {
  const delivery = Delivery.parse({
    id,
    installationId: 1,
    lane: `issue:1#${id}`,
    event: { kind: "comment-created", commentId: 1, body },
    receivedAt: new Date().toISOString(),
  });
  await accept(database, delivery);
}

function sign(body: Buffer): string {
  return `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
}

/** A database of its own on the server of the tests, or undefined and a line saying so. */
async function benchDatabase(): Promise<{ database: Database; drop(): Promise<void> } | undefined> {
  const server = new URL(
    process.env["TEST_DATABASE_URL"] ?? `postgres://${process.env["USER"] ?? "root"}@127.0.0.1:5432/test`,
  );
  const admin = postgres(server.href, { max: 1, connect_timeout: 2, onnotice: () => undefined });
  const name = `postmortem_bench_${randomUUID().replaceAll("-", "")}`;
  try {
    await admin.unsafe(`create database "${name}"`);
  } catch (error) {
    console.warn(
      `PostgreSQL is not measured: ${error instanceof Error ? error.message : String(error)}; set TEST_DATABASE_URL.`,
    );
    return undefined;
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase({ databaseUrl: url.href });
  return {
    database,
    async drop() {
      await database.close();
      await admin.unsafe(`drop database "${name}" with (force)`);
      await admin.end();
    },
  };
}

/** The sender: its own thread, so many connections, each with the next request as soon as the last is answered. */
async function send(port: number): Promise<number> {
  const body = Buffer.from(JSON.stringify({ action: "created", body: "x".repeat(BODY_BYTES) }));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const headers = { "x-hub-signature-256": sign(body), "content-length": body.length };
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const outgoing = request(
        { port, method: "POST", agent, headers: { ...headers, "x-github-delivery": randomUUID() } },
        (answer) => {
          answer.resume();
          answer.on("end", () =>
            answer.statusCode === 202 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let n = 0; n < REQUESTS / CONNECTIONS; n += 1) await one();
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  agent.destroy();
  return seconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
if (!isMainThread) parentPort?.postMessage(await send((workerData as { port: number }).port));
