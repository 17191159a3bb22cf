import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { PermanentFailure } from "../../src/domain/refusal.ts";
import { claim } from "../../src/inbox/claim.ts";
import { accept } from "../../src/inbox/inbox.ts";
import { inboxDepth } from "../../src/inbox/keeping.ts";
import { RetryLater } from "../../src/inbox/retry.ts";
import { startWorker, type Worker, type WorkerOptions } from "../../src/inbox/worker.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { describeOnEachDatabase, describeOnPostgres } from "../support/database.ts";
import { at, NOW, someDelivery } from "./some-delivery.ts";
import { watch } from "./watch.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describeOnEachDatabase("a worker", (engine) => {
  let database: Database;
  let workers: Worker[] = [];
  beforeEach(async () => {
    database ??= await engine.open();
    await database.across.deleteFrom("inbox").execute();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.drain()));
  });

  function start(handle: WorkerOptions["handle"], options: Partial<WorkerOptions> = {}): Worker {
    const worker = startWorker({ database, handle, now: () => NOW, log: quiet, ...options });
    workers = [...workers, worker];
    return worker;
  }

  it("works on what is there and on what comes", async () => {
    const seen: string[] = [];
    await accept(database, someDelivery("before"));
    const worker = start(async ({ id }, attempt) => void seen.push(`${id} ${attempt}`));
    await worker.idle();
    await accept(database, someDelivery("after"));
    await worker.idle();

    expect(seen).toEqual(["before 1", "after 1"]);
    expect(await inboxDepth(database)).toEqual({ waiting: 0, running: 0, buried: 0 });
  });

  it("retries a failure after its wait, and nothing else in that lane before", async () => {
    let now = NOW;
    const seen: string[] = [];
    const worker = start(
      async ({ id }, attempt) => {
        seen.push(`${id} ${attempt}`);
        if (id === "a" && attempt === 1) throw new RetryLater("limit", { retryAfterMs: 60_000 });
      },
      { now: () => now },
    );
    await accept(database, someDelivery("a"));
    await accept(database, someDelivery("b"));
    await worker.idle();
    now = at(59);
    await worker.idle();
    expect(seen).toEqual(["a 1"]);

    now = at(66);
    await worker.idle();

    expect(seen).toEqual(["a 1", "a 2", "b 1"]);
  });

  it("buries a permanent failure at once with its reason", async () => {
    const seen: string[] = [];
    await accept(database, someDelivery("a"));
    await accept(database, someDelivery("b"));
    const worker = start(async ({ id }) => {
      seen.push(id);
      if (id === "a") throw new PermanentFailure("The issue was deleted.");
    });
    await worker.idle();

    expect(seen).toEqual(["a", "b"]);
    const row = await database.across.selectFrom("inbox").select(["state", "reason"]).where("id", "=", "a").execute();
    expect(row).toEqual([{ state: "buried", reason: "The issue was deleted." }]);
  });

  it("drains: finishes what runs and takes nothing more", async () => {
    const { promise: finished, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: begun, resolve: began } = Promise.withResolvers<void>();
    await accept(database, someDelivery("a"));
    await accept(database, someDelivery("b"));
    const worker = start(async () => {
      began();
      await finished;
    });
    await begun;
    const drained = worker.drain();
    letGo();
    await drained;

    expect(await inboxDepth(database)).toEqual({ waiting: 1, running: 0, buried: 0 });
  });

  it("serves every quiet installation before a noisy one's queue is half done", async () => {
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => accept(database, someDelivery(`n${n}`, { lane: `n${n}` }))),
    );
    for (let n = 2; n <= 20; n += 1) await accept(database, someDelivery(`q${n}`, { lane: `q${n}`, installation: n }));
    const worker = start(async ({ installationId }) => {
      order.push(installationId);
      await new Promise((resolve) => setImmediate(resolve));
    });
    await worker.idle();

    expect(order.filter((id) => id !== 1)).toHaveLength(19);
    expect(order.slice(0, 60).filter((id) => id !== 1)).toHaveLength(19);
    expect(order).toHaveLength(319);
  });

  it("looks through a queue that is held up from time to time, not whenever somebody else gets something", async () => {
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const seen: string[] = [];
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => accept(database, someDelivery(`held${n}`))));
    start(
      async ({ id }) => {
        seen.push(id);
        if (id === "held0") throw new RetryLater("limit", { retryAfterMs: 3_600_000 });
      },
      { database: watch(database, asked) },
    );
    await vi.waitFor(() => expect(seen).toEqual(["held0"]), 20_000);
    asked.length = 0;
    for (let n = 0; n < 100; n += 1) {
      await accept(database, someDelivery(`q${n}`, { lane: `q${n}`, installation: 2 }));
      await vi.waitFor(() => expect(seen.at(-1)).toBe(`q${n}`), { timeout: 20_000, interval: 1 });
    }

    // An installation that is looked through is named three times: the statement is the same for all of them.
    const looksThrough = (id: number): number =>
      asked.filter(({ text, values }) => text.includes("as heads") && values.filter((one) => one === id).length >= 3)
        .length;
    expect(looksThrough(2)).toBeGreaterThanOrEqual(100);
    expect(looksThrough(1)).toBeLessThan(40);

    await accept(database, someDelivery("free", { lane: "free" }));
    await vi.waitFor(() => expect(seen.at(-1)).toBe("free"), 20_000);
  });

  it("lets others have their turn while it works off what needs no waiting", async () => {
    for (let n = 0; n < 200; n += 1) await accept(database, someDelivery(`d${n}`, { lane: `lane${n}` }));
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);

    const worker = start(async () => undefined, { concurrency: 4 });
    await worker.idle();
    isOver = true;

    expect(await inboxDepth(database)).toEqual({ waiting: 0, running: 0, buried: 0 });
    expect(turns).toBeGreaterThan(20);
  });

  it("never runs two of one lane at once, keeps their order, and uses its places", async () => {
    const running = new Map<string, number>();
    const seen = new Map<string, number[]>();
    let together = 0;
    let most = 0;
    for (let n = 0; n < 260; n += 1)
      await accept(database, someDelivery(`${n}`, { lane: `lane${n % 52}`, installation: 1 + (n % 13) }));
    const worker = start(async ({ id, lane }, attempt) => {
      running.set(lane, (running.get(lane) ?? 0) + 1);
      together += 1;
      most = Math.max(most, together);
      expect(running.get(lane)).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      together -= 1;
      running.set(lane, 0);
      if (attempt === 1 && Number(id) % 7 === 0) throw new RetryLater("again", { retryAfterMs: 0 });
      seen.set(lane, [...(seen.get(lane) ?? []), Number(id)]);
    });
    while ((await inboxDepth(database)).waiting > 0) await worker.idle();

    expect(most).toBe(40);
    for (const [lane, ids] of seen) expect([lane, ids]).toEqual([lane, [...ids].sort((a, b) => a - b)]);
    expect([...seen.values()].flat()).toHaveLength(260);
  });
});

describe("a worker on SQLite after a crash", () => {
  it("takes over what its predecessor left running, at once", async () => {
    const database = await openDatabase({ memory: true });
    await accept(database, someDelivery("a"));
    await claim(database, { worker: "dead", now: NOW, leaseMs: 10_000 });

    const seen: number[] = [];
    const worker = startWorker({
      database,
      now: () => NOW,
      log: quiet,
      handle: async (_, attempt) => void seen.push(attempt),
    });
    await worker.idle();
    await worker.drain();
    await database.close();

    expect(seen).toEqual([2]);
  });
});

describeOnPostgres("many workers on PostgreSQL", (engine) => {
  it("hear of each other's deliveries, never overlap in a lane and keep its order", async () => {
    const url = await engine.url();
    const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ databaseUrl: url })));
    const [sender] = databases as [Database];
    const running = new Set<string>();
    const seen = new Map<string, string[]>();
    const overlaps: string[] = [];
    const workers = databases.map((database, index) =>
      startWorker({
        database,
        now: () => new Date().toISOString(),
        log: quiet,
        concurrency: 6,
        handle: async ({ id, lane }, attempt) => {
          if (running.has(lane)) overlaps.push(id);
          running.add(lane);
          await new Promise((resolve) => setTimeout(resolve, (Number(id) + index) % 4));
          running.delete(lane);
          if (attempt === 1 && Number(id) % 11 === 0) throw new RetryLater("again", { retryAfterMs: 5 });
          seen.set(lane, [...(seen.get(lane) ?? []), id]);
        },
      }),
    );

    const expected = new Map<string, string[]>();
    for (let n = 0; n < 600; n += 1) {
      const lane = `lane${(n * 7) % 25}`;
      expected.set(lane, [...(expected.get(lane) ?? []), String(n)]);
      await accept(sender, someDelivery(String(n), { lane, installation: 1 + (n % 5) }));
    }
    let depth = await inboxDepth(sender);
    while (depth.waiting + depth.running > 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      depth = await inboxDepth(sender);
    }
    await Promise.all(workers.map((worker) => worker.drain()));
    await Promise.all(databases.map((database) => database.close()));

    expect(overlaps).toEqual([]);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(expected));
  });
});
