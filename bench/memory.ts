// Memory of the app's own process for tenants that have each had a delivery: client, budgets, caches.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSandbox } from "../src/sandbox/start-sandbox.ts";
import { startAppProcess, untilWorkedOff } from "../test/crash/app-process.ts";
import type { Row } from "./calls.ts";

const TENANTS = 200;

export async function bench(): Promise<Row[]> {
  const sandbox = await startSandbox({ validate: false });
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-memory-"));
  const app = await startAppProcess({ app: sandbox.app, githubUrl: sandbox.url, dataDir });
  try {
    sandbox.addUser("wendy");
    sandbox.hookTo(`${app.url}/api/github/webhooks`);
    const start = async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n += 1) {
        sandbox.addOrganization(`org${n}`);
        sandbox.addRepository(`org${n}/shop`);
        sandbox.setRole(`org${n}/shop`, "wendy", "write");
        sandbox.installApp(`org${n}`);
        sandbox.as("wendy").createIssue(`org${n}/shop`, { title: "Disk was full", body: "Logs filled it.\n" });
        sandbox.as("wendy").label(`org${n}/shop#1`, "postmortem");
      }
      await sandbox.idle();
      await untilWorkedOff(app);
    };
    await start(0, 20);
    const before = residentMb(app.child.pid);
    await start(20, 20 + TENANTS);
    const each1000 = Math.round(((residentMb(app.child.pid) - before) * 1_000) / TENANTS);
    return [{ name: "memory: MB per 1,000 tenants", value: each1000, goal: 50, ok: each1000 <= 50 }];
  } finally {
    await app.kill("SIGKILL");
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1] ?? Number.NaN) / 1_024;
}
