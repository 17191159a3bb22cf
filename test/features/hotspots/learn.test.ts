import { describe, expect, it } from "vitest";
import { classify, compileTaxonomy } from "../../../src/features/hotspots/classify.ts";
import { learn, type Confirmed } from "../../../src/features/hotspots/learn.ts";
import { loadTaxonomy } from "../../../src/read/load-taxonomy.ts";
import { EVERYDAY } from "./write-ups.ts";

const classifier = compileTaxonomy(await loadTaxonomy());

/** A team that calls its resolver "Zippy" and its batch machine "Grinder". */
function history(count: number): Confirmed[] {
  return Array.from({ length: count }, (_, index) => ({
    title: index % 2 === 0 ? `Zippy misbehaved (${index})` : `Grinder stuck again (${index})`,
    body:
      index % 2 === 0
        ? "Zippy answered nothing for a while, then Zippy came back."
        : "Grinder stood still; Grinder went on after a kick.",
    category: index % 2 === 0 ? "dns" : "resource-pressure",
    at: `2026-01-${String(1 + (index % 28)).padStart(2, "0")}T00:00:${String(index % 60).padStart(2, "0")}Z`,
  }));
}

describe("learn", () => {
  it("picks up an installation's own names", () => {
    const writeUp = { title: "Zippy misbehaved since noon", body: "Zippy answered nothing." };

    expect(classify(classifier, writeUp).primary).toBe("other");
    expect(classify(classifier, writeUp, learn(classifier, history(60))).primary).toBe("dns");
  });

  it("changes nothing before there is enough to learn from", () => {
    const learned = learn(classifier, history(6));

    expect(learned).toMatchObject({ share: 0, from: 6 });
    expect(learned.model).toBe(classifier.model);
  });

  it("keeps the built-in weights when learning would not have helped", () => {
    const agreeing = EVERYDAY.map((sample, index) => ({
      title: sample.title,
      body: sample.body,
      category: sample.accepted[0] ?? "other",
      at: `2026-02-${String(1 + index).padStart(2, "0")}`,
    }));

    expect(learn(classifier, agreeing).share).toBe(0);
  });

  it("comes to the same answer from any order of the same confirmations", () => {
    const confirmed = history(40);
    const writeUp = { title: "Grinder", body: "Grinder stopped." };

    expect(classify(classifier, writeUp, learn(classifier, confirmed.toReversed()))).toEqual(
      classify(classifier, writeUp, learn(classifier, confirmed)),
    );
  });

  it("passes over categories that no longer exist", () => {
    expect(
      learn(
        classifier,
        history(40).map((one) => ({ ...one, category: "gone" })),
      ).from,
    ).toBe(0);
  });

  it("does not forget what it knew", () => {
    const learned = learn(classifier, history(60));

    expect(classify(classifier, { title: "Expired certificate at the load balancer", body: "" }, learned).primary).toBe(
      "ingress",
    );
  });
});
