import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createBreaker } from "../../src/apply/breaker.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import type { Octokit } from "../../src/github/octokit.ts";
import { RetryLater } from "../../src/inbox/retry.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";

const COMMENT = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const EDIT = "PATCH /repos/{owner}/{repo}/issues/{issue_number}";
const REACT = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
const READ = "GET /repos/{owner}/{repo}/issues/{issue_number}";
const HOUR_MS = 3_600_000;

let database: Database;
let now = Date.parse("2026-11-04T10:00:00Z");
let sent: string[] = [];
let failing = 0;
const octokit = {
  async request(route: string) {
    failing -= 1;
    if (failing >= 0) throw new Error("GitHub failed");
    sent.push(route);
  },
} as unknown as Octokit;

beforeEach(async () => {
  database = await openDatabase({ memory: true });
  sent = [];
  failing = 0;
});
afterEach(async () => database.close());

/** One delivery on the issue that sends these requests; the failure it ended with, if it did. */
async function delivery(routes: readonly string[], { asked = false, number = 7 } = {}): Promise<unknown> {
  const breaker = createBreaker({
    database,
    installationId: InstallationId.parse(1),
    issue: { repositoryId: 5, number },
    asked,
    now: () => new Date(now),
  });
  const guarded = breaker.guard(octokit);
  try {
    for (const route of routes) await guarded.request(route);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await breaker.remember();
  }
}

describe("the breaker of an issue", () => {
  it("lets three comments a day through that nobody asked for, and the next one a day later", async () => {
    for (let count = 0; count < 3; count += 1) expect(await delivery([COMMENT])).toBeUndefined();

    const failure = await delivery([COMMENT]);

    expect(failure).toBeInstanceOf(RetryLater);
    expect(failure).toMatchObject({ retryAfterMs: 24 * HOUR_MS });
    expect(sent).toHaveLength(3);
    now += 24 * HOUR_MS;
    expect(await delivery([COMMENT])).toBeUndefined();
  });

  it("answers a person all the same", async () => {
    await delivery([COMMENT, COMMENT, COMMENT]);

    expect(await delivery([COMMENT, REACT, EDIT], { asked: true })).toBeUndefined();
  });

  it("stops at sixty writes an hour, whoever asked, and at four times as many reactions", async () => {
    expect(await delivery(Array(61).fill(EDIT), { asked: true })).toBeInstanceOf(RetryLater);
    expect(sent).toHaveLength(60);

    expect(await delivery(Array(241).fill(REACT), { asked: true })).toBeInstanceOf(RetryLater);
    expect(sent).toHaveLength(300);
  });

  it("does not count what GitHub failed to do", async () => {
    failing = 3;
    for (let count = 0; count < 3; count += 1) expect(await delivery([COMMENT])).toEqual(new Error("GitHub failed"));

    expect(await delivery([COMMENT, COMMENT, COMMENT])).toBeUndefined();
    expect(await delivery([COMMENT])).toBeInstanceOf(RetryLater);
  });

  it("counts what was sent before a failure, each issue by itself, and reading not at all", async () => {
    await delivery([COMMENT, COMMENT, COMMENT, COMMENT]);

    expect(await delivery([COMMENT])).toBeInstanceOf(RetryLater);
    expect(await delivery([COMMENT], { number: 8 })).toBeUndefined();
    expect(await delivery(Array(500).fill(READ))).toBeUndefined();
  });
});
