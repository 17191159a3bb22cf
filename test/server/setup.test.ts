import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "node:querystring";
import { parseEnv } from "node:util";

import { ALWAYS_SENT, HEARD, WHERE_GRANTED } from "../../src/app.ts";
import { readEnv } from "../../src/env.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { manifestFor, readManifest, webUrlOf } from "../../src/web/manifest.ts";
import { type Setup, startSetup } from "../../src/web/setup.ts";

describe("app.yml", () => {
  it("asks for the events the app hears, except those GitHub always sends and those heard where granted", () => {
    const { default_events: events } = readManifest();
    const notAsked = new Set([...ALWAYS_SENT, ...WHERE_GRANTED]);

    expect([...events].sort()).toEqual(HEARD.filter((name) => !notAsked.has(name)));
    expect(HEARD).toEqual(expect.arrayContaining([...WHERE_GRANTED]));
  });

  it("asks for the least that works", () => {
    expect(readManifest().default_permissions).toEqual({
      issues: "write",
      metadata: "read",
      single_file: "read",
      members: "read",
    });
    expect(readManifest().single_file_name).toBe(".github/postmortem.yml");
  });

  it("becomes a manifest with the webhook's whole address", () => {
    const urls = { publicUrl: "https://pm.example.com", localUrl: "http://127.0.0.1:3000" };

    expect(JSON.parse(manifestFor(readManifest(), urls))).toMatchObject({
      hook_attributes: { url: "https://pm.example.com/api/github/webhooks", active: true },
      redirect_url: "http://127.0.0.1:3000/setup/callback",
    });
  });
});

it.each([
  ["https://api.github.com", "https://github.com"],
  ["https://github.example.com/api/v3", "https://github.example.com"],
  ["https://api.acme.ghe.com", "https://acme.ghe.com"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
])("people click for %s at %s", (api, web) => {
  expect(webUrlOf(api)).toBe(web);
});

describe("set-up", () => {
  let sandbox: Sandbox;
  let setup: Setup;
  let envFile: string;

  beforeEach(async () => {
    sandbox = await startSandbox({ printViolations: false });
    envFile = join(mkdtempSync(join(tmpdir(), "setup-")), ".env");
    setup = await startSetup(readEnv({ PORT: "0", GITHUB_API_URL: sandbox.url, ENV_FILE: envFile }));
  });

  afterEach(async () => {
    await setup.close();
    await sandbox.close();
  });

  async function form(): Promise<{ action: string; manifest: string; html: string }> {
    const html = await (await fetch(setup.url)).text();
    const [, action = ""] = /method="post" action="([^"]+)"/u.exec(html) ?? [];
    const [, manifest = ""] = /name="manifest" value="([^"]+)"/u.exec(html) ?? [];
    return { action: plain(action), manifest: plain(manifest), html };
  }

  /** What a browser does: posts the form to GitHub, and follows where it leads. */
  async function register(): Promise<Response> {
    const { action, manifest } = await form();
    return fetch(action, { method: "POST", body: new URLSearchParams({ manifest }) });
  }

  it("registers the app and keeps its credentials in a file only its owner reads", async () => {
    writeFileSync(envFile, "# mine\nLOG_LEVEL=debug\nAPP_ID=1\n");

    const answer = await register();
    await setup.done;

    const kept = parseEnv(readFileSync(envFile, "utf8"));
    const env = readEnv(kept);
    expect(answer.status).toBe(200);
    expect(env.credentials?.webhookSecrets).toHaveLength(1);
    expect(env.credentials?.privateKey).toContain("PRIVATE KEY");
    expect(env.logLevel).toBe("debug");
    expect(readFileSync(envFile, "utf8").match(/^APP_ID=/gmu)).toHaveLength(1);
    expect(statSync(envFile).mode & 0o777).toBe(0o600);
  });

  it("shows no credentials to the browser", async () => {
    const html = await (await register()).text();
    const { WEBHOOK_SECRET: secret = "missing" } = parseEnv(readFileSync(envFile, "utf8"));

    expect(html).toContain("/installations/new");
    expect(html).not.toContain("PRIVATE KEY");
    expect(html).not.toContain(secret);
  });

  it("sends the form to an organisation's page when asked, with the address given", async () => {
    const asked = `${setup.url}&organisation=acme&url=https://pm.example.com/`;
    const html = await (await fetch(asked)).text();

    expect(html).toContain(`${sandbox.url}/organizations/acme/settings/apps/new?state=`);
    expect(plain(html)).toContain('"url":"https://pm.example.com/api/github/webhooks"');
  });

  it("writes nothing when the state is not one it gave out, and each is good once", async () => {
    const { action } = await form();
    const { state } = parse(action.split("?")[1] ?? "");
    const base = setup.url.split("/?")[0] ?? "";

    const forged = await fetch(`${base}/setup/callback?code=abc&state=guessed`);
    const wrongCode = await fetch(`${base}/setup/callback?code=abc&state=${String(state)}`);
    const again = await fetch(`${base}/setup/callback?code=abc&state=${String(state)}`);

    expect([forged.status, wrongCode.status, again.status]).toEqual([400, 502, 400]);
    expect(() => statSync(envFile)).toThrow("ENOENT");
  });

  it.each([
    ["another name for this machine", { host: "evil.example" }, 403],
    ["another site's page", { origin: "https://evil.example" }, 403],
    ["a proxy", { "x-forwarded-for": "203.0.113.9" }, 200],
    ["this machine", {}, 200],
  ])("answers %s with the right status, and never without the key", async (_, headers, status) => {
    expect(await statusOf(setup.url, headers)).toBe(status);
    expect(await statusOf(`http://127.0.0.1:${setup.port}/`, headers)).toBe(403);
    expect(await statusOf(`${setup.url}0`, headers)).toBe(403);
  });

  it("escapes what it is given", async () => {
    const html = await (await fetch(`${setup.url}&url=https://x/"><script>`)).text();

    expect(html).not.toContain("<script>");
  });
});

/** `fetch` does not let anybody choose the host header. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get(url, { headers }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).on("error", reject);
  return promise;
}

function plain(html: string): string {
  return html.replaceAll(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)));
}
