import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type AppProcess, depthOf, startAppProcess } from "../crash/app-process.ts";
import { databasesOn, findServer } from "../support/postgres-server.ts";
import { labelNew } from "./rig.ts";
import { build } from "./run.ts";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";
import { CONFIG } from "./story.ts";

const TITLE = "Disk was full, number";
/** Few enough for the budget of a minute: neither waits, and the clock has not ticked again by then. */
const ISSUES = 5;
const NOTES = 5;
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

const server = await findServer();
if (server.url === undefined) console.warn(`not run: two processes on one PostgreSQL: ${server.reason}`);

describe.skipIf(server.url === undefined)("two processes on one PostgreSQL", () => {
  const databases = databasesOn(server);
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-two-"));
  let sandbox: SandboxProcess;
  let databaseUrl: string;
  let apps: readonly AppProcess[] = [];

  async function startBoth(): Promise<void> {
    const options = { app: await sandbox.app(), githubUrl: sandbox.url, dataDir, databaseUrl };
    const started = await Promise.allSettled([startAppProcess(options), startAppProcess(options)]);
    apps = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(started.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    await hearWith(0);
  }

  async function stopBoth(): Promise<void> {
    await Promise.all(apps.map((app) => app.kill("SIGKILL")));
  }

  /** Webhooks go to this one of the processes from now on. */
  async function hearWith(which: number): Promise<void> {
    await sandbox.press("GET", "/idle");
    await sandbox.press("POST", "/hook", { url: `${apps[which % apps.length]?.url}/api/github/webhooks` });
  }

  async function done(): Promise<void> {
    for (let quiet = 0; quiet < 3; await sleep(50)) {
      await sandbox.press("GET", "/idle");
      const depth = await depthOf(apps[0]?.url ?? "");
      quiet = depth?.waiting === 0 && depth.running === 0 ? quiet + 1 : 0;
    }
  }

  beforeAll(async () => {
    sandbox = await startSandboxProcess({ seed: 1 });
    databaseUrl = await databases.make();
    await startBoth();
    await build(sandbox, { organizations: ["acme"], repositories: ["acme/shop"], issues: [] });
    // It was due yesterday and not yet two days ago: a process that starts makes up for it.
    const day = DAYS[new Date(Date.now() - 86_400_000).getUTCDay()];
    const text = `${CONFIG}digest: { day: ${day}, time: "09:00", timezone: UTC }\n`;
    await sandbox.press("PUT", "/files", { repository: "acme/shop", path: ".github/postmortem.yml", text });
  });
  afterAll(async () => {
    await stopBoth();
    await sandbox.stop();
    await databases.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("work on each issue one event after the other, in the order in which they happened", async () => {
    const issues = [];
    for (let n = 0; n < ISSUES; n += 1) issues.push(await labelNew(sandbox, "acme/shop", `${TITLE} ${n}`));
    await done();
    for (let n = 0; n < NOTES; n += 1) {
      await hearWith(n);
      for (const issue of issues)
        await sandbox.press("POST", "/as/wendy/comment", [issue, `/pm note "look ${n}." at=10:00`]);
    }
    await done();

    const { repositories } = await sandbox.state();
    for (const { title, body } of repositories[0]?.issues ?? []) {
      if (!title.startsWith(TITLE)) continue;
      const order = [...(body ?? "").matchAll(/look (?<n>\d+)\./gu)].map(({ groups }) => Number(groups?.["n"]));
      expect(order).toEqual(Array.from({ length: NOTES }, (_, n) => n));
    }
    const worked = apps.map((app) => app.output().split('"delivery done"').length - 1);
    console.log(`two processes: ${worked.join(" and ")} deliveries`);
    expect(Math.min(...worked)).toBeGreaterThan(0);
  });

  it("post one digest when both start in the same moment and it is due", async () => {
    const digests = async (): Promise<number> => {
      const { repositories } = await sandbox.state();
      return repositories[0]?.issues.filter(({ labels }) => labels.includes("postmortem-digest")).length ?? 0;
    };
    // Else the clock ticked before both could start in the same moment, and this shows nothing.
    expect(await digests()).toBe(0);

    await stopBoth();
    await startBoth();
    while ((await digests()) === 0) await sleep(50);
    await done();

    expect(await digests()).toBe(1);
  });
});
