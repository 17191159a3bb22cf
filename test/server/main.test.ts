import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { endAll, start } from "./own-process.ts";
import { PRIVATE_KEY, SECRET } from "./support.ts";

let sandbox: Sandbox | undefined;

afterEach(async () => {
  await endAll();
  await sandbox?.close();
  sandbox = undefined;
});

describe("npm start", () => {
  it("runs, tells that it is well, and ends with 0 after SIGTERM", async () => {
    sandbox = await startSandbox({ printViolations: false });
    const { id, privateKey, webhookSecret } = sandbox.app;
    const app = start({
      APP_ID: String(id),
      PRIVATE_KEY: privateKey.replaceAll("\n", "\\n"),
      WEBHOOK_SECRET: webhookSecret,
      GITHUB_API_URL: sandbox.url,
      PORT: "0",
    });
    const [, url = ""] = await app.says(/"url":"([^"]+)"/u);

    const healthy = await fetch(`${url}/healthz`);
    const ready = await fetch(`${url}/readyz`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    app.child.kill("SIGTERM");

    expect(await app.ended).toBe(0);
    expect(healthy.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, checks: { store: "ok", github: "ok", worker: "ok" } });
    expect(metrics).toContain("postmortem_inbox_waiting 0\n");
    expect(metrics).toContain('postmortem_github_requests_total{method="GET",status="200"}');
    expect(app.output()).not.toContain("PRIVATE KEY");
    expect(app.output()).not.toContain(webhookSecret);
  });

  it("is not ready when GitHub does not accept its key", async () => {
    sandbox = await startSandbox({ printViolations: false });
    const app = start({
      APP_ID: String(sandbox.app.id),
      PRIVATE_KEY,
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: sandbox.url,
      PORT: "0",
    });
    const [, url = ""] = await app.says(/"url":"([^"]+)"/u);

    const ready = await fetch(`${url}/readyz`);

    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain("GitHub has not accepted APP_ID and key lately");
  });

  it.each([
    ["without a webhook secret", {}, "WEBHOOK_SECRET: is missing"],
    ["with a weak one", { WEBHOOK_SECRET: "development" }, "WEBHOOK_SECRET: is the word everybody knows"],
  ])("refuses to start %s", async (_, variables, sentence) => {
    const app = start({ APP_ID: "7", PRIVATE_KEY, PORT: "0", ...variables });

    expect(await app.ended).toBe(1);
    expect(app.output()).toContain(sentence);
    expect(app.output()).not.toContain("PRIVATE KEY-----");
  });

  it("without credentials offers set-up, and goes on with what it got", async () => {
    sandbox = await startSandbox({ printViolations: false });
    const envFile = join(mkdtempSync(join(tmpdir(), "main-env-")), ".env");
    const app = start({ GITHUB_API_URL: sandbox.url, PORT: "0", ENV_FILE: envFile, APP_ID: "" });
    const [, setupUrl = ""] = await app.says(/open (http\S+)/u);
    const html = await (await fetch(setupUrl)).text();
    const [, action = ""] = /method="post" action="([^"]+)"/u.exec(html) ?? [];
    const [, manifest = ""] = /name="manifest" value="([^"]+)"/u.exec(html) ?? [];

    await fetch(action, { method: "POST", body: new URLSearchParams({ manifest: manifest.replaceAll("&#34;", '"') }) });
    const [, url = ""] = await app.says(/"url":"([^"]+)"/u);

    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(readFileSync(envFile, "utf8")).toContain("WEBHOOK_SECRET=");
    expect(app.output()).not.toContain("PRIVATE KEY-----");
  });
});
