import { beforeEach, expect, it } from "vitest";

import { claim, type Claimed } from "../../src/inbox/claim.ts";
import { accept, acceptLater, bury, finish, heartbeat, reclaim, release, retryLater } from "../../src/inbox/inbox.ts";
import { inboxDepth, nextDueAt, parkInstallation, sweepFinished } from "../../src/inbox/keeping.ts";
import type { Database } from "../../src/store/database.ts";
import { describeOnEachDatabase } from "../support/database.ts";
import { ACME, at, NOW, someDelivery } from "./some-delivery.ts";

const LEASE = 10_000;

describeOnEachDatabase("the inbox", (engine) => {
  let database: Database;
  beforeEach(async () => {
    database ??= await engine.open();
    await database.across.deleteFrom("inbox").execute();
    await database.across.deleteFrom("parked").execute();
  });

  const take = (
    options: { now?: string; limit?: number; worker?: string; perInstallation?: number; after?: number } = {},
  ) => claim(database, { worker: "w1", now: NOW, leaseMs: LEASE, limit: 10, ...options });
  const ids = (claimed: readonly Claimed[]) => claimed.map(({ delivery }) => delivery.id);
  const one = async (options: { now?: string; worker?: string } = {}): Promise<Claimed> => {
    const [claimed] = await take({ ...options, limit: 1 });
    if (claimed === undefined) throw new Error("nothing to claim");
    return claimed;
  };

  it("accepts a delivery once by its id, also when both come together", async () => {
    const together = await Promise.all([accept(database, someDelivery("a")), accept(database, someDelivery("a"))]);
    const again = await accept(database, someDelivery("a"));

    expect([together.filter(Boolean).length, again]).toEqual([1, false]);
    expect(ids(await take())).toEqual(["a"]);
  });

  it("still knows a finished delivery by its id", async () => {
    await accept(database, someDelivery("a"));
    await finish(database, await one(), NOW);

    expect(await accept(database, someDelivery("a"))).toBe(false);
    expect(await take()).toEqual([]);
  });

  it("returns the delivery as it was accepted", async () => {
    const delivery = { ...someDelivery("b"), repository: { id: 2 ** 52, owner: "acme", repo: "ü\u0000" } };

    await accept(database, delivery);

    expect((await one()).delivery).toEqual(delivery);
  });

  it("does not let a row that cannot be stored take its neighbours with it", async () => {
    const unstorable = { ...someDelivery("bad"), installationId: undefined as never };
    const results = await Promise.allSettled([
      accept(database, someDelivery("a")),
      accept(database, unstorable),
      accept(database, someDelivery("b", { lane: "other" })),
    ]);

    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(ids(await take())).toEqual(["a", "b"]);
  });

  it("gives only the head of a lane, and the next when it is finished", async () => {
    for (const id of ["a", "b", "c"]) await accept(database, someDelivery(id));
    await accept(database, someDelivery("x", { lane: "issue:1#2" }));

    const first = await take();
    expect(ids(first)).toEqual(["a", "x"]);
    expect(await take()).toEqual([]);

    await finish(database, first[0] as Claimed, NOW);
    expect(ids(await take())).toEqual(["b"]);
  });

  it("keeps a lane waiting while its head waits for a retry, and lets it go on when the head is buried", async () => {
    for (const id of ["a", "b"]) await accept(database, someDelivery(id));
    const next = await retryLater(database, await one(), { error: new Error("502"), now: NOW, random: 0.5 });

    expect(next).toEqual({ afterMs: 2_000 });
    expect(await take({ now: at(1) })).toEqual([]);
    const again = await one({ now: at(2) });
    expect([again.delivery.id, again.attempt, again.tries]).toEqual(["a", 2, 1]);

    await bury(database, again, { reason: "The issue is gone\u0000.", now: at(2) });
    expect(ids(await take({ now: at(2) }))).toEqual(["b"]);
    expect(await inboxDepth(database)).toEqual({ waiting: 0, running: 1, buried: 1 });
  });

  it("buries with the last error after the last try", async () => {
    await accept(database, someDelivery("a"));
    let seconds = 0;
    let next: unknown;
    while (next !== "give-up") {
      seconds += 7_200;
      next = await retryLater(database, await one({ now: at(seconds) }), { error: new Error("502"), now: at(seconds) });
    }

    const row = await database.across.selectFrom("inbox").select(["state", "reason", "attempts"]).executeTakeFirst();
    expect(row).toEqual({ state: "buried", reason: "Given up after 34 tries: 502", attempts: 34 });
  });

  it("does not hold a deferred row's lane up before it is due", async () => {
    await accept(database, someDelivery("deferred"), { notBefore: at(60) });
    await accept(database, someDelivery("b"));

    const [b] = await take();
    expect(b?.delivery.id).toBe("b");
    expect(await nextDueAt(database, NOW)).toBe(at(60));
    expect(await take({ now: at(60) })).toEqual([]);
    await finish(database, b as Claimed, at(60));
    expect(ids(await take({ now: at(60) }))).toEqual(["deferred"]);
  });

  it("coalesces askings into one run after the quiet, but no later than the deadline", async () => {
    for (const second of [0, 4, 8, 12]) {
      await acceptLater(database, someDelivery("refresh"), { now: at(second), quietMs: 5_000, atMostMs: 15_000 });
    }

    expect(await take({ now: at(14) })).toEqual([]);
    await finish(database, await one({ now: at(15) }), at(15));
    expect(await take({ now: at(100) })).toEqual([]);
  });

  it("runs a coalesced row once more when it is asked for while it runs", async () => {
    const options = { quietMs: 5_000, atMostMs: 15_000 };
    await acceptLater(database, someDelivery("refresh"), { now: NOW, ...options });
    const running = await one({ now: at(5) });
    await acceptLater(database, someDelivery("refresh"), { now: at(6), ...options });
    expect(await take({ now: at(60) })).toEqual([]);

    await finish(database, running, at(7));

    expect(await take({ now: at(10) })).toEqual([]);
    const again = await one({ now: at(11) });
    expect([again.delivery.id, again.attempt]).toEqual(["refresh", 1]);
  });

  it("arms a coalesced row again after it was finished or buried", async () => {
    const options = { quietMs: 5_000, atMostMs: 15_000 };
    await acceptLater(database, someDelivery("refresh"), { now: NOW, ...options });
    await finish(database, await one({ now: at(5) }), at(5));
    await acceptLater(database, someDelivery("refresh"), { now: at(20), ...options });
    expect(await take({ now: at(24) })).toEqual([]);
    await bury(database, await one({ now: at(25) }), { reason: "no", now: at(25) });
    await acceptLater(database, someDelivery("refresh"), { now: at(30), ...options });

    expect(ids(await take({ now: at(35) }))).toEqual(["refresh"]);
  });

  it("leaves a coalesced row to its retry when it is asked for again", async () => {
    const options = { quietMs: 1_000, atMostMs: 1_000 };
    await acceptLater(database, someDelivery("refresh"), { now: NOW, ...options });
    await retryLater(database, await one({ now: at(1) }), { error: { retryAfterMs: 60_000 }, now: at(1), random: 0 });
    await acceptLater(database, someDelivery("refresh"), { now: at(2), ...options });

    expect(await take({ now: at(60) })).toEqual([]);
    expect((await one({ now: at(61) })).attempt).toBe(2);
  });

  it("puts a dead worker's row back when its lease runs out, in its old place", async () => {
    for (const id of ["a", "b"]) await accept(database, someDelivery(id));
    const dead = await one();

    expect(await reclaim(database, { now: at(10) })).toBe(0);
    expect(await reclaim(database, { now: at(11) })).toBe(1);
    const [again] = await take({ now: at(11), worker: "w2" });
    expect([again?.delivery.id, again?.attempt, again?.tries]).toEqual(["a", 2, 0]);
    expect(await finish(database, dead, at(12))).toBe(false);
    expect(await heartbeat(database, [dead], { now: at(12), leaseMs: LEASE })).toEqual([]);
    expect(await finish(database, again as Claimed, at(12))).toBe(true);
  });

  it("leaves rows alone whose lease is renewed or which the caller holds", async () => {
    for (const lane of ["1", "2"]) await accept(database, someDelivery(lane, { lane }));
    const [beating, held] = (await take()) as [Claimed, Claimed];

    expect(await heartbeat(database, [beating], { now: at(8), leaseMs: LEASE })).toEqual([beating]);
    expect(await reclaim(database, { now: at(12), holding: [held] })).toBe(0);
    expect(await reclaim(database, { now: at(12), alone: true })).toBe(2);
  });

  it("buries what twenty workers died of", async () => {
    await accept(database, someDelivery("a"));
    for (let crash = 1; crash <= 20; crash += 1) {
      await one({ now: at(crash * 20) });
      await reclaim(database, { now: at(crash * 20 + 11) });
    }

    expect(await inboxDepth(database)).toEqual({ waiting: 0, running: 0, buried: 1 });
  });

  it("takes a released row up as if it had not been claimed", async () => {
    await accept(database, someDelivery("a"));
    await release(database, await one());

    expect((await one()).attempt).toBe(1);
  });

  it("goes round the installations, and gives none more than its share", async () => {
    for (let n = 1; n <= 30; n += 1)
      await accept(database, someDelivery(`noisy${n}`, { lane: `n${n}`, installation: 1 }));
    for (let n = 2; n <= 6; n += 1)
      await accept(database, someDelivery(`quiet${n}`, { lane: `q${n}`, installation: n }));

    const first = await take({ limit: 4, perInstallation: 3 });
    expect(ids(first)).toEqual(["noisy1", "quiet2", "quiet3", "quiet4"]);
    const second = await take({ limit: 4, perInstallation: 3, after: 4 });
    expect(ids(second)).toEqual(["quiet5", "quiet6", "noisy2"]);
    expect(ids(await take({ limit: 4, perInstallation: 3 }))).toEqual(["noisy3"]);
    expect(await take({ limit: 4, perInstallation: 3 })).toEqual([]);
  });

  it("looks past installations whose lanes are all busy", async () => {
    for (const id of ["a1", "a2"]) await accept(database, someDelivery(id, { lane: "a", installation: 1 }));
    await accept(database, someDelivery("b1", { lane: "b", installation: 2 }));
    await take({ limit: 1 });

    expect(ids(await take({ limit: 1 }))).toEqual(["b1"]);
  });

  it("parks an installation without holding up others, except for news of its standing", async () => {
    await accept(database, someDelivery("a"));
    await accept(database, someDelivery("b", { lane: "x", installation: 2 }));
    await parkInstallation(database, ACME, at(60));
    await accept(database, someDelivery("news", { lane: "installation:1", kind: "installation-changed" }));

    expect(ids(await take())).toEqual(["news", "b"]);
    expect(ids(await take({ now: at(60) }))).toEqual(["a"]);
    await accept(database, someDelivery("c", { lane: "c" }));
    expect(await take()).toEqual([]);
    await parkInstallation(database, ACME, undefined);
    expect(ids(await take())).toEqual(["c"]);
  });

  it("buries a row that this version cannot read, and goes on", async () => {
    await accept(database, someDelivery("old"));
    await database.across.updateTable("inbox").set({ delivery: "{" }).execute();
    await accept(database, someDelivery("b"));

    expect(await take()).toEqual([]);
    expect(ids(await take())).toEqual(["b"]);
    const row = await database.across.selectFrom("inbox").select("reason").where("id", "=", "old").executeTakeFirst();
    expect(row?.reason).toContain("Delivery old cannot be read");
  });

  it("sweeps what was finished a week ago, and buried or digested a month ago", async () => {
    const day = 86_400;
    for (const id of ["done", "buried", "waiting"]) await accept(database, someDelivery(id, { lane: id }));
    const [done, buried] = (await take({ limit: 2 })) as [Claimed, Claimed];
    await finish(database, done, NOW);
    await bury(database, buried, { reason: "no", now: NOW });

    expect(await sweepFinished(database, { now: at(7 * day) })).toBe(0);
    expect(await sweepFinished(database, { now: at(7 * day + 1) })).toBe(1);
    expect(await sweepFinished(database, { now: at(30 * day + 1) })).toBe(1);
    expect(await database.across.selectFrom("inbox").select("id").execute()).toEqual([{ id: "waiting" }]);
  });
});
