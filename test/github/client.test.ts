import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { type GitHub, githubFor, type GitHubDeps } from "../../src/github/client.ts";
import { classifyGitHubError, LimitReached } from "../../src/github/errors.ts";
import { createLog } from "../../src/server/log.ts";
import { createMetrics, type Metrics } from "../../src/server/metrics.ts";
import { someEnv } from "../server/support.ts";

const ACME = InstallationId.parse(21);
const OTHER = InstallationId.parse(22);
const COMMENT = { owner: "acme", repo: "incidents", issue_number: 3, body: "hello" };

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Answer = (request: Seen, response: ServerResponse) => void;

/** A server that hands out tokens and answers the rest as the test says. */
let server: Server;
let seen: Seen[];
let answer: Answer;
let metrics: Metrics;
let time: number;
let tokens: number;

beforeEach(async () => {
  seen = [];
  tokens = 0;
  time = Date.parse("2026-11-21T07:00:00.000Z");
  metrics = createMetrics();
  answer = (_, response) => json(response, 200, {});
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body });
      if (url.endsWith("/access_tokens") && !url.includes("/99/")) {
        tokens += 1;
        json(response, 201, {
          token: `ghs_${url.split("/")[3]}_${tokens}`,
          expires_at: "2099-01-01T00:00:00Z",
          permissions: {},
        });
        return;
      }
      answer({ method, url, headers, body }, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

// oxlint-disable-next-line max-params -- an answer has these four parts
function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function client(deps: Partial<GitHubDeps> = {}): GitHub {
  const { port } = server.address() as AddressInfo;
  const env = someEnv({ GITHUB_API_URL: `http://127.0.0.1:${port}` });
  const clock = {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
    },
  };
  return githubFor({ env, log: createLog(env), metrics, clock, ...deps });
}

function api(): Seen[] {
  return seen.filter(({ url }) => !url.endsWith("/access_tokens"));
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("the client of an installation", () => {
  it("is one for each installation, with its own token, taken once", async () => {
    const github = client();
    const [first, again, other] = [
      await github.octokitFor(ACME),
      await github.octokitFor(ACME),
      await github.octokitFor(OTHER),
    ];

    await first.rest.issues.get(COMMENT);
    await first.rest.issues.get(COMMENT);
    await other.rest.issues.get(COMMENT);

    expect(first).toBe(again);
    expect(other).not.toBe(first);
    expect(api().map(({ headers }) => headers.authorization)).toEqual([
      "token ghs_21_1",
      "token ghs_21_1",
      "token ghs_22_2",
    ]);
    expect(seen.filter(({ url }) => url.endsWith("/access_tokens"))).toHaveLength(2);
  });

  it("pins the version of the API on every request", async () => {
    const octokit = await client().octokitFor(ACME);

    await octokit.rest.issues.get(COMMENT);

    expect(seen.map(({ headers }) => headers["x-github-api-version"])).toEqual(["2022-11-28", "2022-11-28"]);
  });

  it.each([500, 502, 503, 429, 403])("sends a write once even when it is answered %s", async (status) => {
    answer = (_, response) => json(response, status, { message: "no" });
    const octokit = await client().octokitFor(ACME);

    await failure(octokit.rest.issues.createComment(COMMENT));

    expect(api()).toHaveLength(1);
  });

  it("sends a write once when the connection breaks, and calls its end unknown", async () => {
    answer = (_, response) => response.destroy();
    const octokit = await client().octokitFor(ACME);

    const error = await failure(octokit.rest.issues.createComment(COMMENT));

    expect(api()).toHaveLength(1);
    expect(classifyGitHubError(error)).toEqual({ kind: "ambiguous" });
  });

  it("gives up on an answer that does not come", async () => {
    answer = () => {};
    const octokit = await client({ timeoutMs: 100 }).octokitFor(ACME);

    const read = await failure(octokit.rest.issues.get(COMMENT));
    const write = await failure(octokit.rest.issues.createComment(COMMENT));

    expect(classifyGitHubError(read)).toEqual({ kind: "network" });
    expect(classifyGitHubError(write)).toEqual({ kind: "ambiguous" });
    expect(api()).toHaveLength(2);
  });

  it("follows a renamed repository with method and words unchanged", async () => {
    answer = ({ url }, response) => {
      if (url.startsWith("/repositories/")) return json(response, 201, { id: 1 });
      response.writeHead(301, { location: "/repositories/11/issues/3/comments" }).end();
    };
    const octokit = await client().octokitFor(ACME);

    const { status } = await octokit.rest.issues.createComment(COMMENT);

    expect(status).toBe(201);
    expect(api().map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "/repos/acme/incidents/issues/3/comments", '{"body":"hello"}'],
      ["POST", "/repositories/11/issues/3/comments", '{"body":"hello"}'],
    ]);
  });

  it("follows nobody to another host", async () => {
    answer = (_, response) => response.writeHead(302, { location: "http://localhost:1/steal" }).end();
    const octokit = await client().octokitFor(ACME);

    const { status } = await octokit.request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "incidents" });

    expect(status).toBe(302);
    expect(api()).toHaveLength(1);
  });

  it("signs in anew after its token was refused", async () => {
    const github = client();
    await (await github.octokitFor(ACME)).rest.issues.get(COMMENT);
    answer = (_, response) => json(response, 401, { message: "Bad credentials" });
    // A token younger than five seconds gets the benefit of the doubt; the fifth second is over at once here.
    const error = await failure(
      (await github.octokitFor(ACME)).request("GET /user", { headers: { authorization: "token stale" } }),
    );
    answer = (_, response) => json(response, 200, {});
    await (await github.octokitFor(ACME)).rest.issues.get(COMMENT);

    expect(classifyGitHubError(error)).toEqual({ kind: "server" });
    expect(tokens).toBe(2);
  }, 30_000);

  it("reads again what GitHub failed to answer, three times at most", async () => {
    const octokit = await client().octokitFor(ACME);
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      json(response, asked < 3 ? 502 : 200, { message: "Server Error" });
    };

    await octokit.rest.issues.get(COMMENT);
    expect(asked).toBe(3);

    answer = (_, response) => json(response, 500, { message: "Server Error" });
    expect(await failure(octokit.rest.issues.get(COMMENT))).toMatchObject({ status: 500 });
  });

  it("counts requests by method and status", async () => {
    const octokit = await client().octokitFor(ACME);
    await octokit.rest.issues.get(COMMENT);
    answer = (_, response) => json(response, 404, { message: "Not Found" });
    await failure(octokit.rest.issues.get(COMMENT));
    answer = (_, response) => response.destroy();
    await failure(octokit.rest.issues.get(COMMENT));

    expect(metrics.counted("github_requests", { method: "POST", status: "201" })).toBe(1);
    expect(metrics.counted("github_requests", { method: "GET", status: "200" })).toBe(1);
    expect(metrics.counted("github_requests", { method: "GET", status: "404" })).toBe(1);
    expect(metrics.counted("github_requests", { method: "GET", status: "0" })).toBe(3);
  });
});

describe("who we are", () => {
  it("is asked once, signed as the app", async () => {
    answer = (_, response) => json(response, 200, { id: 7, slug: "postmortem" });
    const github = client();

    expect(github.knownSelf()).toBeUndefined();
    expect([await github.self(), await github.self()]).toEqual([
      { appId: 7, slug: "postmortem", login: "postmortem[bot]" },
      { appId: 7, slug: "postmortem", login: "postmortem[bot]" },
    ]);
    expect(github.knownSelf()?.login).toBe("postmortem[bot]");
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers.authorization).toMatch(/^bearer eyJ/u);
  });

  it("is asked again after a failure", async () => {
    answer = (_, response) => json(response, 503, {});
    const github = client();
    await failure(github.self());
    answer = (_, response) => json(response, 200, { id: 7, slug: "postmortem" });

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
      answer = (_request, response) => json(response, status, body, headers);
      const first = await failure(octokit.request("GET /repos/{owner}/{repo}", { owner: "acme", repo: "incidents" }));
      answer = (_request, response) => json(response, 200, {});

      time += waitMs - 1;
      const early = await failure(octokit.rest.issues.get(COMMENT));
      await (await github.octokitFor(OTHER)).rest.issues.get(COMMENT);
      const sentMeanwhile = api().length;
      time += 1;
      await octokit.rest.issues.get(COMMENT);

      expect(first).toBeInstanceOf(LimitReached);
      expect(first).toMatchObject({ retryAfterMs: waitMs, permanent: false });
      expect(early).toMatchObject({ name: "LimitReached", retryAfterMs: 1 });
      expect(sentMeanwhile).toBe(2);
      expect(api()).toHaveLength(3);
    },
  );

  it("stop us when the answer says that the hour is used up, before we are refused", async () => {
    const octokit = await client().octokitFor(ACME);
    const headers = {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(time / 1_000 + 300),
      "x-ratelimit-resource": "core",
    };
    answer = (_, response) => json(response, 200, {}, headers);
    await octokit.rest.issues.get(COMMENT);

    expect(await failure(octokit.rest.issues.get(COMMENT))).toMatchObject({ retryAfterMs: 300_000 });
  });

  it("of our own making send a delivery back to the inbox instead of waiting for minutes", async () => {
    const octokit = await client({ limits: { contentPerMinute: 3 } }).octokitFor(ACME);
    answer = (_, response) => json(response, 201, { id: 1 });
    for (let sent = 0; sent < 3; sent += 1) await octokit.rest.issues.createComment(COMMENT);

    expect(await failure(octokit.rest.issues.createComment(COMMENT))).toMatchObject({ retryAfterMs: 60_000 });
    await octokit.rest.issues.get(COMMENT);
    expect(metrics.counted("github_waits", { budget: "content-minute" })).toBe(1);
  });

  it("let writes of one installation go one at a time, in order", async () => {
    const octokit = await client().octokitFor(ACME);
    let under = 0;
    let most = 0;
    answer = (_, response) => {
      under += 1;
      most = Math.max(most, under);
      setImmediate(() => {
        under -= 1;
        json(response, 201, { id: 1 });
      });
    };

    await Promise.all(
      [1, 2, 3, 4].map(async (n) => octokit.rest.issues.createComment({ ...COMMENT, body: String(n) })),
    );

    expect(most).toBe(1);
    expect(api().map(({ body }) => body)).toEqual([1, 2, 3, 4].map((n) => `{"body":"${n}"}`));
  });
});

describe("what went wrong", () => {
  const FAULTS: [string, number, unknown, "get" | "createComment", string][] = [
    ["gone", 410, { message: "This issue was deleted" }, "get", "gone"],
    ["blocked by law", 451, { message: "Repository access blocked" }, "get", "gone"],
    ["not there", 404, { message: "Not Found" }, "get", "not-found"],
    ["not allowed", 403, { message: "Resource not accessible by integration" }, "get", "forbidden"],
    ["suspended", 403, { message: "This installation has been suspended" }, "get", "suspended"],
    ["archived", 403, { message: "Repository was archived so is read-only." }, "createComment", "forbidden"],
    ["not accepted", 422, { message: "Validation Failed" }, "createComment", "invalid"],
    ["conditional", 400, { message: "Conditional request headers are not allowed" }, "createComment", "invalid"],
    ["a read that failed", 500, { message: "Server Error" }, "get", "server"],
    ["a write that failed", 500, { message: "Server Error" }, "createComment", "ambiguous"],
    ["a write that found no server", 502, "<html>", "createComment", "ambiguous"],
  ];

  it.each(FAULTS)("is named: %s", async (...[, status, body, operation, kind]) => {
    answer = (_request, response) => json(response, status, body);
    const octokit = await client().octokitFor(ACME);

    const error = await failure(octokit.rest.issues[operation](COMMENT));

    expect(classifyGitHubError(error)).toEqual({ kind });
  });

  it("is named when the app was uninstalled", async () => {
    answer = (_, response) => json(response, 404, { message: "Not Found" });
    const octokit = await client().octokitFor(InstallationId.parse(99));

    expect(classifyGitHubError(await failure(octokit.rest.issues.get(COMMENT)))).toEqual({ kind: "gone" });
  });

  it("is named when the token is refused because the installation is suspended", async () => {
    answer = (_, response) => json(response, 403, { message: "This installation has been suspended" });
    const octokit = await client().octokitFor(InstallationId.parse(99));

    expect(classifyGitHubError(await failure(octokit.rest.issues.createComment(COMMENT)))).toEqual({
      kind: "suspended",
    });
  });

  it("is certain when a write never left", async () => {
    const env = someEnv({ GITHUB_API_URL: "http://127.0.0.1:59124" });
    const octokit = await githubFor({ env, log: createLog(env) }).octokitFor(ACME);

    expect(classifyGitHubError(await failure(octokit.rest.issues.createComment(COMMENT)))).toEqual({ kind: "network" });
  });

  it("is a fault of the network when nothing is known about it", () => {
    expect(classifyGitHubError(new Error("?"))).toEqual({ kind: "network" });
  });
});
