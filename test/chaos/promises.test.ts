// What the measuring scripts promise and no clock is needed for, on a small scale: the app and GitHub's stand-in are
// processes of their own.
import { describe, expect, it } from "vitest";

import { findServer } from "../support/postgres-server.ts";
import { type FragileStore, fragilePostgres, fragileSqlite } from "./fragile-store.ts";
import { isAcknowledged } from "./load.ts";
import { measureAcks } from "./measure-acks.ts";
import { measureFairness } from "./measure-fairness.ts";
import { measureRestart } from "./measure-restart.ts";

const { url, reason } = await findServer();
if (url === undefined) console.warn(`not run: PostgreSQL that goes away: ${reason}`);
const stores: [string, () => Promise<FragileStore>][] = [
  ["SQLite", async () => fragileSqlite()],
  ...(url === undefined ? [] : [["PostgreSQL", fragilePostgres] as [string, () => Promise<FragileStore>]]),
];

describe.each(stores)("%s that goes away and comes back", (_name, open) => {
  it("has kept all that was acknowledged, and the app goes on", async () => {
    const store = await open();
    const result = await measureAcks(store, { rate: 40, seconds: 0, seed: 1, goneMs: 1_000, calmMs: 500 });

    expect(result.isSameProcess).toBe(true);
    expect([...new Set(result.gone.map(({ status }) => status))]).toEqual([503]);
    expect(result.back.filter(isAcknowledged).length).toBeGreaterThanOrEqual(10);
    expect(result.acknowledged).toBeGreaterThan(60);
    expect(result.unkept).toEqual([]);
  });
});

describe("a tenant that sends more than its budgets allow", () => {
  it("waits for itself, and the others get what they asked for", async () => {
    const { alone, beside, flooded, waiting, noisyDone } = await measureFairness({
      quiet: 3,
      events: 150,
      seconds: 3,
      atOnce: 4,
      seed: 1,
    });

    expect(flooded.acknowledged).toBe(150);
    expect(noisyDone).toBeLessThan(100);
    expect(waiting).toBeGreaterThan(50);
    expect(alone.length).toBeGreaterThan(3);
    expect(beside.length).toBeGreaterThan(3);
    expect([...alone, ...beside].filter(({ ms }) => ms === undefined)).toEqual([]);
  });
});

describe("an app that is killed with a full inbox", () => {
  it("does all of it after it was started again", async () => {
    const { waiting, drained, worked, undone } = await measureRestart({ backlog: 400, steady: 50, seed: 1 });

    expect(waiting).toBeGreaterThan(350);
    expect(undone).toEqual([]);
    expect(drained).toHaveLength(400);
    expect(worked).toHaveLength(50);
  });
});
