import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Delivery } from "../src/domain/delivery.ts";
import { Hopeless, PermanentFailure } from "../src/domain/refusal.ts";
import { noteLost } from "../src/lost-command.ts";
import { type Database, openDatabase } from "../src/store/database.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ memory: true });
});
beforeEach(async () => {
  await database.across.deleteFrom("inbox").execute();
});
afterAll(async () => database.close());

const WENDY = { id: 5, login: "wendy", kind: "person" };

function command(overrides: object = {}): Delivery {
  return Delivery.parse({
    id: "guid",
    installationId: 1,
    lane: "issue:10#1",
    event: { kind: "comment-created", commentId: 7, body: "/pm why" },
    actor: WENDY,
    issue: { installationId: 1, repositoryId: 10, owner: "acme", repo: "shop", number: 1 },
    receivedAt: "2026-11-21T07:12:00.000Z",
    ...overrides,
  });
}

/** An error of the client, as an answer with this status makes it. */
function answered(status: number, method = "PATCH"): Error {
  const request = { method, url: "http://127.0.0.1/repos/acme/shop/issues/1" };
  return Object.assign(new Error(`${status}`), { status, request, response: { headers: {}, data: {} } });
}

async function told(delivery: Delivery, error: unknown): Promise<unknown[]> {
  await noteLost(database, delivery, error);
  const rows = await database.across.selectFrom("inbox").select("delivery").execute();
  return rows.map((row) => Delivery.parse(JSON.parse(row.delivery)).event);
}

describe("a command that is lost", () => {
  it.each([
    ["refused", new Hopeless("no", { why: "refused", cause: answered(422) })],
    ["mistaken", new Hopeless("no", { why: "mistaken", cause: new TypeError("x") })],
    ["unreachable", answered(502, "GET")],
    ["unreachable", answered(500)],
    ["unreachable", new Error("the connection broke")],
  ])("is told as %s", async (why, error) => {
    expect(await told(command(), error)).toEqual([{ kind: "command-lost", commentId: 7, lost: "guid", why }]);
  });

  it.each([
    ["the issue is gone", new PermanentFailure("gone", { cause: answered(410) })],
    ["the app may not write", answered(403)],
    ["it is not found", answered(404)],
    ["it is not for us for legal reasons", answered(451)],
  ])("is not told where %s", async (_, error) => {
    expect(await told(command(), error)).toEqual([]);
  });

  it.each([
    ["is no command", { event: { kind: "comment-created", commentId: 7, body: "Why?" } }],
    ["a bot wrote", { actor: { id: 6, login: "renovate[bot]", kind: "bot" } }],
    ["told of a lost one", { event: { kind: "command-lost", commentId: 7, lost: "a", why: "refused" } }],
    ["a label was", { event: { kind: "issue-labelled", label: "postmortem" } }],
  ])("is not told of what %s", async (_, overrides) => {
    expect(await told(command(overrides), new Error("the connection broke"))).toEqual([]);
  });
});
