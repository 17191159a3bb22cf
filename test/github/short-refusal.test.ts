import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { LimitReached } from "../../src/github/errors.ts";
import { createLimits, type Limits } from "../../src/github/limits.ts";
import { comment, failure, json, read, type SomeServer, startSomeServer } from "./some-server.ts";

const ACME = InstallationId.parse(21);
const MESSAGE = { message: "You have exceeded a secondary rate limit" };

describe("a refusal for two seconds at most", () => {
  let server: SomeServer;
  beforeEach(async () => {
    server = await startSomeServer();
  });
  afterEach(() => server.close());

  /** Refuses the first requests, then answers. */
  function refuse(times: number, headers: Record<string, string>): void {
    server.answer = (_, response) => {
      if (server.api().length <= times) json(response, server.api().length % 2 === 0 ? 429 : 403, MESSAGE, headers);
      else json(response, 200, {});
    };
  }

  it.each([
    ["a read", read],
    ["a write", comment],
  ])("is waited for in place by %s, which then goes again as it was", async (_, ask) => {
    refuse(1, { "retry-after": "2" });
    const octokit = await server.client().octokitFor(ACME);
    const before = server.time;

    await ask(octokit);

    expect(server.time - before).toBe(2_000);
    const [first, second, ...others] = server.api();
    expect(second).toMatchObject({ method: first?.method, url: first?.url, body: first?.body });
    expect(others).toEqual([]);
  });

  it("is waited for three times, and then the delivery goes back to the inbox", async () => {
    refuse(3, { "retry-after": "1" });
    const octokit = await server.client().octokitFor(ACME);
    await comment(octokit);
    expect(server.api()).toHaveLength(4);

    refuse(100, { "retry-after": "1" });
    expect(await failure(comment(octokit))).toMatchObject({ name: "LimitReached", retryAfterMs: 1_000 });
    expect(server.api()).toHaveLength(8);
  });

  it("is waited for when it is the token that is refused", async () => {
    const { answerToken } = server;
    server.answerToken = (asked, response) => {
      if (server.seen.length === 1) json(response, 403, MESSAGE, { "retry-after": "1" });
      else answerToken(asked, response);
    };

    await comment(await server.client().octokitFor(ACME));

    expect(server.seen).toHaveLength(3);
  });

  it("does not let one write overtake another", async () => {
    refuse(1, { "retry-after": "1" });
    const octokit = await server.client().octokitFor(ACME);

    await Promise.all(["first", "second", "third"].map(async (text) => comment(octokit, text)));

    expect(server.api().map(({ body }) => body)).toEqual(
      ["first", "first", "second", "third"].map((text) => JSON.stringify({ body: text })),
    );
  });

  it("is not borne when it is longer", async () => {
    refuse(1, { "retry-after": "3" });

    const error = await failure(comment(await server.client().octokitFor(ACME)));

    expect(error).toBeInstanceOf(LimitReached);
    expect(server.api()).toHaveLength(1);
  });
});

describe("while GitHub asked to be left alone", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const clock = {
    now: () => Date.now(),
    sleep: async (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
  };

  function refusal(retryAfterS: number): Error {
    return Object.assign(new Error(MESSAGE.message), {
      status: 403,
      request: { method: "GET", url: "/repos/acme/incidents" },
      response: { headers: { "retry-after": String(retryAfterS) }, data: {} },
    });
  }

  it("no request goes out, of none of those that run side by side", async () => {
    const limits = createLimits({ clock });
    const sentAt: number[] = [];
    const parks: { from: number; until: number }[] = [];
    let given = 0;

    const works = Array.from({ length: 300 }, async (_, n) => {
      await clock.sleep(n * 40);
      return failure(
        limits.run(
          { method: n % 4 === 0 ? "PATCH" : "GET", url: "/repos/acme/incidents" },
          {
            prepare: async () => (n % 11 === 0 ? clock.sleep(300) : undefined),
            async send() {
              sentAt.push(Date.now());
              await clock.sleep(20 + (n % 7) * 15);
              given += 1;
              if (given % 13 !== 0) return;
              const seconds = 1 + (given % 2);
              parks.push({ from: Date.now(), until: Date.now() + seconds * 1_000 });
              throw refusal(seconds);
            },
          },
        ),
      );
    });
    await vi.runAllTimersAsync();
    const failed = (await Promise.all(works)).filter((error) => error !== undefined);

    expect(parks.length).toBeGreaterThan(15);
    expect(sentAt.filter((at) => parks.some(({ from, until }) => at > from && at < until))).toEqual([]);
    expect(sentAt).toHaveLength(300 + parks.length);
    expect(failed).toEqual([]);
  });

  it("a request that was getting ready meanwhile waits as well", async () => {
    const limits: Limits = createLimits({ clock });
    const { promise: token, resolve: give } = Promise.withResolvers<string>();
    let sentAt: number | undefined;
    const working = limits.run(
      { method: "GET", url: "/repos/acme/incidents" },
      { prepare: async () => token, send: async () => (sentAt = Date.now()) },
    );
    await vi.advanceTimersByTimeAsync(10);
    const parkedAt = Date.now();
    limits.park(1_500);
    give("token");
    await vi.runAllTimersAsync();
    await working;

    expect(sentAt).toBe(parkedAt + 1_500);
  });
});
