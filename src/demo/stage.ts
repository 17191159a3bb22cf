import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ConfiguredEnv } from "../env.ts";
import { createHandle } from "../handling.ts";
import { nextDueAt } from "../inbox/keeping.ts";
import { listen } from "../sandbox/listen.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { tick } from "../schedule/tick.ts";
import { createLog } from "../server/log.ts";
import { type RunningApp, startApp } from "../server/start.ts";
import { type Call, createRecorder } from "./recorder.ts";
import { buildWorld, FIRST_DAY } from "./world.ts";

export type SandboxIssue = ReturnType<Sandbox["state"]>["repositories"][number]["issues"][number];

/** Sandbox and app in one program, on one clock, meeting over HTTP only. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly app: RunningApp;
  /** `http://127.0.0.1:port`: the page, and below `/api/v3` the app's GitHub. */
  readonly url: string;
  readonly calls: readonly Call[];
  onCall(hear: (call: Call) => void): void;
  now(): string;
  /** Lets seconds pass until all webhooks are worked off and the status comments are up to date. */
  settle(): Promise<void>;
  /** Lets time pass, hour by hour, so that digests and reminders come when they are due. */
  passUntil(instant: string): Promise<void>;
  /** Everything that went wrong so far, one sentence each. */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Answers what is not below `/api/v3`. */
  readonly page?: (request: Request) => Response | Promise<Response>;
}

const HOUR_MS = 3_600_000;
/** What waits for less than this is a status comment that waits for quiet; more is a retry or a plan for another day. */
const SOON_MS = 60_000;

export async function startStage({ port, page }: StageOptions): Promise<Stage> {
  // The port first: when it is taken, nothing else has been started.
  let answer: (request: Request) => Response | Promise<Response> = gone;
  const server = await listen({ port, host: "127.0.0.1" }, (request) => answer(request));
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-demo-"));
  const forget = (): void => rmSync(dataDir, { recursive: true, force: true });
  // However the demo ends, it leaves nothing behind.
  process.once("exit", forget);
  const sandbox = await startSandbox({ clock: FIRST_DAY, build: buildWorld });
  const recorder = createRecorder(sandbox, () => url);
  answer = (request) =>
    new URL(request.url).pathname.startsWith("/api/v3") ? recorder.pass(request) : (page?.(request) ?? gone());
  const url = `http://127.0.0.1:${server.port}`;
  const complaints: string[] = [];
  const env = envFor(sandbox, { url, dataDir });
  const app = await startApp(env, {
    createHandle,
    log: createLog(env, { write: (line: string) => void complaints.push(complaint(line)) }),
    now: () => new Date(sandbox.clock.now()),
    // Budgets are counted on the demo's clock too: months pass in seconds here.
    github: { clock: { now: () => Date.parse(sandbox.clock.now()), sleep: async (ms) => sandbox.clock.advance(ms) } },
  });
  sandbox.hookTo(`${app.url}/api/github/webhooks`);

  /** Until neither side has anything to do. */
  async function quiet(): Promise<void> {
    for (;;) {
      const seen = recorder.calls.length;
      await sandbox.idle();
      app.database.wake.ring();
      await app.idle();
      await sandbox.idle();
      if (recorder.calls.length === seen) return;
    }
  }

  async function settle(): Promise<void> {
    await quiet();
    for (let round = 0; round < 20; round += 1) {
      const due = await nextDueAt(app.database, sandbox.clock.now());
      if (due === undefined || Date.parse(due) - Date.parse(sandbox.clock.now()) > SOON_MS) return;
      sandbox.clock.set(due);
      await quiet();
    }
    complaints.push("The app does not come to rest: work that is due soon keeps coming.");
  }

  async function passUntil(instant: string): Promise<void> {
    await settle();
    const until = Date.parse(instant);
    for (let now = Date.parse(sandbox.clock.now()); now < until; now = Date.parse(sandbox.clock.now())) {
      const due = await nextDueAt(app.database, sandbox.clock.now());
      const hour = (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
      const next = Math.min(until, hour, due === undefined ? until : Date.parse(due));
      sandbox.clock.set(new Date(next).toISOString());
      const { accepted, failed } = await tick({ database: app.database, now: sandbox.clock.now() });
      for (const { error } of failed) complaints.push(`The clock failed: ${String(error)}`);
      if (accepted.length > 0 || next !== hour) await settle();
    }
  }

  return {
    sandbox,
    app,
    url,
    calls: recorder.calls,
    onCall: (hear) => recorder.listen(hear),
    now: () => sandbox.clock.now(),
    settle,
    passUntil,
    faults: async () => [...complaints, ...violations(sandbox), ...(await unsettled(app, sandbox.clock.now()))],
    async close() {
      await app.close();
      await server.close();
      await sandbox.close();
      forget();
      process.off("exit", forget);
    },
  };
}

/** An issue as GitHub has it now. */
export function issueOf(stage: Pick<Stage, "sandbox">, repository: string, number: number): SandboxIssue {
  const issue = issuesOf(stage, repository).find((one) => one.number === number);
  if (issue === undefined) throw new Error(`There is no issue ${repository}#${number}.`);
  return issue;
}

export function issuesOf({ sandbox }: Pick<Stage, "sandbox">, repository: string): readonly SandboxIssue[] {
  return sandbox.state().repositories.find(({ name }) => name === repository)?.issues ?? [];
}

function envFor(sandbox: Sandbox, { url, dataDir }: { url: string; dataDir: string }): ConfiguredEnv {
  const { id: appId, privateKey, webhookSecret } = sandbox.app;
  return {
    credentials: { appId, privateKey, webhookSecrets: [webhookSecret] },
    host: "127.0.0.1",
    port: 0,
    publicUrl: undefined,
    githubApiUrl: `${url}/api/v3`,
    databaseUrl: undefined,
    dataDir,
    logLevel: "warn",
    envFile: join(dataDir, ".env"),
    slackWebhookUrl: undefined,
    notifyWebhook: undefined,
  };
}

function complaint(line: string): string {
  const { msg, err, delivery } = JSON.parse(line) as { msg?: string; delivery?: string; err?: { message?: string } };
  const about = delivery === undefined ? "" : ` (delivery ${delivery})`;
  return `The app complains: ${msg ?? line.trim()}${err?.message === undefined ? "" : `: ${err.message}`}${about}`;
}

function violations(sandbox: Sandbox): string[] {
  return sandbox
    .violations()
    .map(({ direction, id, errors }) => `The ${direction} ${id} is not as GitHub describes it: ${errors.join("; ")}`);
}

/** What failed, was buried, or should have been done by now. What waits for its day is well. */
async function unsettled({ database }: RunningApp, now: string): Promise<string[]> {
  const rows = await database.across
    .selectFrom("inbox")
    .select(["id", "kind", "state", "reason", "run_at", "tries"])
    .where("state", "<>", "done")
    .execute();
  const wrong = rows.filter(({ state, run_at, tries }) => state !== "waiting" || tries > 0 || run_at <= now);
  return wrong.map(
    ({ id, kind, state, reason }) => `The delivery ${id} (${kind}) is ${state}${reason === null ? "" : `: ${reason}`}`,
  );
}

function gone(): Response {
  return new Response("There is no page here.", { status: 404 });
}
