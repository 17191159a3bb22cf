import { describe, expect, it } from "vitest";

import { LimitReached } from "../../src/github/errors.ts";
import { createLimits, type LimitDeps, type RequestKind } from "../../src/github/limits.ts";

const READ: RequestKind = { method: "GET", url: "/repos/acme/incidents/issues/3" };
const COMMENT: RequestKind = { method: "POST", url: "/repos/acme/incidents/issues/3/comments" };
const EDIT: RequestKind = { method: "PATCH", url: "/repos/acme/incidents/issues/3" };

/** Limits for requests that need no token. */
function someLimits(deps: LimitDeps): {
  run<Result>(kind: RequestKind, send: () => Promise<Result>): Promise<Result>;
} {
  const limits = createLimits(deps);
  return { run: (kind, send) => limits.run(kind, { prepare: async () => undefined, send }) };
}

const HOURS = 4;
const MINUTE = 60_000;

/** The most that any window of this length, wherever it starts, holds. */
function worstWindow(events: readonly { at: number; cost: number }[], spanMs: number): number {
  let worst = 0;
  let sum = 0;
  let from = 0;
  for (const { at, cost } of events) {
    sum += cost;
    while ((events[from]?.at ?? at) <= at - spanMs) {
      sum -= events[from]?.cost ?? 0;
      from += 1;
    }
    worst = Math.max(worst, sum);
  }
  return worst;
}

describe("four hours at full load", () => {
  it("never exceed what GitHub allows, in no window, though requests arrive late", async () => {
    let now = 0;
    let seed = 1;
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    const limits = someLimits({ clock });
    const arrived: { at: number; kind: RequestKind }[] = [];
    let refused = 0;

    while (now < HOURS * 60 * MINUTE) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const kind = [READ, COMMENT, EDIT, READ][seed % 4] ?? READ;
      try {
        await limits.run(kind, async () => {
          const travel = seed % 900;
          arrived.push({ at: now + (seed % (travel + 1)), kind });
          now += travel;
        });
      } catch (error) {
        if (!(error instanceof LimitReached)) throw error;
        refused += 1;
        now += Math.min(error.retryAfterMs, 5_000);
      }
    }

    const content = arrived.filter(({ kind }) => kind === COMMENT).map(({ at }) => ({ at, cost: 1 }));
    const points = arrived.map(({ at, kind }) => ({ at, cost: kind === READ ? 1 : 5 }));
    expect(worstWindow(content, MINUTE)).toBeLessThanOrEqual(80);
    expect(worstWindow(content, 60 * MINUTE)).toBeLessThanOrEqual(500);
    expect(worstWindow(points, MINUTE)).toBeLessThanOrEqual(900);
    expect(content.length).toBeGreaterThan(HOURS * 350);
    expect(refused).toBeGreaterThan(0);
  });
});

describe("the budgets", () => {
  it("bear a short wait by themselves", async () => {
    let now = 0;
    const slept: number[] = [];
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        slept.push(ms);
        now += ms;
      },
    };
    const limits = someLimits({ clock, settings: { pointsPerMinute: 5 } });
    await limits.run(EDIT, async () => "sent");
    now += MINUTE - 1_500;

    await expect(limits.run(READ, async () => "sent too")).resolves.toBe("sent too");
    expect(slept).toEqual([1_500]);
  });

  it("count a request that failed: GitHub may have counted it", async () => {
    const limits = someLimits({ clock: { now: () => 0, sleep: async () => {} }, settings: { contentPerMinute: 1 } });
    await expect(
      limits.run(COMMENT, async () => {
        throw new Error("broken");
      }),
    ).rejects.toThrow("broken");

    await expect(limits.run(COMMENT, async () => "sent")).rejects.toThrow('The budget "content-minute" is used up');
  });

  it("keep reads going while a write waits for its answer", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const limits = someLimits({ clock: { now: () => 0, sleep: async () => {} } });
    const writing = limits.run(EDIT, async () => promise);

    await expect(limits.run(READ, async () => "read")).resolves.toBe("read");
    resolve("written");
    await expect(writing).resolves.toBe("written");
  });

  it("let go of a place when its request fails", async () => {
    const limits = someLimits({ clock: { now: () => 0, sleep: async () => {} } });
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(limits.run(EDIT, async () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    }

    await expect(limits.run(EDIT, async () => "sent")).resolves.toBe("sent");
  });
});
