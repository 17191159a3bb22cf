import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import type { Delivery } from "../../src/domain/delivery.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import { PermanentFailure } from "../../src/domain/refusal.ts";
import { LimitReached } from "../../src/github/errors.ts";
import { parkedUntil } from "../../src/inbox/keeping.ts";
import { type Overrides, type RunningApp, startApp } from "../../src/server/start.ts";
import { deliver, someEnv, someIssuesPayload } from "./support.ts";

const NOW = "2026-11-21T07:00:00.000Z";
const ACME = InstallationId.parse(21);

let app: RunningApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

function here(): string {
  return mkdtempSync(join(tmpdir(), "start-"));
}

async function run(handle: (delivery: Delivery) => Promise<void>, overrides: Overrides = {}): Promise<RunningApp> {
  const env = someEnv({ DATA_DIR: here(), GITHUB_API_URL: "http://127.0.0.1:59127" });
  app = await startApp(env, { createHandle: () => handle, now: () => new Date(NOW), ...overrides });
  return app;
}

describe("the running app", () => {
  it("takes a webhook in, works on it, and counts it", async () => {
    const worked: string[] = [];
    const { url, idle, metrics } = await run(async ({ event }) => void worked.push(event.kind));

    await deliver(url);
    await idle();

    expect(worked).toEqual(["issue-labelled"]);
    expect(metrics.counted("deliveries", { outcome: "accepted" })).toBe(1);
    expect(metrics.counted("jobs", { outcome: "done" })).toBe(1);
    expect(await metrics.print()).toContain("postmortem_inbox_oldest_seconds 0\n");
  });

  it("keeps what it had not done when it is closed, and does it after the next start", async () => {
    const env = someEnv({ DATA_DIR: here(), GITHUB_API_URL: "http://127.0.0.1:59127" });
    const worked: string[] = [];
    let broken = true;
    const createHandle: NonNullable<Overrides["createHandle"]> =
      () =>
      async ({ id }) => {
        if (broken) throw new Error("not yet");
        worked.push(id);
      };
    app = await startApp(env, { createHandle });
    await deliver(app.url, { id: "kept" });
    await app.idle();
    await app.close();
    broken = false;

    app = await startApp(env, { createHandle, now: () => new Date(Date.now() + 60_000) });
    await app.idle();

    expect(worked).toEqual(["kept"]);
  });

  it("leaves the whole installation alone while GitHub asks for it, and no other", async () => {
    const { url, idle, database, metrics } = await run(async ({ installationId }) => {
      if (installationId === ACME) throw new LimitReached("GitHub's limit is reached", 90_000);
    });

    await deliver(url);
    await deliver(url, { body: JSON.stringify(someIssuesPayload({ installation: { id: 22 } })) });
    await idle();

    expect(await parkedUntil(database, ACME, NOW)).toBe("2026-11-21T07:01:30.000Z");
    expect(metrics.counted("jobs", { outcome: "failed" })).toBe(1);
    expect(metrics.counted("jobs", { outcome: "done" })).toBe(1);
  });

  it("leaves a suspended installation alone for an hour at a time", async () => {
    const { url, idle, database } = await run(async () => {
      throw Object.assign(new Error("This installation has been suspended"), {
        status: 403,
        request: { method: "POST", url: "https://api.github.com/app/installations/21/access_tokens" },
        response: { headers: {}, data: {} },
      });
    });

    await deliver(url);
    await idle();

    expect(await parkedUntil(database, ACME, NOW)).toBe("2026-11-21T08:00:00.000Z");
  });

  it("buries what will never work", async () => {
    const { url, idle, metrics } = await run(async () => {
      throw new PermanentFailure("the issue was deleted");
    });

    await deliver(url);
    await idle();

    expect(metrics.counted("jobs", { outcome: "buried" })).toBe(1);
    expect(await metrics.print()).toContain("postmortem_inbox_buried 1\n");
  });

  it("closes once however often it is told to", async () => {
    const { close, url } = await run(async () => {});

    await Promise.all([close(), close()]);

    await expect(deliver(url)).rejects.toThrow("fetch failed");
  });

  it("leaves nothing open when it cannot start", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => {
      blocker.listen(0, "127.0.0.1", resolve);
    });
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const dataDir = here();
    const createHandle = (): (() => Promise<void>) => async () => {};

    const taken = startApp(someEnv({ DATA_DIR: dataDir, PORT: String(port) }), { createHandle });
    await expect(taken).rejects.toThrow(`Port ${port} is already in use`);
    blocker.close();

    app = await startApp(someEnv({ DATA_DIR: dataDir, GITHUB_API_URL: "http://127.0.0.1:59127" }), { createHandle });
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
  });
});
