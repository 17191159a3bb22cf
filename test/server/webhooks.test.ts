import { connect } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { deliver, PREVIOUS, sign, someIssuesPayload, startTestServer, type TestServer } from "./support.ts";

let server: TestServer;

afterEach(async () => {
  await server.close();
});

describe("a webhook over HTTP", () => {
  it("is kept in our words and answered with 202", async () => {
    server = await startTestServer();

    const answer = await deliver(server.url, { id: "guid-1" });

    expect(answer.status).toBe(202);
    expect(server.kept).toEqual([
      {
        id: "guid-1",
        installationId: 21,
        lane: "issue:11#3",
        event: { kind: "issue-labelled", label: "postmortem" },
        actor: { id: 5, login: "alice", kind: "person" },
        issue: { installationId: 21, repositoryId: 11, owner: "acme", repo: "incidents", number: 3 },
        repository: { id: 11, owner: "acme", repo: "incidents" },
        shows: { labels: ["postmortem"], block: false },
        receivedAt: "2026-11-21T07:00:00.000Z",
      },
    ]);
  });

  it("is counted as a duplicate when it comes again", async () => {
    server = await startTestServer();

    await deliver(server.url, { id: "guid-1" });
    const again = await deliver(server.url, { id: "guid-1" });

    expect(again.status).toBe(202);
    expect(server.kept).toHaveLength(1);
    expect(server.metrics.counted("deliveries", { outcome: "duplicate" })).toBe(1);
  });

  it("is accepted with the secret before while rotating", async () => {
    server = await startTestServer();

    const answer = await deliver(server.url, { secret: PREVIOUS });

    expect(answer.status).toBe(202);
    expect(server.kept).toHaveLength(1);
  });

  it("gets 503 and a time to come back when the store fails, and is not lost silently", async () => {
    server = await startTestServer({
      accept: async () => {
        throw new Error("disk is full");
      },
    });

    const answer = await deliver(server.url);

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("30");
    expect(await answer.text()).not.toContain("disk");
  });

  it("gets 503 when the store does not answer in time", async () => {
    server = await startTestServer({ accept: async () => new Promise(() => {}), limits: { acceptTimeoutMs: 50 } });

    const answer = await deliver(server.url);

    expect(answer.status).toBe(503);
  });

  it("is answered only after it was kept", async () => {
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    server = await startTestServer({
      accept: async () => {
        await promise;
        order.push("kept");
        return true;
      },
    });

    const answer = deliver(server.url).then(({ status }) => order.push(`answered ${status}`));
    order.push("sent");
    resolve();
    await answer;

    expect(order).toEqual(["sent", "kept", "answered 202"]);
  });

  it("of an event nobody listens to is answered and dropped", async () => {
    server = await startTestServer();

    const answer = await deliver(server.url, { event: "star" });

    expect(answer.status).toBe(202);
    expect(server.kept).toEqual([]);
  });
});

describe("what is no proper webhook", () => {
  const REFUSED: [string, Parameters<typeof deliver>[1], number][] = [
    ["without a signature", { headers: { "x-hub-signature-256": undefined } }, 401],
    ["with another secret", { secret: "not the secret at all, sorry" }, 401],
    ["with the secret everybody knows", { secret: "development" }, 401],
    ["with a cut signature", { headers: { "x-hub-signature-256": "sha256=abc" } }, 401],
    [
      "with the old kind of signature only",
      { headers: { "x-hub-signature-256": undefined, "x-hub-signature": "sha1=0" } },
      401,
    ],
    ["without an event name", { headers: { "x-github-event": undefined } }, 400],
    ["without a delivery id", { headers: { "x-github-delivery": undefined } }, 400],
    ["as a form", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 400],
    ["with broken JSON", { body: '{"action":' }, 400],
    ["with JSON that is no object", { body: "[1,2,3]" }, 400],
    ["with nothing in it", { body: "" }, 400],
    ["with a word for a body", { body: '"issues"' }, 400],
  ];

  it.each(REFUSED)("%s is refused", async (_, sending, status) => {
    server = await startTestServer();

    const answer = await deliver(server.url, sending);

    expect(answer.status).toBe(status);
    expect(server.kept).toEqual([]);
    expect(server.metrics.counted("webhook_requests", { status: String(status) })).toBe(1);
  });

  it("by another method is refused", async () => {
    server = await startTestServer();

    const answer = await fetch(`${server.url}/api/github/webhooks`);

    expect(answer.status).toBe(400);
  });
});

describe("hostile HTTP", () => {
  it("is told at once that its body is too large", async () => {
    server = await startTestServer({ limits: { largestBody: 1_000 } });

    const answer = await raw(server.port, [head({ "content-length": "600000000" }), "x".repeat(500)]);

    expect(answer).toContain("413");
  });

  it("is cut off when an unannounced body grows too large", async () => {
    server = await startTestServer({ limits: { largestBody: 1_000 } });
    const chunk = `400\r\n${"x".repeat(0x400)}\r\n`;

    const answer = await raw(server.port, [head({ "transfer-encoding": "chunked" }), chunk, chunk]);

    expect(answer).toContain("413");
  });

  it("is cut off when its body never ends", async () => {
    server = await startTestServer({ limits: { bodyTimeoutMs: 100 } });

    const answer = await raw(server.port, [head({ "content-length": "500" }), "a few words"]);

    expect(answer).toContain("408");
  });

  it("is hung up on when its headers never end", async () => {
    server = await startTestServer({ limits: { headersTimeoutMs: 100 } });

    const answer = await raw(server.port, ["POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\n"]);

    expect(answer).toBe("");
  });

  it("gets 429 beyond its share, and others stay served", async () => {
    server = await startTestServer({ limits: { atOncePerAddress: 2, bodyTimeoutMs: 2_000 } });
    const slow = [1, 2].map(async () => raw(server.port, [head({ "content-length": "500" }), "slow"]));
    await until(async () => (await deliver(server.url)).status === 429);

    const answers = await Promise.all(slow);

    expect(answers.every((answer) => answer.includes("408"))).toBe(true);
    expect((await deliver(server.url)).status).toBe(202);
  });

  it("gets 503 when all bodies together would take too much memory", async () => {
    server = await startTestServer({ limits: { smallBodies: 10_000 } });

    const answer = await raw(server.port, [head({ "content-length": "200000" }), "x".repeat(150_000)]);

    expect(answer).toContain("503");
    expect((await deliver(server.url)).status).toBe(202);
  });

  it("with a large body waits for memory of its own, and small bodies don't", async () => {
    server = await startTestServer({ limits: { bodyTimeoutMs: 1_000 } });
    const large = "20000000";
    const first = raw(server.port, [head({ "content-length": large }), "x".repeat(1_000)]);
    await until(async () => (await raw(server.port, [head({ "content-length": large })])).includes("503"));

    expect((await deliver(server.url)).status).toBe(202);
    expect(await first).toContain("408");
    const body = JSON.stringify(someIssuesPayload({ padding: "x".repeat(3_000_000) }));
    expect((await deliver(server.url, { body })).status).toBe(202);
  });

  it("keeps large bodies out for as long as a stranger's large body was large, and small ones never", async () => {
    server = await startTestServer();
    const body = JSON.stringify(someIssuesPayload({ padding: "x".repeat(3_000_000) }));
    expect((await deliver(server.url, { body, secret: "a stranger's guess" })).status).toBe(401);

    expect((await deliver(server.url, { body })).status).toBe(503);
    expect((await deliver(server.url)).status).toBe(202);
    await until(async () => (await deliver(server.url, { body })).status === 202);
  });

  it("that announces and sends nothing doesn't open the door that another stranger's body closed", async () => {
    server = await startTestServer();
    const announcer = connect(server.port, "127.0.0.1");
    announcer.write(head({ "content-length": "1100000" }));
    const body = JSON.stringify(someIssuesPayload({ padding: "x".repeat(5_000_000) }));
    expect((await deliver(server.url, { body, secret: "a stranger's guess" })).status).toBe(401);
    announcer.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect((await deliver(server.url, { body })).status).toBe(503);
  });

  it("keeps large bodies out for as long as all bodies of strangers together were large", async () => {
    server = await startTestServer();
    const body = JSON.stringify(someIssuesPayload({ padding: "x".repeat(1_500_000) }));
    const guesses = Array.from({ length: 3 }, async () => deliver(server.url, { body, secret: "a stranger's guess" }));
    expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual([401, 401, 401]);
    await new Promise((resolve) => setTimeout(resolve, 2_000));

    expect((await deliver(server.url, { body })).status).toBe(503);
    await until(async () => (await deliver(server.url, { body })).status === 202);
  });

  it("never keeps out what is small, though all memory is held by strangers", async () => {
    server = await startTestServer({ limits: { smallBodies: 10_000 } });
    const sockets = Array.from({ length: 2 }, () => connect(server.port, "127.0.0.1"));
    for (const socket of sockets) socket.write(head({ "content-length": "75000" }) + "x".repeat(74_900));
    const body = JSON.stringify(someIssuesPayload({ padding: "x".repeat(80_000) }));
    await until(async () => (await deliver(server.url, { body })).status === 503);

    const small = JSON.stringify(someIssuesPayload({ padding: "x".repeat(50_000) }));
    expect((await deliver(server.url, { body: small })).status).toBe(202);
    for (const socket of sockets) socket.destroy();
  });

  it("without end and without room is held until its time is over", async () => {
    server = await startTestServer({ limits: { bodyTimeoutMs: 1_000 } });
    const first = raw(server.port, [head({ "content-length": "20000000" }), "x".repeat(1_000)]);
    await until(async () => (await raw(server.port, [head({ "content-length": "20000000" })])).includes("503"));

    const chunk = `${(2_000_000).toString(16)}\r\n${"x".repeat(2_000_000)}\r\n`;
    const second = raw(server.port, [head({ "transfer-encoding": "chunked" }), chunk]);
    const which = await Promise.race([second.then(() => "the second"), first.then(() => "the first")]);

    expect(which).toBe("the first");
    expect(await second).toContain("503");
  });

  it("that hangs up in the middle leaves nothing behind", async () => {
    server = await startTestServer({ limits: { atOncePerAddress: 1, smallBodies: 10_000 } });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(head({ "content-length": "80000" }) + "x".repeat(75_000));
    await until(async () => (await deliver(server.url)).status === 429);

    socket.destroy();
    await until(async () => (await deliver(server.url)).status === 202);

    const body = JSON.stringify(someIssuesPayload({ padding: "x".repeat(9_000) }));
    expect((await deliver(server.url, { body })).status).toBe(202);
  });

  it("in words that are no HTTP does not end the server", async () => {
    server = await startTestServer();

    const answer = await raw(server.port, ["\u0000\u0001 nonsense\r\n\r\n"]);

    expect(answer).toContain("400");
    expect((await deliver(server.url)).status).toBe(202);
  });
});

describe("shutting down", () => {
  it("lets the request at hand end", async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    let reached = false;
    server = await startTestServer({
      accept: async () => {
        reached = true;
        return promise;
      },
    });
    const answer = deliver(server.url, { headers: { connection: "close" } });
    await until(async () => reached);

    const closed = server.close();
    resolve(true);

    expect((await answer).status).toBe(202);
    await closed;
    await expect(deliver(server.url)).rejects.toThrow("fetch failed");
  });
});

function head(headers: Record<string, string>): string {
  const all = {
    host: "localhost",
    "content-type": "application/json",
    "x-github-event": "issues",
    "x-github-delivery": "guid-raw",
    "x-hub-signature-256": sign("whatever"),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `POST /api/github/webhooks HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** Writes what it is given and returns all that comes back until the other side hangs up. */
async function raw(port: number, parts: readonly string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = "";
  const socket = connect(port, "127.0.0.1");
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => resolve(answer));
  for (const part of parts) socket.write(part);
  return promise;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
