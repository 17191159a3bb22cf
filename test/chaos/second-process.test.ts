import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { type AppProcess, startAppProcess } from "../crash/app-process.ts";

let sandbox: Sandbox;
let first: AppProcess;
const dataDir = mkdtempSync(join(tmpdir(), "postmortem-second-"));

afterEach(async () => {
  await first.kill("SIGKILL");
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("a second process on the same SQLite database", () => {
  it("is refused with a sentence that names the way out, and the first goes on", async () => {
    sandbox = await startSandbox();
    const options = { app: sandbox.app, githubUrl: sandbox.url, dataDir };
    first = await startAppProcess(options);

    const refusal = await startAppProcess(options).then(
      () => "it started",
      (error: unknown) => String(error),
    );

    expect(refusal).toContain("Another process is using the database");
    expect(refusal).toContain("DATABASE_URL");
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  });
});
