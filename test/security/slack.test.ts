import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { isPublicAddress } from "../../src/notify/address.ts";
import { createSlack, type SlackDeps } from "../../src/notify/slack.ts";
import { blocksOf } from "../../src/notify/slack-blocks.ts";
import { NOTICE, someTold } from "./some-notice.ts";
import {
  HOSTILE_ANSWERS,
  hostileAnswers,
  type KnockedServer,
  NEIGHBOURS,
  startKnockedServer,
  THIS_MACHINE,
  WELCOME,
} from "./knocked-server.ts";

const SECRET = "https://hooks.slack.com/services/T0CANARY00/B0CANARY00/canarycanarycanary";
const PUBLIC = "198.35.26.96";

let server: KnockedServer;
beforeAll(async () => {
  server = await startKnockedServer();
});
afterAll(() => server.close());

async function told(deps: Partial<SlackDeps>): Promise<{ knocks: number; warnings: string[]; heard: string }> {
  server.listenAnew();
  const warnings: string[] = [];
  const log = { warn: (fields: object, message: string) => void warnings.push(JSON.stringify({ ...fields, message })) };
  await createSlack({ url: SECRET, log, ...deps })(someTold(NOTICE));
  return { knocks: server.knocks(), warnings, heard: server.heard() };
}

/** What an address may look like that leads, or may lead, to this machine or its neighbours. */
function hostileUrls(): string[] {
  const { port } = server;
  const hosts = [
    ...THIS_MACHINE,
    ...NEIGHBOURS,
    "hooks.slack.com.evil.example",
    "evil-hooks.slack.com",
    "hooks.slack.com.",
    "hooks-slack.com",
    "hooks.slack.co",
    "slack.com",
    "hooks.slаck.com",
  ];
  const services = "/services/T0/B0/x";
  return [
    ...hosts.flatMap((host) => [`http://${host}:${port}${services}`, `https://${host}:${port}${services}`]),
    `https://hooks.slack.com@127.0.0.1:${port}${services}`,
    `https://hooks.slack.com:x@127.0.0.1:${port}${services}`,
    `https://user:word@hooks.slack.com${services}`,
    `https://hooks.slack.com%40127.0.0.1:${port}${services}`,
    `https://hooks.slack.com\\@127.0.0.1:${port}${services}`,
    `https://127.0.0.1:${port}#@hooks.slack.com${services}`,
    `https://127.0.0.1:${port}?@hooks.slack.com${services}`,
    `https:\\\\127.0.0.1:${port}${services}`,
    `https://hooks.slack.com:${port}${services}`,
    `http://hooks.slack.com${services}`,
    `ftp://hooks.slack.com${services}`,
    `file:///etc/passwd`,
    `data:text/plain,x`,
    `unix:/var/run/docker.sock`,
    "https://hooks.slack.com/",
    "https://hooks.slack.com/services/",
    "https://hooks.slack.com/services/../../redirect",
    "https://hooks.slack.com/services/T0/B0/..%2f..%2fx",
    "https://hooks.slack.com/services//127.0.0.1/x",
    `https://hooks.slack.com/services/T0/B0/x?next=http://127.0.0.1:${port}`,
    `https://hooks.slack.com/services/T0/B0/x\r\nhost: 127.0.0.1`,
    ` https://hooks.slack.com/services/T0/B0/x`,
    "",
    "not an address",
  ];
}

describe("outgoing notices", () => {
  it("connect to no address but Slack's, however it is written", async () => {
    const urls = hostileUrls();
    let connections = 0;
    const resolve = async (): Promise<string[]> => ["127.0.0.1"];
    for (const url of urls) {
      const { knocks: knocked, warnings } = await told({ url, resolve });
      connections += knocked;
      expect(warnings, url).toHaveLength(1);
      const unguarded = await told({ url, resolve: async () => [PUBLIC], connect: () => server.connect() });
      expect(unguarded.knocks, url).toBe(0);
    }

    console.log(`${urls.length} hostile addresses, ${connections} connections`);
    expect(urls.length).toBeGreaterThanOrEqual(60);
    expect(connections).toBe(0);
  });

  it("connect to no private address, whatever a name server says", async () => {
    for (const addresses of HOSTILE_ANSWERS) {
      const outcome = await told({ resolve: async () => addresses, connect: () => server.connect() });
      expect(outcome.knocks, addresses.join(" ")).toBe(0);
      expect(outcome.warnings).toHaveLength(1);
    }
  });

  it("ask for the name once and connect to what was looked at", async () => {
    const answers = [[PUBLIC], ["127.0.0.1"]];
    const pinned: string[] = [];

    await told({
      resolve: async () => answers.shift() ?? ["127.0.0.1"],
      connect: (address) => {
        pinned.push(address);
        return server.connect();
      },
    });

    expect(pinned).toEqual([PUBLIC]);
    expect(answers).toEqual([["127.0.0.1"]]);
  });

  it("follow no redirect, read no endless answer, wait for no silent one, and never try again", async () => {
    const deps = { resolve: async () => [PUBLIC], connect: () => server.connect() };
    for (const answer of hostileAnswers(server.port)) {
      server.answer = answer;
      const outcome = await told(deps);
      expect(outcome.knocks, answer.slice(0, 40)).toBe(1);
      expect(outcome.warnings).toHaveLength(1);
      expect(outcome.warnings.join()).not.toContain("canarycanary");
    }
  });

  it("reach Slack as one small request, and say nothing in the log when they do", async () => {
    server.answer = WELCOME;

    const outcome = await told({ resolve: async () => [PUBLIC], connect: () => server.connect() });

    expect(outcome.warnings).toEqual([]);
    expect(outcome.heard).toMatch(/^POST \/services\/T0CANARY00\/B0CANARY00\/canarycanarycanary HTTP\/1\.1\r\n/u);
    expect(outcome.heard).toContain("host: hooks.slack.com\r\n".replace("host", "Host"));
    expect(outcome.heard).toContain("Opened 2.");
  });
});

describe("isPublicAddress", () => {
  it("takes what is public and nothing else", () => {
    const open = ["1.1.1.1", "3.5.140.2", "140.82.112.3", PUBLIC, "2606:4700:4700::1111", "2a00:1450:4001:82a::200e"];
    const closed = [
      ..."0.0.0.0 10.255.255.255 100.127.255.255 127.255.255.255 169.254.0.1 172.31.255.255 192.0.0.1".split(" "),
      ..."192.168.0.0 198.18.0.1 203.0.113.9 224.0.0.1 239.1.1.1 255.255.255.255 ::1 :: ::ffff:8.8.8.8".split(" "),
      ..."::8.8.8.8 64:ff9b::1 2001::1 2001:db8::1 2002:7f00:1:: fe80::1 fec0::1 fc00::1 fdff::1 ff02::1".split(" "),
      ..."127.1 0177.0.0.1 0x7f.1 1.1.1.1:80 [::1] 2606:4700::1%eth0 localhost 8.8.8.8. 08.8.8.8".split(" "),
      "",
      " 8.8.8.8",
    ];

    expect(open.filter((ip) => !isPublicAddress(ip))).toEqual([]);
    expect(closed.filter(isPublicAddress)).toEqual([]);
  });

  it("never takes an IPv4 address in IPv6 clothes", () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(isPublicAddress(`::ffff:${ip}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b::${ip}`)).toBe(false);
      }),
    );
  });
});

describe("Slack's blocks", () => {
  it("stay within Slack's limits and hold no markup of people, whatever they wrote", () => {
    const words = fc.oneof(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.constantFrom(
        "<!channel>",
        "<@U123>",
        "<https://evil.example|ok>",
        "&lt;!here&gt;",
        "x".repeat(5_000),
        "😀".repeat(200),
      ),
    );
    fc.assert(
      fc.property(words, fc.array(words, { maxLength: 200 }), words, (heading, lines, text) => {
        const message = blocksOf({ ...NOTICE, heading, lines, link: { ...NOTICE.link, text } });

        expect(message.blocks.length).toBeLessThanOrEqual(50);
        for (const { text: shown } of message.blocks) expect(shown.type === "plain_text" || shown.verbatim).toBe(true);
        for (const block of message.blocks) expect(block.text.text.length).toBeLessThanOrEqual(3_000);
        expect(message.blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
        const all = message.blocks.map((block) => block.text.text);
        expect(all.join("").length + message.text.length).toBeLessThan(10_000);
        const marked = [message.text, ...all.slice(1, -1)].join("\n");
        expect(marked).not.toMatch(/[<>]/u);
        expect(marked.replaceAll(/&(?:amp|lt|gt);/gu, "")).not.toContain("&");
        expect(all.at(-1)?.match(/[<>]/gu) ?? []).toHaveLength(all.at(-1)?.startsWith("<") === true ? 2 : 0);
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });
});
