import { apply, type Applied } from "../../src/apply/apply.ts";
import type { ApplyDeps } from "../../src/apply/deps.ts";
import { createSlots, type Slots } from "../../src/apply/slot.ts";
import type { Change } from "../../src/domain/change.ts";
import { InstallationId, type IssueRef } from "../../src/domain/ids.ts";
import { githubFor } from "../../src/github/client.ts";
import { createRender } from "../../src/render/render.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { createLog } from "../../src/server/log.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { envFor } from "../support/running-app.ts";

export const SECRET = "a-webhook-secret-of-good-length";

type SandboxIssue = ReturnType<Sandbox["state"]>["repositories"][number]["issues"][number];

export interface ApplyWorld {
  readonly sandbox: Sandbox;
  readonly database: Database;
  readonly issue: IssueRef;
  readonly slots: Slots;
  readonly installationId: InstallationId;
  /** Carries changes out as one attempt of a delivery would. */
  carryOut(changes: readonly Change[], deps?: Partial<ApplyDeps>): Promise<Applied>;
  /** All of acme/shop that changes can reach, without the times at which things were touched. */
  seen(): unknown;
  issueNow(number?: number): SandboxIssue;
  /** Method and path of each write since the last asking. */
  writes(): string[];
  close(): Promise<void>;
}

/** acme/shop with issue 1 by ana, and an empty store. Nothing waits: the clock of the client moves by itself. */
export async function someWorld(): Promise<ApplyWorld> {
  const sandbox = await startSandbox({
    build: (world) => {
      world.addOrganization("acme");
      for (const login of ["ana", "ben", "rita"]) world.addUser(login);
      const { id } = world.addRepository("acme/shop", { visibility: "public" });
      if (id <= 0) throw new Error("A repository has an id");
      for (const login of ["ana", "ben"]) world.setRole("acme/shop", login, "write");
      world.setRole("acme/shop", "rita", "read");
      world.installApp("acme", { repositories: "all" });
      world.as("ana").createIssue("acme/shop", { title: "Down", body: "text" });
    },
  });
  const database = await openDatabase({ memory: true });
  const state = sandbox.state();
  const installationId = InstallationId.parse(state.installations[0]?.id);
  const repositoryId = state.repositories[0]?.id ?? 0;
  const issue: IssueRef = { installationId, repositoryId, owner: "acme", repo: "shop", number: 1 };
  const env = envFor(sandbox, { dataDir: "/nowhere", logLevel: "silent" });
  let time = Date.now();
  const clock = { now: () => time, sleep: async (ms: number) => void (time += ms) };
  const octokit = await githubFor({ env, log: createLog(env), clock }).octokitFor(installationId);
  const slots = createSlots([SECRET]);
  const render = createRender();
  let seenUntil = 0;

  return {
    sandbox,
    database,
    issue,
    slots,
    installationId,
    carryOut: (changes, deps = {}) =>
      apply(changes, {
        octokit,
        database,
        installationId,
        delivery: { id: "d-1", attempt: 1 },
        render,
        slots,
        self: { appId: sandbox.app.id, login: `${sandbox.app.slug}[bot]` },
        now: () => "2026-11-20T10:00:00.000Z",
        look: false,
        bodyRead: "text",
        bodyPlanned: "text",
        knownLabels: [],
        settlesAfterMs: 0,
        madeLabel: async () => undefined,
        ...deps,
      }),
    seen() {
      const [shop] = sandbox.state().repositories;
      return JSON.parse(JSON.stringify(shop, (key, value) => (key === "updatedAt" ? undefined : value)));
    },
    issueNow(number = 1) {
      const found = sandbox.state().repositories[0]?.issues.find((one) => one.number === number);
      if (found === undefined) throw new Error(`There is no acme/shop#${number}`);
      return found;
    },
    writes() {
      const requests = sandbox.requests({ after: seenUntil });
      seenUntil = sandbox.log.at(-1)?.n ?? seenUntil;
      return requests
        .filter(({ method, path }) => method !== "GET" && !path.includes("access_tokens"))
        .map(({ method, path }) => `${method} ${path}`);
    },
    async close() {
      await database.close();
      await sandbox.close();
    },
  };
}
