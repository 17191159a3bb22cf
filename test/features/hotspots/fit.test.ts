import { describe, expect, it } from "vitest";
import { fitModel, type Example } from "../../../src/features/hotspots/fit.ts";
import { minimize } from "../../../src/features/hotspots/minimize.ts";
import { calibrate, linearScores, priorModel } from "../../../src/features/hotspots/model.ts";
import { fitCalibration, leaveSourcesOut, train } from "../../../src/features/hotspots/train.ts";
import { loadTaxonomy } from "../../../src/read/load-taxonomy.ts";
import { EVERYDAY, GIANT_SWARM, ZALANDO } from "./write-ups.ts";

const KEYS = ["a", "b"];
const prior = priorModel(KEYS, "b");
const examples: Example[] = Array.from({ length: 20 }, (_, index) => ({
  vector: new Map([[index % 2 === 0 ? "term:left" : "term:right", 1]]),
  accepted: [index % 2],
  source: `team ${index % 4}`,
}));

describe("minimize", () => {
  it("finds the bottom of a narrow valley", () => {
    const valley = (at: Float64Array, slope: Float64Array) => {
      const [x = 0, y = 0] = at;
      slope.set([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    };

    const [x = 0, y = 0] = minimize(valley, new Float64Array([-1.2, 1]), 200);

    expect(x).toBeCloseTo(1, 2);
    expect(y).toBeCloseTo(1, 2);
  });
});

describe("fitModel", () => {
  it("learns which term speaks for which category", () => {
    const model = fitModel(prior, examples);
    const [left = 0, right = 0] = linearScores(model, new Map([["term:left", 1]]));
    const [before = 0, after = 0] = linearScores(prior, new Map([["term:left", 1]]));

    expect(left - right).toBeGreaterThan(before - after);
  });

  it("stays at the prior when it is held hard", () => {
    const hard = {
      hold: { bias: 1e6, group: 1e6, term: 1e6, word: 1e6 },
      least: { documents: 1, sources: 1 },
      balance: 0,
      rounds: 50,
    };

    const [left = 0] = linearScores(fitModel(prior, examples, hard), new Map([["term:left", 1]]));

    expect(left).toBeCloseTo(0, 3);
  });

  it("does not hang on the order of the examples", () => {
    const forward = linearScores(fitModel(prior, examples), new Map([["term:left", 1]]));
    const backward = linearScores(fitModel(prior, examples.toReversed()), new Map([["term:left", 1]]));

    for (const [index, value] of forward.entries()) expect(value).toBeCloseTo(backward[index] ?? 0, 6);
  });

  it("leaves words alone that only one team uses", () => {
    const words = examples.map((example) => ({ ...example, source: "one team", vector: new Map([["word:left", 1]]) }));

    expect(fitModel(prior, words).weights.has("word:left")).toBe(false);
  });
});

describe("train", () => {
  const labelled = [...ZALANDO, ...GIANT_SWARM, ...EVERYDAY].map((sample, index) => ({
    id: sample.name,
    title: sample.title,
    body: sample.body,
    primary: sample.accepted,
    source: `team ${index % 5}`,
  }));

  it("gives the same weights twice", async () => {
    const taxonomy = await loadTaxonomy({ fitted: false });

    expect(JSON.stringify(train(taxonomy, labelled))).toBe(JSON.stringify(train(taxonomy, labelled)));
  });

  it("judges each record with weights that never saw its source", async () => {
    const taxonomy = await loadTaxonomy({ fitted: false });
    const [first] = leaveSourcesOut(taxonomy, labelled);
    const others = labelled.filter((one) => one.source !== labelled[0]?.source);
    const [again] = leaveSourcesOut(taxonomy, [...labelled.slice(0, 1), ...others]);

    expect(again?.chances).toEqual(first?.chances);
  });
});

describe("fitCalibration", () => {
  it("lowers confidence where chances promised too much", () => {
    const boasting = Array.from({ length: 100 }, (_, index) => ({
      chances: [0.95, 0.05],
      source: "x",
      right: index % 2 === 0,
    }));

    expect(calibrate(0.95, fitCalibration(boasting))).toBeLessThan(0.65);
  });

  it("leaves honest chances a little below where they are", () => {
    const honest = Array.from({ length: 100 }, (_, index) => ({
      chances: [0.8, 0.2],
      source: "x",
      right: index % 5 !== 0,
    }));

    expect(calibrate(0.8, fitCalibration(honest))).toBeGreaterThan(0.65);
    expect(calibrate(0.8, fitCalibration(honest))).toBeLessThan(0.8);
  });
});
