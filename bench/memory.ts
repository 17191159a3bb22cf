// Memory of the app's own process for tenants that have each had a delivery: client, budgets, caches. Read while their
// number grows, as the slope of the line through the readings, so that what a process takes once (code, room for new
// objects) is no tenant's. Garbage is collected before each reading and free memory handed back: what is left is held.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSandbox } from "../src/sandbox/start-sandbox.ts";
import { type AppProcess, startAppProcess, untilWorkedOff } from "../test/crash/app-process.ts";
import type { Row } from "./calls.ts";

const TENANTS = [200, 400, 600, 800];

/** Loaded before the app: collects when asked. `last-resort` is V8's own word for what it does when memory runs out. */
const COLLECTOR = `data:text/javascript,${encodeURIComponent(`
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  process.on("message", () => {
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
    process.send("collected");
  });
  process.channel.unref();
`)}`;

export async function bench(): Promise<Row[]> {
  const sandbox = await startSandbox({ validate: false });
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-memory-"));
  const app = await startAppProcess({ app: sandbox.app, githubUrl: sandbox.url, dataDir, preload: COLLECTOR });
  try {
    sandbox.addUser("wendy");
    sandbox.hookTo(`${app.url}/api/github/webhooks`);
    const held: (readonly [tenants: number, megabytes: number])[] = [];
    let started = 0;
    let withGarbage = 0;
    for (const tenants of TENANTS) {
      for (; started < tenants; started += 1) {
        const organization = `org${started}`;
        sandbox.addOrganization(organization);
        sandbox.addRepository(`${organization}/shop`);
        sandbox.setRole(`${organization}/shop`, "wendy", "write");
        sandbox.installApp(organization);
        sandbox.as("wendy").createIssue(`${organization}/shop`, { title: "Disk was full", body: "Logs filled it.\n" });
        sandbox.as("wendy").label(`${organization}/shop#1`, "postmortem");
      }
      await sandbox.idle();
      if (!(await untilWorkedOff(app))) throw new Error(`The app ended:\n${app.output()}`);
      withGarbage = residentMb(app);
      await collect(app);
      held.push([tenants, residentMb(app)]);
    }
    const each1000 = Math.round(1_000 * slope(held));
    return [
      { name: "memory: MB held per 1,000 tenants", value: each1000, goal: 50, ok: each1000 <= 50 },
      { name: `memory: MB held with ${started} tenants`, value: Math.round(held.at(-1)?.[1] ?? Number.NaN) },
      { name: `memory: MB resident with ${started} tenants, garbage included`, value: Math.round(withGarbage) },
    ];
  } finally {
    await app.kill("SIGKILL");
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function collect({ child }: AppProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  child.once("message", resolve);
  child.send("collect");
  await promise;
}

function residentMb({ child }: AppProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1] ?? Number.NaN) / 1_024;
}

/** Of the line that fits best (least squares). */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const x0 = mean(points.map(([x]) => x));
  const y0 = mean(points.map(([, y]) => y));
  const over = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0);
  return over / points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
}
