import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openDatabase } from "../../src/store/database.ts";
import { type AppProcess, freePort, startAppProcess } from "../crash/app-process.ts";
import { build } from "./run.ts";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";

/** A tenant with one repository, as webhooks name it. */
export interface Tenant {
  readonly installationId: number;
  readonly repositoryId: number;
  /** `owner/name`. */
  readonly repository: string;
}

export interface Row {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly finished_at: string | null;
}

/** GitHub's stand-in and the app, each a process of its own, on a store that is removed in the end. */
export interface Rig {
  readonly sandbox: SandboxProcess;
  readonly tenants: readonly Tenant[];
  /** Where webhooks go, before and after a restart. */
  readonly hookUrl: string;
  /** The process that was started last. */
  readonly app: AppProcess;
  /** Starts the app anew, on the same store and at the same address. */
  start(): Promise<AppProcess>;
  /** Every row that was ever kept. Ends the app first: SQLite lets nobody else look. */
  inbox(): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface RigOptions {
  readonly seed: number;
  readonly tenants: number;
  /** PostgreSQL; SQLite in a directory of its own when absent. */
  readonly databaseUrl?: string | undefined;
}

/** Both are running and all tenants are installed when this resolves; webhooks of the stand-in go to the app. */
export async function startRig({ seed, tenants, databaseUrl }: RigOptions): Promise<Rig> {
  const sandbox = await startSandboxProcess({ seed });
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-rig-"));
  const port = await freePort();
  let app: AppProcess | undefined;

  async function start(): Promise<AppProcess> {
    app = await startAppProcess({ app: await sandbox.app(), githubUrl: sandbox.url, dataDir, databaseUrl, port });
    return app;
  }

  async function stop(): Promise<void> {
    await app?.kill("SIGKILL");
    await sandbox.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }

  try {
    const { url } = await start();
    const hookUrl = `${url}/api/github/webhooks`;
    await sandbox.press("POST", "/hook", { url: hookUrl });
    return {
      sandbox,
      tenants: await install(sandbox, tenants),
      hookUrl,
      get app() {
        if (app === undefined) throw new Error("The app was not started");
        return app;
      },
      start,
      async inbox() {
        await app?.kill("SIGKILL");
        const database = await openDatabase({ databaseUrl, dataDir });
        try {
          return await database.across
            .selectFrom("inbox")
            .select(["id", "state", "attempts", "reason", "finished_at"])
            .execute();
        } finally {
          await database.close();
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function install(sandbox: SandboxProcess, count: number): Promise<Tenant[]> {
  const organizations = Array.from({ length: count }, (_, n) => `org${n}`);
  await build(sandbox, { organizations, repositories: organizations.map((name) => `${name}/shop`), issues: [] });
  await sandbox.press("GET", "/idle");
  const { installations, repositories } = await sandbox.state();
  return repositories.map(({ id, name }) => {
    const installation = installations.find(({ account }) => account === name.split("/")[0]);
    if (installation === undefined) throw new Error(`Nobody installed the app for ${name}`);
    return { installationId: installation.id, repositoryId: id, repository: name };
  });
}

/** A person opens an issue and labels it: the app starts a postmortem. Returns its name, `owner/name#1`. */
export async function labelNew(sandbox: SandboxProcess, repository: string, title: string): Promise<string> {
  const made = await sandbox.press("POST", "/as/wendy/createIssue", [repository, { title, body: "It broke.\n" }]);
  const name = `${repository}#${(made as { number: number }).number}`;
  await sandbox.press("POST", "/as/wendy/label", [name, "postmortem"]);
  return name;
}
