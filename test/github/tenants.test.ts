import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { classifyGitHubError } from "../../src/github/errors.ts";
import type { Octokit } from "../../src/github/octokit.ts";
import { createPerInstallation } from "../../src/github/per-installation.ts";
import { comment, failure, json, read, type SomeServer, startSomeServer } from "./some-server.ts";

const ACME = InstallationId.parse(21);
const GLOBEX = InstallationId.parse(22);
const START = Date.parse("2026-11-21T07:00:00.000Z");
const MINUTE = 60_000;

let server: SomeServer;
beforeEach(async () => {
  server = await startSomeServer();
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
  server.close();
});

/** The clock of the clients and that by which tokens age. */
function pass(ms: number): void {
  server.time += ms;
  vi.setSystemTime(Date.now() + ms);
}

function tokensAskedFor(installationId: InstallationId): number {
  return server.seen.filter(({ url }) => url === `/app/installations/${installationId}/access_tokens`).length;
}

/** Whose token came with each request, and for whose repository it was. */
function whoseTokens(): { token: string; repository: string }[] {
  return server.api().map(({ url, headers }) => ({
    token: /^token ghs_(?<id>\d+)_/u.exec(headers.authorization ?? "")?.groups?.["id"] ?? "none",
    repository: url.split("/")[3] ?? "",
  }));
}

/** Requests for a repository that is named as the installation it belongs to. */
async function use(octokit: Octokit, installationId: InstallationId, turn: number): Promise<unknown> {
  const repository = { owner: "some", repo: String(installationId) };
  return turn % 3 === 0
    ? octokit.request("POST /repos/{owner}/{repo}/issues", { ...repository, title: "Down" })
    : octokit.request("GET /repos/{owner}/{repo}", repository);
}

describe("tenants side by side", () => {
  it("never send with each other's token, whatever happens to their tokens meanwhile", async () => {
    const github = server.client();
    const refused = new Set<string>();
    let asked = 0;
    server.answer = ({ headers: { authorization = "" } }, response) => {
      asked += 1;
      // Now and then a token of one of them is revoked, and all that come with it from then on are refused.
      if (asked % 37 === 0) refused.add(authorization);
      setTimeout(() => json(response, refused.has(authorization) ? 401 : 200, {}), asked % 5);
    };

    for (let round = 0; round < 20; round += 1) {
      pass(10_000);
      await Promise.all(
        Array.from({ length: 20 }, async (_, turn) => {
          const id = turn % 2 === 0 ? ACME : GLOBEX;
          await failure(use(await github.octokitFor(id), id, turn));
        }),
      );
    }

    const used = whoseTokens();
    expect(used).toHaveLength(400);
    expect(used.filter(({ token, repository }) => token !== repository)).toEqual([]);
    expect(refused.size).toBeGreaterThan(2);
    expect(tokensAskedFor(ACME) + tokensAskedFor(GLOBEX)).toBe(2 + refused.size);
  });

  it("do not wait for each other", async () => {
    const github = server.client();
    const acme = await github.octokitFor(ACME);
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<() => void>();
    server.answer = (_, response) => arrive(() => json(response, 201, {}));
    const slow = comment(acme);
    const answerIt = await arrived;
    server.answer = (_, response) => json(response, 201, {});

    await comment(await github.octokitFor(GLOBEX));
    answerIt();

    await expect(slow).resolves.toMatchObject({ status: 201 });
  });

  it("have budgets of their own, which are kept while in use and after", async () => {
    const github = server.client({ limits: { contentPerHour: 1 } });
    await comment(await github.octokitFor(ACME));

    await comment(await github.octokitFor(GLOBEX));
    pass(59 * MINUTE);
    expect(await failure(comment(await github.octokitFor(ACME)))).toMatchObject({ name: "LimitReached" });
    pass(MINUTE);
    await comment(await github.octokitFor(ACME));
  });

  it("are forgotten two hours after their last request, and not before", () => {
    const made: InstallationId[] = [];
    const of = createPerInstallation({ now: () => server.time }, (id) => made.push(id));

    of(ACME);
    pass(119 * MINUTE);
    of(GLOBEX);
    of(ACME);
    pass(120 * MINUTE);
    of(GLOBEX);
    expect(made).toEqual([ACME, GLOBEX]);
    of(ACME);

    expect(made).toEqual([ACME, GLOBEX, ACME]);
  });

  it("are forgotten sooner when there are very many, the one not used for longest first", () => {
    const made: InstallationId[] = [];
    const of = createPerInstallation({ now: () => server.time }, (id) => made.push(id));
    const ids = Array.from({ length: 5_000 }, (_, n) => InstallationId.parse(n + 1));
    for (const id of ids) of(id);
    of(InstallationId.parse(1));
    of(InstallationId.parse(5_001));
    made.length = 0;

    of(InstallationId.parse(1));
    of(InstallationId.parse(2));

    expect(made).toEqual([2]);
  });
});

describe("the token of an installation", () => {
  it("is asked for once by all requests that wait for it", async () => {
    const octokit = await server.client().octokitFor(ACME);

    await Promise.all(Array.from({ length: 10 }, async () => read(octokit)));

    expect(tokensAskedFor(ACME)).toBe(1);
    expect(server.api()).toHaveLength(10);
  });

  it("is used for 59 minutes of its hour", async () => {
    const octokit = await server.client().octokitFor(ACME);
    await read(octokit);
    pass(59 * MINUTE - 1);
    await read(octokit);
    expect(tokensAskedFor(ACME)).toBe(1);

    pass(1);
    await read(octokit);

    expect(tokensAskedFor(ACME)).toBe(2);
  });

  it("is asked for anew once after it was refused, however many were refused with it", async () => {
    const octokit = await server.client().octokitFor(ACME);
    await read(octokit);
    pass(5_000);
    server.answer = ({ headers }, response) => json(response, headers.authorization?.endsWith("_1") ? 401 : 200, {});

    const errors = await Promise.all(Array.from({ length: 5 }, async () => failure(read(octokit))));
    await Promise.all(Array.from({ length: 5 }, async () => read(octokit)));

    expect(errors.map((error) => classifyGitHubError(error).kind)).toEqual(Array.from({ length: 5 }, () => "server"));
    expect(tokensAskedFor(ACME)).toBe(2);
  });

  it("is given time to be known everywhere while it is young", async () => {
    const octokit = await server.client().octokitFor(ACME);
    server.answer = (_, response) => json(response, server.api().length < 4 ? 401 : 201, {});

    await comment(octokit);

    expect(server.api()).toHaveLength(4);
    expect(server.time - START).toBe(6_000);
    expect(tokensAskedFor(ACME)).toBe(1);
  });

  it("that GitHub failed to give is asked for again by a read", async () => {
    const octokit = await server.client().octokitFor(ACME);
    const { answerToken } = server;
    server.answerToken = (asked, response) => {
      if (tokensAskedFor(ACME) < 4) json(response, 502, {});
      else answerToken(asked, response);
    };

    await read(octokit);
    expect(server.seen).toHaveLength(5);

    server.answerToken = (_, response) => json(response, 502, {});
    const other = await server.client().octokitFor(GLOBEX);
    expect(classifyGitHubError(await failure(comment(other)))).toEqual({ kind: "server" });
    expect(tokensAskedFor(GLOBEX)).toBe(1);
  });
});
