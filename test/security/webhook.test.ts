import { createHmac } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createNotify } from "../../src/notify/notify.ts";
import { createWebhook, type WebhookDeps } from "../../src/notify/webhook.ts";
import {
  HOSTILE_ANSWERS,
  hostileAnswers,
  type KnockedServer,
  NEIGHBOURS,
  startKnockedServer,
  THIS_MACHINE,
  WELCOME,
} from "./knocked-server.ts";
import { NOTICE, someTold } from "./some-notice.ts";

const URL_OF_IT = "https://hooks.example.com/postmortem?channel=canarychannel";
const KEY = Buffer.from("canarycanarycanarycanarycanary12");
const SECRET = `whsec_${KEY.toString("base64")}`;
const PUBLIC = "198.35.26.96";
const NOW = "2026-11-23T09:00:05.250Z";

let server: KnockedServer;
beforeAll(async () => {
  server = await startKnockedServer();
});
afterAll(() => server.close());

const warnings: string[] = [];
const log = { warn: (fields: object, message: string) => void warnings.push(JSON.stringify({ ...fields, message })) };

async function told(deps: Partial<WebhookDeps>): Promise<{ knocks: number; warnings: string[]; heard: string }> {
  server.listenAnew();
  warnings.length = 0;
  await createWebhook({ url: URL_OF_IT, secret: SECRET, log, now: () => new Date(NOW), ...deps })(someTold());
  return { knocks: server.knocks(), warnings: [...warnings], heard: server.heard() };
}

/** Names lead to this machine, as a hostile name server says; numbers are what they are. */
async function resolveHostile(host: string): Promise<string[]> {
  return [/^[\d.]+$|:/u.test(host) ? host : "127.0.0.1"];
}

describe("the notification webhook", () => {
  it("connects to no private address, however it is written and whatever a name server says", async () => {
    const { port } = server;
    const urls = [
      ...[...THIS_MACHINE, ...NEIGHBOURS].map((host) => `https://${host}:${port}/hook`),
      `https://hooks.example.com@127.0.0.1:${port}/hook`,
      `https://name:word@hooks.example.com:${port}/hook`,
      `https://hooks.example.com:${port}/hook`,
      `http://hooks.example.com:${port}/hook`,
      `http://127.0.0.1:${port}/hook`,
      `https:\\\\127.0.0.1:${port}/hook`,
      "ftp://hooks.example.com/hook",
      "file:///etc/passwd",
      "unix:/var/run/docker.sock",
      "not an address",
      "",
    ];
    for (const url of urls) {
      const outcome = await told({ url, resolve: resolveHostile, connect: () => server.connect() });
      expect(outcome.knocks, url).toBe(0);
      expect(outcome.warnings, url).toHaveLength(1);
    }
    for (const addresses of HOSTILE_ANSWERS) {
      const outcome = await told({ resolve: async () => addresses, connect: () => server.connect() });
      expect(outcome.knocks, addresses.join(" ")).toBe(0);
      expect(outcome.warnings).toHaveLength(1);
    }
    console.log(`${urls.length} hostile addresses, ${HOSTILE_ANSWERS.length} hostile name servers: 0 connections`);
  });

  it("follows no redirect, reads no endless answer, waits for no silent one, and never tries again", async () => {
    for (const answer of hostileAnswers(server.port)) {
      server.answer = answer;
      const outcome = await told({ resolve: async () => [PUBLIC], connect: () => server.connect() });
      expect(outcome.knocks, answer.slice(0, 40)).toBe(1);
      expect(outcome.warnings).toHaveLength(1);
      expect(outcome.warnings.join()).not.toMatch(/canary|hooks\.example/u);
    }
  });

  it("waits three seconds for a name server and no longer", async () => {
    const outcome = await told({ resolve: () => new Promise(() => undefined), connect: () => server.connect() });

    expect(outcome.knocks).toBe(0);
    expect(outcome.warnings.join()).toContain("its name was not found in time");
  });

  it("sends JSON with the three headers of Standard Webhooks, and says nothing in the log then", async () => {
    server.answer = WELCOME;

    const outcome = await told({ resolve: async () => [PUBLIC], connect: () => server.connect() });

    const [head = "", body = ""] = outcome.heard.split("\r\n\r\n");
    const header = (name: string): string => new RegExp(`^${name}: (.*)$`, "imu").exec(head)?.[1]?.trim() ?? "";
    const { type, heading, lines, link } = { ...NOTICE };
    expect(outcome.warnings).toEqual([]);
    expect(head).toMatch(/^POST \/postmortem\?channel=canarychannel HTTP\/1\.1\r\n/u);
    expect(header("host")).toBe("hooks.example.com");
    expect(JSON.parse(body)).toEqual({ type, timestamp: NOW, data: { heading, lines, link } });
    expect(header("webhook-id")).toBe("7.digest.2026-w47");
    expect(header("webhook-timestamp")).toBe(String(Math.floor(Date.parse(NOW) / 1_000)));
    const signed = `${header("webhook-id")}.${header("webhook-timestamp")}.${body}`;
    expect(header("webhook-signature")).toBe(`v1,${createHmac("sha256", KEY).update(signed).digest("base64")}`);
  });
});

describe("who is told", () => {
  it("is nobody unless the operator says so, and everybody the operator names", async () => {
    const slackWebhookUrl = "https://hooks.slack.com/services/T0/B0/x";
    const notifyWebhook = { url: URL_OF_IT, secret: SECRET };
    const hosts: string[] = [];
    const deps = {
      log,
      now: () => new Date(NOW),
      resolve: async (host: string) => {
        hosts.push(host);
        return [PUBLIC];
      },
      connect: () => server.connect(),
    };

    expect(createNotify({ slackWebhookUrl: undefined, notifyWebhook: undefined }, deps)).toBeUndefined();
    await createNotify({ slackWebhookUrl, notifyWebhook }, deps)?.(someTold());

    expect(hosts.toSorted()).toEqual(["hooks.example.com", "hooks.slack.com"]);
  });
});
