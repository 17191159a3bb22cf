import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { type GitHub, githubFor, type GitHubDeps } from "../../src/github/client.ts";
import { classifyGitHubError, LimitReached } from "../../src/github/errors.ts";
import { createLog } from "../../src/server/log.ts";
import { createMetrics, type Metrics } from "../../src/server/metrics.ts";
import { someEnv } from "../server/support.ts";
import { comment, failure, json, read, type SomeServer, startSomeServer } from "./some-server.ts";

const ACME = InstallationId.parse(21);
const OTHER = InstallationId.parse(22);
const GONE = InstallationId.parse(99);

let server: SomeServer;
let metrics: Metrics;

beforeEach(async () => {
  server = await startSomeServer();
  metrics = createMetrics();
});

afterEach(() => server.close());

function client(deps: Partial<GitHubDeps> = {}): GitHub {
  return server.client({ metrics, ...deps });
}

describe("the client of an installation", () => {
  it("has the token of its installation, taken once", async () => {
    const github = client();
    const [first, again, other] = [
      await github.octokitFor(ACME),
      await github.octokitFor(ACME),
      await github.octokitFor(OTHER),
    ];

    await read(first);
    await read(again);
    await read(other);

    expect(server.api().map(({ headers }) => headers.authorization)).toEqual([
      "token ghs_21_1",
      "token ghs_21_1",
      "token ghs_22_2",
    ]);
    expect(server.seen.filter(({ url }) => url.endsWith("/access_tokens"))).toHaveLength(2);
  });

  it("pins the version of the API on every request", async () => {
    const octokit = await client().octokitFor(ACME);

    await read(octokit);

    expect(server.seen.map(({ headers }) => headers["x-github-api-version"])).toEqual(["2022-11-28", "2022-11-28"]);
  });

  it.each([500, 502, 503, 429, 403])("sends a write once even when it is answered %s", async (status) => {
    server.answer = (_, response) => json(response, status, { message: "no" });
    const octokit = await client().octokitFor(ACME);

    await failure(comment(octokit));

    expect(server.api()).toHaveLength(1);
  });

  it("sends a write once when the connection breaks, and calls its end unknown", async () => {
    server.answer = (_, response) => response.destroy();
    const octokit = await client().octokitFor(ACME);

    const error = await failure(comment(octokit));

    expect(server.api()).toHaveLength(1);
    expect(classifyGitHubError(error)).toEqual({ kind: "ambiguous" });
  });

  it("gives up on an answer that does not come", async () => {
    const octokit = await client({ timeoutMs: 1_000 }).octokitFor(ACME);
    await read(octokit);
    server.answer = () => {};

    const reading = await failure(read(octokit));
    const writing = await failure(comment(octokit));

    expect(classifyGitHubError(reading)).toEqual({ kind: "network" });
    expect(classifyGitHubError(writing)).toEqual({ kind: "ambiguous" });
    expect(server.api()).toHaveLength(3);
  });

  it("follows a renamed repository with method and words unchanged", async () => {
    server.answer = ({ url }, response) => {
      if (url.startsWith("/repositories/")) return json(response, 201, { id: 1 });
      response.writeHead(301, { location: "/repositories/11/issues/3/comments" }).end();
    };
    const octokit = await client().octokitFor(ACME);

    const { status } = await comment(octokit);

    expect(status).toBe(201);
    expect(server.api().map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "/repos/acme/incidents/issues/3/comments", '{"body":"hello"}'],
      ["POST", "/repositories/11/issues/3/comments", '{"body":"hello"}'],
    ]);
  });

  it("follows nobody to another host", async () => {
    server.answer = (_, response) => response.writeHead(302, { location: "http://localhost:1/steal" }).end();
    const octokit = await client().octokitFor(ACME);

    const { status } = await octokit.request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "incidents" });

    expect(status).toBe(302);
    expect(server.api()).toHaveLength(1);
  });

  it("signs in anew after its token was refused", async () => {
    const github = client();
    await read(await github.octokitFor(ACME));
    server.answer = (_, response) => json(response, 401, { message: "Bad credentials" });
    const error = await failure(
      (await github.octokitFor(ACME)).request("GET /user", { headers: { authorization: "token stale" } }),
    );
    server.answer = (_, response) => json(response, 200, {});
    await read(await github.octokitFor(ACME));

    expect(classifyGitHubError(error)).toEqual({ kind: "server" });
    expect(server.tokens).toBe(2);
  });

  it("reads again what GitHub failed to answer, four times at most", async () => {
    const octokit = await client().octokitFor(ACME);
    let asked = 0;
    server.answer = (_, response) => {
      asked += 1;
      json(response, asked < 4 ? 502 : 200, { message: "Server Error" });
    };

    await read(octokit);
    expect(asked).toBe(4);

    server.answer = (_, response) => json(response, 500, { message: "Server Error" });
    expect(await failure(read(octokit))).toMatchObject({ status: 500 });
    expect(server.api()).toHaveLength(8);
  });

  it("counts requests by method and status", async () => {
    const octokit = await client().octokitFor(ACME);
    await read(octokit);
    server.answer = (_, response) => json(response, 404, { message: "Not Found" });
    await failure(read(octokit));
    server.answer = (_, response) => response.destroy();
    await failure(read(octokit));

    expect(metrics.counted("github_requests", { method: "POST", status: "201" })).toBe(1);
    expect(metrics.counted("github_requests", { method: "GET", status: "200" })).toBe(1);
    expect(metrics.counted("github_requests", { method: "GET", status: "404" })).toBe(1);
    expect(metrics.counted("github_requests", { method: "GET", status: "0" })).toBe(4);
  });
});

describe("who we are", () => {
  it("is asked once, signed as the app", async () => {
    server.answer = (_, response) => json(response, 200, { id: 7, slug: "postmortem" });
    const github = client();

    expect(github.knownSelf()).toBeUndefined();
    expect([await github.self(), await github.self()]).toEqual([
      { appId: 7, slug: "postmortem", login: "postmortem[bot]" },
      { appId: 7, slug: "postmortem", login: "postmortem[bot]" },
    ]);
    expect(github.knownSelf()?.login).toBe("postmortem[bot]");
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]?.headers.authorization).toMatch(/^bearer eyJ/u);
  });

  it("is asked again after a failure", async () => {
    server.answer = (_, response) => json(response, 503, {});
    const github = client();
    await failure(github.self());
    server.answer = (_, response) => json(response, 200, { id: 7, slug: "postmortem" });

    expect(await github.self()).toMatchObject({ slug: "postmortem" });
  });
});

describe("GitHub's limits", () => {
  const REFUSALS: [string, number, Record<string, string>, unknown, number][] = [
    ["with retry-after", 403, { "retry-after": "30" }, { message: "You have exceeded a secondary rate limit" }, 30_000],
    ["with retry-after and 429", 429, { "retry-after": "7" }, { message: "Too many" }, 7_000],
    [
      "with the hour used up",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse("2026-11-21T07:10:00Z") / 1_000) },
      { message: "API rate limit exceeded" },
      600_000,
    ],
    ["without a time", 403, {}, { message: "You have exceeded a secondary rate limit." }, 60_000],
    ["as GraphQL does, with 200", 200, {}, { errors: [{ type: "RATE_LIMITED", message: "limit" }] }, 60_000],
  ];

  it.each(REFUSALS)(
    "%s are kept: nothing more is sent until then, and others go on",
    async (...[, status, headers, body, waitMs]) => {
      const github = client();
      const octokit = await github.octokitFor(ACME);
      server.answer = (_request, response) => json(response, status, body, headers);
      const first = await failure(octokit.request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "incidents" }));
      server.answer = (_request, response) => json(response, 200, {});

      server.time += waitMs - 2_001;
      const early = await failure(read(octokit));
      await read(await github.octokitFor(OTHER));
      const sentMeanwhile = server.api().length;
      server.time += 1;
      const borne = server.time;
      await read(octokit);

      expect(first).toBeInstanceOf(LimitReached);
      expect(first).toMatchObject({ retryAfterMs: waitMs, permanent: false });
      expect(early).toMatchObject({ name: "LimitReached", retryAfterMs: 2_001 });
      expect(sentMeanwhile).toBe(2);
      expect(server.api()).toHaveLength(3);
      expect(server.time - borne).toBe(2_000);
    },
  );

  it("stop us when the answer says that the hour is used up, before we are refused", async () => {
    const octokit = await client().octokitFor(ACME);
    const headers = {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(server.time / 1_000 + 300),
      "x-ratelimit-resource": "core",
    };
    server.answer = (_, response) => json(response, 200, {}, headers);
    await read(octokit);

    expect(await failure(read(octokit))).toMatchObject({ retryAfterMs: 300_000 });
  });

  it("of our own making send a delivery back to the inbox instead of waiting for minutes", async () => {
    const octokit = await client({ limits: { contentPerMinute: 3 } }).octokitFor(ACME);
    server.answer = (_, response) => json(response, 201, { id: 1 });
    for (let sent = 0; sent < 3; sent += 1) await comment(octokit);

    expect(await failure(comment(octokit))).toMatchObject({ retryAfterMs: 60_000 });
    await read(octokit);
    expect(metrics.counted("github_waits", { budget: "content-minute" })).toBe(1);
  });

  it("let writes of one installation go one at a time, in order", async () => {
    const octokit = await client().octokitFor(ACME);
    let under = 0;
    let most = 0;
    server.answer = (_, response) => {
      under += 1;
      most = Math.max(most, under);
      setImmediate(() => {
        under -= 1;
        json(response, 201, { id: 1 });
      });
    };

    await Promise.all([1, 2, 3, 4].map(async (n) => comment(octokit, String(n))));

    expect(most).toBe(1);
    expect(server.api().map(({ body }) => body)).toEqual([1, 2, 3, 4].map((n) => `{"body":"${n}"}`));
  });
});

describe("what went wrong", () => {
  const FAULTS: [string, number, unknown, typeof read, string][] = [
    ["gone", 410, { message: "This issue was deleted" }, read, "gone"],
    ["blocked by law", 451, { message: "Repository access blocked" }, read, "gone"],
    ["not there", 404, { message: "Not Found" }, read, "not-found"],
    ["not allowed", 403, { message: "Resource not accessible by integration" }, read, "forbidden"],
    ["suspended", 403, { message: "This installation has been suspended" }, read, "suspended"],
    ["archived", 403, { message: "Repository was archived so is read-only." }, comment, "forbidden"],
    ["not accepted", 422, { message: "Validation Failed" }, comment, "invalid"],
    ["conditional", 400, { message: "Conditional request headers are not allowed" }, comment, "invalid"],
    ["a read that failed", 500, { message: "Server Error" }, read, "server"],
    ["a write that failed", 500, { message: "Server Error" }, comment, "ambiguous"],
    ["a write that found no server", 502, "<html>", comment, "ambiguous"],
  ];

  it.each(FAULTS)("is named: %s", async (...[, status, body, operation, kind]) => {
    server.answer = (_request, response) => json(response, status, body);
    const octokit = await client().octokitFor(ACME);

    const error = await failure(operation(octokit));

    expect(classifyGitHubError(error)).toEqual({ kind });
  });

  it("is named when the app was uninstalled", async () => {
    server.answerToken = (_, response) => json(response, 404, { message: "Not Found" });
    const octokit = await client().octokitFor(GONE);

    expect(classifyGitHubError(await failure(read(octokit)))).toEqual({ kind: "gone" });
  });

  it("is named when the token is refused because the installation is suspended", async () => {
    server.answerToken = (_, response) => json(response, 403, { message: "This installation has been suspended" });
    const octokit = await client().octokitFor(GONE);

    expect(classifyGitHubError(await failure(comment(octokit)))).toEqual({
      kind: "suspended",
    });
  });

  it("is certain when a write never left", async () => {
    const env = someEnv({ GITHUB_API_URL: "http://127.0.0.1:59124" });
    const octokit = await githubFor({ env, log: createLog(env) }).octokitFor(ACME);

    expect(classifyGitHubError(await failure(comment(octokit)))).toEqual({ kind: "network" });
  });

  it("is a fault of the network when nothing is known about it", () => {
    expect(classifyGitHubError(new Error("?"))).toEqual({ kind: "network" });
  });
});
