import { describe, expect, it } from "vitest";
import { calibrationTable, confusions, score } from "../../../src/features/hotspots/score.ts";

const JUDGED = [
  { id: "1", kind: "report", accepted: ["a", "b"], guess: "b", confidence: 0.9 },
  { id: "2", kind: "report", accepted: ["a"], guess: "b", confidence: 0.85 },
  { id: "3", kind: "listing", accepted: ["b"], guess: "b", confidence: 0.3 },
  { id: "4", kind: "listing", accepted: ["a"], guess: "a", confidence: 0.5 },
];

describe("score", () => {
  it("takes any accepted answer for right and counts it as that category", () => {
    const scores = score(JUDGED, ["a", "b"]);

    expect(scores).toMatchObject({
      n: 4,
      accuracy: 0.75,
      reports: 0.5,
      listings: 1,
      sureShare: 0.5,
      surePrecision: 0.5,
    });
    expect(scores.categories).toMatchObject([
      { key: "a", n: 2, precision: 1, recall: 0.5 },
      { key: "b", n: 2, precision: 2 / 3, recall: 1 },
    ]);
  });

  it("leaves categories with fewer than ten records out of macro-F1", () => {
    const many = Array.from({ length: 10 }, (_, index) => ({
      id: `${index}`,
      accepted: ["a"],
      guess: "a",
      confidence: 1,
    }));

    expect(score([...many, { id: "x", accepted: ["b"], guess: "b", confidence: 1 }], ["a", "b"]).macroF1).toBe(1);
    expect(score([...many, { id: "x", accepted: ["b"], guess: "a", confidence: 1 }], ["a", "b"]).macroF1).toBeCloseTo(
      20 / 21,
    );
  });

  it("sorts confidence into bins and guesses into a table", () => {
    expect(calibrationTable(JUDGED).map((bin) => bin.n)).toEqual([1, 0, 1, 0, 0, 1, 1]);
    expect(confusions(JUDGED, ["a", "b"])).toEqual([
      [1, 1],
      [0, 2],
    ]);
  });
});
