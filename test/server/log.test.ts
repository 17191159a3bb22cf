import { describe, expect, it } from "vitest";

import { githubFor } from "../../src/github/client.ts";
import { createLog } from "../../src/server/log.ts";
import { createScrub } from "../../src/server/scrub.ts";
import {
  deliver,
  PREVIOUS,
  PRIVATE_KEY,
  SECRET,
  sign,
  someEnv,
  someIssuesPayload,
  startTestServer,
} from "./support.ts";

const TOKEN = `ghs_${"C4n4ry".repeat(6)}`;
const SLACK = "https://hooks.slack.com/services/T000/B000/canarycanary";
const HOOK = "https://hooks.example.com/canary-hook";
const HOOK_SECRET = `whsec_${Buffer.from("a canary of the notification hook").toString("base64")}`;
const keyLine = PRIVATE_KEY.split("\n")[3] ?? "";
const CANARIES = [TOKEN, SECRET, PREVIOUS, keyLine, SLACK, HOOK, HOOK_SECRET, "BEGIN RSA", "canary-body"];

function tracing(): { log: ReturnType<typeof createLog>; text: () => string } {
  let written = "";
  const env = someEnv({
    LOG_LEVEL: "trace",
    SLACK_WEBHOOK_URL: SLACK,
    NOTIFY_WEBHOOK_URL: HOOK,
    NOTIFY_WEBHOOK_SECRET: HOOK_SECRET,
  });
  const log = createLog(env, { write: (line: string) => (written += line) });
  return { log, text: () => written };
}

function leaks(text: string): string[] {
  return CANARIES.filter((canary) => text.includes(canary));
}

describe("a log at its most talkative", () => {
  it("hides secrets in fields, messages, errors and their causes", () => {
    const { log, text } = tracing();
    const cause = Object.assign(new Error(`bad credentials: token ${TOKEN}`), {
      request: { headers: { authorization: `token ${TOKEN}` } },
      event: { payload: { issue: { body: "canary-body" } } },
    });
    const error = new AggregateError([cause, new Error("signing failed", { cause: new Error(PRIVATE_KEY) })], SECRET);

    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) {
      log[level]({ err: error, token: TOKEN, headers: { authorization: TOKEN } }, `secret ${PREVIOUS}`);
      log[level](error);
      log[level]({
        nested: {
          deeper: { key: PRIVATE_KEY, hook: SLACK, other: HOOK, signed: HOOK_SECRET, json: JSON.stringify({ TOKEN }) },
        },
      });
      log.child({ hint: SECRET })[level]("child");
    }

    expect(text().split("\n").length).toBeGreaterThan(24);
    expect(leaks(text())).toEqual([]);
    expect(text()).toContain("signing failed");
  });

  it("tells a webhook's id, and not its body or signature", async () => {
    const { log, text } = tracing();
    const body = JSON.stringify(someIssuesPayload({ note: "canary-body" }));
    const server = await startTestServer({ log });

    await deliver(server.url, { id: "guid-told", body });
    await deliver(server.url, { id: "guid-refused", body, secret: "not the secret, and not short" });
    await server.close();

    expect(text()).toContain("guid-told");
    expect(text()).not.toContain(sign(body).slice("sha256=".length));
    expect(leaks(text())).toEqual([]);
  });

  it("tells of a store that fails without the webhook that suffered", async () => {
    const { log, text } = tracing();
    const body = JSON.stringify(someIssuesPayload({ note: "canary-body" }));
    const server = await startTestServer({
      log,
      accept: async () => {
        throw new Error("disk is full");
      },
    });

    await deliver(server.url, { body });
    await server.close();

    expect(text()).toContain("disk is full");
    expect(leaks(text())).toEqual([]);
  });

  it("tells of a failed request to GitHub without its token or text", async () => {
    const { log, text } = tracing();
    const env = someEnv({ GITHUB_API_URL: "http://127.0.0.1:59123" });
    const github = githubFor({ env, log });

    const failed = await github
      .appOctokit()
      .request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: 1, note: `canary-body ${TOKEN}` })
      .catch((error: unknown) => error);
    log.error({ err: failed }, "request failed");
    await expect(github.self()).rejects.toThrow("ECONNREFUSED");

    expect(text()).toContain("request failed");
    expect(leaks(text())).toEqual([]);
    expect(text()).not.toMatch(/eyJ[\w-]+\./u);
  });
});

describe("scrubbing a line", () => {
  const scrub = createScrub([]);

  it.each([
    `authorization: token ${TOKEN}`,
    "ghp_abcdefghijklmnop",
    "github_pat_11AAAAAAA_bbbbbbbb",
    `v1.${"0a".repeat(20)}`,
    "bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjd9.c2lnbmF0dXJl",
    '-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"',
    "postgres://app:hunter22@db:5432/postmortem",
  ])("hides what is shaped like a secret: %s", (line) => {
    expect(scrub(line)).toContain("[hidden]");
    expect(scrub(line)).not.toMatch(/ghs_|ghp_|pat_11|0a0a|eyJ|MIIE|hunter22/u);
  });

  it("leaves other words alone", () => {
    const line = '{"level":30,"delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","msg":"delivery done"}';

    expect(scrub(line)).toBe(line);
  });
});
