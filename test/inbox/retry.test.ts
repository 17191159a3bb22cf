import { assert, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { nextAttempt, RetryLater } from "../../src/inbox/retry.ts";

const HOUR = 3_600_000;

describe("nextAttempt", () => {
  it("doubles the wait up to an hour", () => {
    const waits = [1, 2, 3, 11, 12, 33].map((attempts) => nextAttempt(attempts, new Error("502"), 0.5));

    expect(waits).toEqual([2_000, 4_000, 8_000, 2_048_000, HOUR, HOUR].map((afterMs) => ({ afterMs })));
  });

  it("gives up about a day after the first failure, however the jitter falls", () => {
    for (const random of [0, 0.999]) {
      let total = 0;
      let attempts = 1;
      for (;;) {
        const next = nextAttempt(attempts, new Error("502"), random);
        if (next === "give-up") break;
        total += next.afterMs;
        attempts += 1;
      }
      expect(total / HOUR).toBeGreaterThan(16);
      expect(total / HOUR).toBeLessThan(30);
    }
  });

  it("keeps the wait that was asked for, of our error or another library's", () => {
    const error = new RetryLater("secondary rate limit", { retryAfterMs: 60_000 });

    expect(nextAttempt(1, error, 0)).toEqual({ afterMs: 60_000 });
    expect(nextAttempt(99, Object.assign(new Error("429"), { retryAfterMs: 60_000 }), 0)).toEqual({ afterMs: 60_000 });
    expect(nextAttempt(1, Object.assign(new Error("429"), { retryAfterMs: "soon" }), 0.5)).toEqual({ afterMs: 2_000 });
  });

  it("never waits shorter than asked, nor longer than two hours and a little", () => {
    assert(
      property(
        integer({ min: 1, max: 100 }),
        double({ min: 0, max: 1e9, noNaN: true }),
        double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, retryAfterMs, random) => {
          const next = nextAttempt(attempts, new RetryLater("wait", { retryAfterMs }), random);
          const afterMs = next === "give-up" ? -1 : next.afterMs;
          expect(afterMs).toBeGreaterThanOrEqual(Math.min(retryAfterMs, 2 * HOUR));
          expect(afterMs).toBeLessThanOrEqual(2 * HOUR + 5_000);
        },
      ),
    );
  });

  it("waits a positive whole number of milliseconds, a quarter around the plan at most", () => {
    assert(
      property(integer({ min: 1, max: 33 }), double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
        const next = nextAttempt(attempts, undefined, random);
        const afterMs = next === "give-up" ? -1 : next.afterMs;
        const plan = Math.min(2_000 * 2 ** (attempts - 1), HOUR);
        expect(Number.isInteger(afterMs)).toBe(true);
        expect(afterMs).toBeGreaterThanOrEqual(plan * 0.75);
        expect(afterMs).toBeLessThanOrEqual(plan * 1.25 + 1);
      }),
    );
  });
});
