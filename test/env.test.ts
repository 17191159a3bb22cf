import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { EnvFault, loadEnvFile, readEnv } from "../src/env.ts";
import { PRIVATE_KEY, SECRET } from "./server/support.ts";

const CREDENTIALS = { APP_ID: "7", PRIVATE_KEY, WEBHOOK_SECRET: SECRET };

function faultsOf(variables: Record<string, string>): string {
  try {
    readEnv(variables);
  } catch (error) {
    if (error instanceof EnvFault) return error.message;
    throw error;
  }
  return "";
}

describe("the environment", () => {
  it("has defaults for all but the credentials", () => {
    expect(readEnv({})).toEqual({
      credentials: undefined,
      host: "127.0.0.1",
      port: 3000,
      publicUrl: undefined,
      githubApiUrl: "https://api.github.com",
      databaseUrl: undefined,
      dataDir: "./data",
      logLevel: "info",
      envFile: ".env",
      slackWebhookUrl: undefined,
      notifyWebhook: undefined,
    });
  });

  it("gives the credentials, with both secrets while rotating", () => {
    const previous = "another-secret-of-16-or-more";
    const { credentials } = readEnv({ ...CREDENTIALS, WEBHOOK_SECRET_PREVIOUS: previous });

    expect(credentials).toEqual({ appId: 7, privateKey: PRIVATE_KEY, webhookSecrets: [SECRET, previous] });
  });

  it.each([
    ["with line ends written out", PRIVATE_KEY.replaceAll("\n", "\\n")],
    ["in base64", Buffer.from(PRIVATE_KEY).toString("base64")],
    ["without the last line end", PRIVATE_KEY.trimEnd()],
  ])("takes a key %s", (_, key) => {
    expect(readEnv({ ...CREDENTIALS, PRIVATE_KEY: key }).credentials?.privateKey).toBe(PRIVATE_KEY);
  });

  it("takes a key from a file", () => {
    const variables = { APP_ID: "7", WEBHOOK_SECRET: SECRET, PRIVATE_KEY_PATH: "app.pem" };

    expect(readEnv(variables, () => PRIVATE_KEY).credentials?.privateKey).toBe(PRIVATE_KEY);
  });

  it("takes an API address with or without a slash at the end", () => {
    const { githubApiUrl } = readEnv({ GITHUB_API_URL: "https://github.example.com/api/v3/" });

    expect(githubApiUrl).toBe("https://github.example.com/api/v3");
  });

  it("treats an empty line of a file as none", () => {
    expect(readEnv({ APP_ID: "", PRIVATE_KEY: " ", WEBHOOK_SECRET: "" }).credentials).toBeUndefined();
  });

  it.each([
    ["is missing", undefined, "WEBHOOK_SECRET: is missing"],
    ["is short", "fifteen-letters", "WEBHOOK_SECRET: is shorter than 16 characters"],
    ["is what everybody knows", "development", "WEBHOOK_SECRET: is the word everybody knows"],
  ])("is refused when the webhook secret %s", (_, secret, sentence) => {
    const { WEBHOOK_SECRET: __, ...rest } = CREDENTIALS;

    expect(faultsOf(secret === undefined ? rest : { ...rest, WEBHOOK_SECRET: secret })).toContain(sentence);
  });

  it("is refused when the secret before is weak", () => {
    expect(faultsOf({ ...CREDENTIALS, WEBHOOK_SECRET_PREVIOUS: "short" })).toContain(
      "WEBHOOK_SECRET_PREVIOUS: is shorter",
    );
  });

  it("tells all its faults at once, with the value and the way out", () => {
    const message = faultsOf({
      APP_ID: "seven",
      PORT: "80000",
      LOG_LEVEL: "loud",
      DATABASE_URL: "mysql://somewhere",
      GITHUB_API_URL: "api.github.com",
      SLACK_WEBHOOK_URL: "https://example.com/services/x",
    });

    expect(message).toMatch(/^The environment has 8 faults:\n/u);
    expect(message).toContain('APP_ID: "seven" is not one: copy the App ID');
    expect(message).toContain("PORT: 80000 is not one: write a port between 1 and 65535");
    expect(message).toContain('LOG_LEVEL: "loud" is not one of trace, debug');
    expect(message).toContain("DATABASE_URL: write an address like postgres://");
    expect(message).toContain("GITHUB_API_URL: write an address like https://api.github.com");
    expect(message).toContain("SLACK_WEBHOOK_URL: write an address that starts with https://hooks.slack.com/services/");
    expect(message).toContain("PRIVATE_KEY: is missing");
    expect(message).toContain("WEBHOOK_SECRET: is missing");
  });

  it("never tells the value of a secret", () => {
    const message = faultsOf({
      APP_ID: "7",
      PRIVATE_KEY: "canary-key",
      WEBHOOK_SECRET: "canary-secret",
      WEBHOOK_SECRET_PREVIOUS: "canary-before",
      DATABASE_URL: "mysql://app:canary-password@host/db",
      SLACK_WEBHOOK_URL: "https://example.com/canary-slack",
    });

    expect(message).toContain("5 faults");
    expect(message).not.toContain("canary");
  });

  it("takes a notification webhook with its secret only", () => {
    const url = "https://hooks.example.com/postmortem";
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

    expect(readEnv({ NOTIFY_WEBHOOK_URL: url, NOTIFY_WEBHOOK_SECRET: secret }).notifyWebhook).toEqual({ url, secret });
    expect(faultsOf({ NOTIFY_WEBHOOK_URL: url })).toContain("NOTIFY_WEBHOOK_SECRET: is missing");
    expect(faultsOf({ NOTIFY_WEBHOOK_SECRET: secret })).toContain("NOTIFY_WEBHOOK_URL: is missing");
    const faults = faultsOf({ NOTIFY_WEBHOOK_URL: "https://a:canary@b.example/", NOTIFY_WEBHOOK_SECRET: "canary" });
    expect(faults).toContain("NOTIFY_WEBHOOK_URL: leave name and password out of the address");
    expect(faults).toContain(
      "NOTIFY_WEBHOOK_SECRET: is not `whsec_` and base64 of 24 to 64 bytes: write one from `echo whsec_$(openssl",
    );
    expect(faults).not.toContain("canary");
    for (const address of ["http://hooks.example.com", "https://canary host/x", "not an address"])
      expect(faultsOf({ NOTIFY_WEBHOOK_URL: address })).toContain("NOTIFY_WEBHOOK_URL: write an address like https://");
    for (const odd of ["a".repeat(33), Buffer.alloc(16).toString("base64"), Buffer.alloc(65).toString("base64")])
      expect(faultsOf({ NOTIFY_WEBHOOK_SECRET: `whsec_${odd}` })).toContain("is not `whsec_` and base64 of 24");
  });

  it("names the file of a key that cannot be read", () => {
    const { PRIVATE_KEY: _, ...rest } = CREDENTIALS;

    expect(faultsOf({ ...rest, PRIVATE_KEY_PATH: "/nowhere/app.pem" })).toContain(
      'PRIVATE_KEY_PATH: "/nowhere/app.pem" cannot be read',
    );
  });
});

describe("a file .env", () => {
  afterEach(() => {
    delete process.env["POSTMORTEM_TEST_A"];
    delete process.env["POSTMORTEM_TEST_B"];
  });

  it("adds what the environment does not say, and overrides nothing", () => {
    const path = join(mkdtempSync(join(tmpdir(), "env-")), ".env");
    writeFileSync(path, 'POSTMORTEM_TEST_A=file\nPOSTMORTEM_TEST_B="one\\ntwo"\n');
    process.env["POSTMORTEM_TEST_A"] = "environment";

    loadEnvFile(path);

    expect(process.env["POSTMORTEM_TEST_A"]).toBe("environment");
    expect(process.env["POSTMORTEM_TEST_B"]).toBe("one\ntwo");
  });

  it("need not be there", () => {
    expect(() => loadEnvFile("/nowhere/.env")).not.toThrow();
  });
});
