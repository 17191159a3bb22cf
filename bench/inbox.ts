// What durability costs: deliveries a second acknowledged once they are on disk, beside a server that only checks the
// signature. Same machine, same run, same sender: the ratios count, not the figures.
import { createHmac, generateKeyPairSync, randomUUID, timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { Probot, Server } from "probot";

import { Delivery } from "../src/domain/delivery.ts";
import { type ConfiguredEnv, readEnv } from "../src/env.ts";
import { accept } from "../src/inbox/inbox.ts";
import { createLog } from "../src/server/log.ts";
import { createMetrics } from "../src/server/metrics.ts";
import { createServer as createAppServer } from "../src/server/server.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { freePort } from "../test/crash/app-process.ts";
import { databasesOn, findServer } from "../test/support/postgres-server.ts";

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
const WEBHOOK_PATH = "/api/github/webhooks";
const COMMENT_ID = 1;
/** Stored whole: the app keeps only what it uses of a webhook, so this is the worst case. */
const WORDS = `/postmortem note "${"x".repeat(11_000)}"`;
/** A command in a comment, some 12 kB, as far as anybody here reads it. */
const PAYLOAD = {
  action: "created",
  comment: { id: COMMENT_ID, body: WORDS, user: { id: 5, login: "ana", type: "User" } },
  issue: { number: 1, title: "Disk was full", body: "", labels: [], state: "open", updated_at: "2026-11-20T10:00:00Z" },
  repository: { id: 11, name: "shop", full_name: "acme/shop", owner: { id: 12, login: "acme", type: "Organization" } },
  installation: { id: 21 },
  sender: { id: 5, login: "ana", type: "User" },
};

/** Who answers a webhook, and after what. */
interface Contender {
  readonly name: string;
  readonly listen: () => Promise<Listening>;
}

interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Deliveries a second of each contender, on PostgreSQL where one answers; and the ratios, each with its goal. */
export async function bench(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-bench-"));
  const sqlite = await openDatabase({ dataDir });
  const postgres = await benchDatabase();
  const contenders: Contender[] = [
    { name: "plain", listen: () => listenBare() },
    { name: "Probot, empty handler", listen: listenProbot },
    { name: "SQLite", listen: () => listenBare(sqlite) },
    { name: "the app, SQLite", listen: () => listenApp(sqlite) },
  ];
  if (postgres !== undefined) {
    contenders.push({ name: "PostgreSQL", listen: () => listenBare(postgres.database) });
    contenders.push({ name: "the app, PostgreSQL", listen: () => listenApp(postgres.database) });
  }
  const rates = new Map<string, number[]>();
  // Round after round, so that a busy moment of the machine hits all of them alike; the median of each counts.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of contenders)
      rates.set(contender.name, [...(rates.get(contender.name) ?? []), await rate(contender)]);
  }
  await sqlite.close();
  rmSync(dataDir, { recursive: true });
  await postgres?.drop();
  return rows(new Map([...rates].map(([name, all]) => [name, median(all)])));
}

const GOALS: readonly (readonly [name: string, goal: number | undefined])[] = [
  ["Probot, empty handler", undefined],
  ["SQLite", 0.35],
  ["the app, SQLite", undefined],
  ["PostgreSQL", 0.25],
  ["the app, PostgreSQL", undefined],
];

function rows(rates: Map<string, number>): BenchRow[] {
  const plain = rates.get("plain") ?? Number.NaN;
  const ratios = GOALS.flatMap(([name, goal]): BenchRow[] => {
    const rate = rates.get(name);
    if (rate === undefined) return [];
    const row = { name: `${name} ÷ plain`, value: round2(rate / plain) };
    return [goal === undefined ? row : { ...row, name: `durability: ${row.name}`, goal, ok: row.value >= goal }];
  });
  return [
    ...[...rates].map(([name, value]) => ({ name: `answered a second: ${name}`, value: Math.round(value) })),
    ...ratios,
  ];
}

async function rate({ listen }: Contender): Promise<number> {
  const { port, close } = await listen();
  const sender = new Worker(new URL(import.meta.url), { workerData: { port } });
  const seconds = await new Promise<number>((resolve, reject) => {
    sender.once("message", resolve);
    sender.once("error", reject);
  });
  await close();
  return REQUESTS / seconds;
}

/** Checks the signature, reads the JSON and, with a database, answers once the delivery is durable. */
async function listenBare(database?: Database): Promise<Listening> {
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
      const payload = JSON.parse(body.toString()) as typeof PAYLOAD;
      if (database === undefined) {
        answer.writeHead(202).end();
        return;
      }
      keepIt(database, String(incoming.headers["x-github-delivery"]), payload.comment.body).then(
        () => answer.writeHead(202).end(),
        () => answer.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function keepIt(database: Database, id: string, body: string): Promise<void> {
  const delivery = Delivery.parse({
    id,
    installationId: PAYLOAD.installation.id,
    lane: `issue:1#${id}`,
    event: { kind: "comment-created", commentId: COMMENT_ID, body },
    receivedAt: new Date().toISOString(),
  });
  await accept(database, delivery);
}

/** Probot as it comes, with a handler that does nothing. */
async function listenProbot(): Promise<Listening> {
  const port = await freePort();
  const env = benchEnv();
  const { appId, privateKey } = env.credentials;
  const server = new Server({
    Probot: Probot.defaults({ appId, privateKey, secret: SECRET }),
    port,
    host: "127.0.0.1",
    webhookPath: WEBHOOK_PATH,
    log: createLog(env),
  });
  await server.load((app) => {
    app.on("issue_comment.created", () => undefined);
  });
  await server.start();
  return { port, close: async () => server.stop() };
}

/** The app's own server, from its front door to the row in the inbox. */
async function listenApp(database: Database): Promise<Listening> {
  const env = benchEnv();
  const server = await createAppServer({
    env,
    log: createLog(env),
    metrics: createMetrics(),
    now: () => new Date(),
    whoami: () => ({ appId: env.credentials.appId, login: "postmortem[bot]" }),
    ready: async () => ({}),
    accept: async (delivery) => accept(database, delivery),
  });
  return { port: server.port, close: async () => server.close() };
}

const { privateKey: KEY } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function benchEnv(): ConfiguredEnv {
  const variables = { APP_ID: "7", WEBHOOK_SECRET: SECRET, PORT: "0", HOST: "127.0.0.1", LOG_LEVEL: "silent" };
  return readEnv({ ...variables, PRIVATE_KEY: String(KEY.export({ type: "pkcs1", format: "pem" })) }) as ConfiguredEnv;
}

function sign(body: Buffer): string {
  return `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
}

/** A database of its own on the server of the tests, or undefined and a line saying so. */
async function benchDatabase(): Promise<{ database: Database; drop(): Promise<void> } | undefined> {
  const server = await findServer();
  if (server.url === undefined) {
    console.warn(`PostgreSQL is not measured: ${server.reason}`);
    return undefined;
  }
  const databases = databasesOn(server);
  const database = await openDatabase({ databaseUrl: await databases.make() });
  return {
    database,
    async drop() {
      await database.close();
      await databases.drop();
    },
  };
}

/** The sender: its own thread, so many connections, each with the next request as soon as the last is answered. */
async function send(port: number): Promise<number> {
  const body = Buffer.from(JSON.stringify(PAYLOAD));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "user-agent": "GitHub-Hookshot/0000000",
    "x-github-event": "issue_comment",
    "x-hub-signature-256": sign(body),
  };
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const outgoing = request(
        { port, path: WEBHOOK_PATH, method: "POST", agent, headers: { ...headers, "x-github-delivery": randomUUID() } },
        (answer) => {
          answer.resume();
          answer.on("end", () =>
            answer.statusCode === 200 || answer.statusCode === 202
              ? resolve()
              : reject(new Error(`answered ${answer.statusCode}`)),
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
