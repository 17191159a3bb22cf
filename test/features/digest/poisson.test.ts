import { describe, expect, it } from "vitest";

import { usualMost } from "../../../src/features/digest/poisson.ts";

describe("usualMost", () => {
  it.each([
    [0, 0],
    [0.05, 0],
    [0.06, 1],
    [2, 5],
    [4, 8],
    [6, 10],
    [10, 15],
  ])("of %d expected, up to %i are usual", (expected, most) => {
    expect(usualMost(expected)).toBe(most);
  });

  it("stays exact where e to the minus expected vanishes", () => {
    const most = usualMost(2000);

    // 2000 + 1.645 × √2000, within the accuracy of that rule of thumb.
    expect(most).toBeGreaterThanOrEqual(2073);
    expect(most).toBeLessThanOrEqual(2075);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (expected) => {
    expect(() => usualMost(expected)).toThrow(RangeError);
  });
});
