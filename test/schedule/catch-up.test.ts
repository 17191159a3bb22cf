import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Octokit } from "../../src/github/octokit.ts";
import { createCatchUp } from "../../src/schedule/catch-up/catch-up.ts";
import { holdTurn, saveProgress } from "../../src/schedule/catch-up/memory.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { describeOnPostgres } from "../support/database.ts";

const NOW = "2026-11-21T12:00:00.000Z";
const PAGE = 100;

let database: Database;
beforeEach(async () => {
  database = await openDatabase({ memory: true });
});
afterEach(async () => database.close());

/** GitHub with so many failed deliveries, a second apart up to now, and one installation. */
function githubWith(failed: number): Octokit {
  async function request(route: string, { cursor = "0" }: { cursor?: string } = {}): Promise<unknown> {
    if (route === "GET /app/installations") return { data: [{ id: 7 }], headers: {} };
    if (route !== "GET /app/hook/deliveries") return { data: { request: { payload: {} } }, headers: {} };
    const from = Number(cursor);
    const to = Math.min(failed, from + PAGE);
    const data = Array.from({ length: to - from }, (_, n) => ({
      id: from + n + 1,
      guid: `guid-${from + n}`,
      delivered_at: new Date(Date.parse(NOW) - (from + n) * 1_000).toISOString(),
      status_code: 503,
      event: "issues",
    }));
    const link = `<https://api.github.com/app/hook/deliveries?cursor=${to}>; rel="next"`;
    return { data, headers: { date: NOW, ...(to < failed && { link }) } };
  }
  return { request } as unknown as Octokit;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function round(octokit: Octokit): Promise<{ taken: number; asked: string[] }> {
  let taken = 0;
  const takeIn = async (): Promise<void> => void (taken += 1);
  await createCatchUp({ database, octokit, takeIn, now: () => NOW, log }).round();
  const rows = await database.across.selectFrom("inbox").select("id").execute();
  return { taken, asked: rows.map(({ id }) => id) };
}

describe("catching up", () => {
  it("takes in what was missed and asks for nothing more", async () => {
    expect(await round(githubWith(250))).toEqual({ taken: 250, asked: [] });
  });

  it("asks GitHub to send once more what it gives out in a form that is not known here", async () => {
    const github = githubWith(1);
    const asked: string[] = [];
    const odd = async (route: string, options?: { cursor?: string }): Promise<unknown> => {
      asked.push(route);
      return route.endsWith("{delivery_id}") ? { data: { request: [] }, headers: {} } : github.request(route, options);
    };

    expect(await round({ request: odd } as unknown as Octokit)).toEqual({ taken: 0, asked: [] });
    expect(asked).toContain("POST /app/hook/deliveries/{delivery_id}/attempts");
  });

  it("looks at all repositories when more was missed than is listed: what is older would be passed over", async () => {
    const wholeAt = "2026-11-20T12:00:00.000Z";
    await saveProgress(database, { upTo: wholeAt, wholeAt, dealtWith: [] }, NOW);

    const { taken, asked } = await round(githubWith(60_000));

    expect(taken).toBe(50_000);
    expect(asked).toEqual(["reconcile:7:2026-11-20T11:59:30.000Z"]);
  });
});

describeOnPostgres("processes that catch up together", (engine) => {
  function process(shared: Database, now: string) {
    const takeIn = async (): Promise<void> => undefined;
    return createCatchUp({ database: shared, octokit: githubWith(1), takeIn, now: () => now, log });
  }

  it("look one after the other, and nobody waits for who is done", async () => {
    const shared = await engine.open();

    expect(await process(shared, NOW).round()).toEqual({ found: 1, takenIn: 1 });
    expect(await process(shared, NOW).round()).toEqual({ found: 0, takenIn: 0 });
  });

  it("leave one alone that is at it, and take over from it 20 seconds after its last word", async () => {
    const shared = await engine.open();
    await holdTurn(shared, "another process", NOW);

    expect(await process(shared, "2026-11-21T12:00:19.000Z").round()).toBeUndefined();
    expect(await process(shared, "2026-11-21T12:00:21.000Z").round()).toEqual({ found: 1, takenIn: 1 });
  });
});
