import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ConfiguredEnv } from "../../src/env.ts";
import { createHandle } from "../../src/handling.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { tick } from "../../src/schedule/tick.ts";
import { createLog } from "../../src/server/log.ts";
import { type Overrides, type RunningApp, startApp } from "../../src/server/start.ts";
import { databasesOn, findServer } from "./postgres-server.ts";

/** The flows run a second time with `STORE=postgres` (vitest.config.ts): a database of its own for each stage. */
const ON_POSTGRES = process.env["STORE"] === "postgres";

type SandboxIssue = ReturnType<Sandbox["state"]>["repositories"][number]["issues"][number];

export interface Stage {
  readonly sandbox: Sandbox;
  /** An issue as the sandbox has it now. */
  issue(number: number, repository?: string): SandboxIssue;
  /** Requests the app has made since the last asking, in one line each. */
  newRequests(): string[];
  /** Lets the app's clock run ahead, so that what waits for its time comes due, and waits until all is done. */
  later(ms: number): Promise<void>;
  /** Moves GitHub's clock and the app's alike, and waits until all is done. For stages that start at an instant. */
  advance(ms: number): Promise<void>;
  /** The same, and the app's clock looks at what is due. Returns the ids of what it asked for. */
  pass(ms: number): Promise<string[]>;
  readonly app: RunningApp;
  /** Resolves when the sandbox has sent all its webhooks and the app has worked them off. */
  settled(): Promise<void>;
  /** Stops the app and starts it again on the same store. */
  restart(options?: { emptyStore?: boolean }): Promise<void>;
  /** Stops the app for as long as `work` takes. */
  whileStopped(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** With a `clock` both GitHub's clock and the app's stand still there until moved. */
  readonly sandbox?: SandboxOptions;
  readonly build?: (sandbox: Sandbox) => void;
  readonly overrides?: Partial<Overrides>;
  readonly databaseUrl?: string;
  /** Of the embedded database; a new one, removed in the end, when absent. */
  readonly dataDir?: string;
  readonly logLevel?: ConfiguredEnv["logLevel"];
}

/** Sandbox and app in one program, meeting over HTTP only. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const sandbox = await startSandbox({ build: options.build ?? smallWorld, ...options.sandbox });
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "postmortem-test-"));
  const databases = options.databaseUrl === undefined && ON_POSTGRES ? databasesOn(await findServer()) : undefined;
  let databaseUrl = options.databaseUrl ?? (await databases?.make());
  const start = options.sandbox?.clock;
  let ahead = 0;
  let seen = 0;
  const now = (): Date => new Date((start === undefined ? Date.now() : Date.parse(start)) + ahead);
  const environment = (): ConfiguredEnv => envFor(sandbox, { ...options, dataDir, databaseUrl });
  const overrides: Overrides = { createHandle, log: createLog(environment()), now, ...options.overrides };
  const move = (ms: number): void => {
    ahead += ms;
    sandbox.clock.advance(ms);
  };
  let app = await startApp(environment(), overrides);
  sandbox.hookTo(`${app.url}/api/github/webhooks`);
  const stage: Stage = {
    sandbox,
    get app() {
      return app;
    },
    issue(number: number, repository = "acme/shop") {
      const issue = sandbox
        .state()
        .repositories.find(({ name }) => name === repository)
        ?.issues.find((one) => one.number === number);
      if (issue === undefined) throw new Error(`There is no ${repository}#${number}`);
      return issue;
    },
    newRequests() {
      const requests = sandbox.requests({ actor: /^app/u, after: seen });
      seen = sandbox.log.at(-1)?.n ?? seen;
      return requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
    },
    async later(ms: number) {
      ahead += ms;
      await stage.settled();
    },
    async advance(ms: number) {
      move(ms);
      await stage.settled();
    },
    async pass(ms: number) {
      move(ms);
      const { accepted } = await tick({ database: app.database, now: now().toISOString() });
      await stage.settled();
      return [...accepted];
    },
    async settled() {
      for (let round = 0; round < 3; round += 1) {
        await sandbox.idle();
        await app.idle();
      }
    },
    async restart({ emptyStore = false } = {}) {
      await stage.whileStopped(async () => {
        if (!emptyStore) return;
        rmSync(dataDir, { recursive: true, force: true });
        if (databases !== undefined) databaseUrl = await databases.make();
      });
    },
    async whileStopped(work: () => Promise<void>) {
      await app.close();
      await work();
      app = await startApp(environment(), overrides);
      sandbox.hookTo(`${app.url}/api/github/webhooks`);
    },
    async close() {
      try {
        await app.close();
        await sandbox.close();
      } finally {
        await databases?.drop();
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  };
  return stage;
}

export function envFor(
  sandbox: Sandbox,
  options: { dataDir: string; databaseUrl?: string | undefined; logLevel?: ConfiguredEnv["logLevel"] },
): ConfiguredEnv {
  const { id: appId, privateKey, webhookSecret } = sandbox.app;
  return {
    credentials: { appId, privateKey, webhookSecrets: [webhookSecret] },
    host: "127.0.0.1",
    port: 0,
    publicUrl: undefined,
    githubApiUrl: sandbox.url,
    databaseUrl: options.databaseUrl,
    dataDir: options.dataDir,
    logLevel: options.logLevel ?? "warn",
    envFile: join(options.dataDir, ".env"),
    slackWebhookUrl: undefined,
    notifyWebhook: undefined,
  };
}

export const TEAM_CONFIG = `
team:
  functions:
    - name: platform
      members: [ana, ben, cleo]
    - name: network
      members: ["@acme/network"]
    - name: product
      members: [gus, hana, ivan]
`;

/** acme/shop with a maintainer, writers for three functions, a triager and a reader. */
export function smallWorld(sandbox: Sandbox): void {
  sandbox.addOrganization("acme");
  const writers = ["ana", "ben", "cleo", "dora", "eve", "finn", "gus", "hana", "ivan", "wendy"];
  for (const login of [...writers, "mia", "tom", "rita"]) sandbox.addUser(login);
  sandbox.addRepository("acme/shop", { visibility: "public" });
  for (const login of writers) sandbox.setRole("acme/shop", login, "write");
  sandbox.setRole("acme/shop", "mia", "maintain");
  sandbox.setRole("acme/shop", "tom", "triage");
  sandbox.setRole("acme/shop", "rita", "read");
  for (const login of ["dora", "eve", "finn"]) sandbox.setMembership("acme", login, "member");
  sandbox.addTeam("acme", "network", ["dora", "eve", "finn"]);
  sandbox.putFile("acme/shop", ".github/postmortem.yml", TEAM_CONFIG);
  sandbox.installApp("acme", { repositories: "all" });
}
