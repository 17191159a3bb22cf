import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { classify, compileTaxonomy } from "../../../src/features/hotspots/classify.ts";
import { CustomCategories, mergeTaxonomy } from "../../../src/features/hotspots/taxonomy.ts";
import { loadTaxonomy } from "../../../src/read/load-taxonomy.ts";

const base = await loadTaxonomy();

function merged(custom: unknown): ReturnType<typeof mergeTaxonomy> {
  return mergeTaxonomy(base, CustomCategories.parse(custom));
}

const BAKERY = {
  replace: true,
  list: [
    { key: "oven", title: "Ovens", terms: ["oven", { term: "burner ~ clogged", weight: 4 }, "thermostat"] },
    { key: "dough", title: "Dough", terms: [{ weight: 3, any: ["dough", "yeast", "sourdough"] }] },
    { key: "delivery-vans", title: "Vans", terms: ["van", "flat tyre"] },
    { key: "shop", title: "Shop", terms: ["cash register", "queue at the counter"] },
  ],
};

describe("mergeTaxonomy", () => {
  it("keeps the built-in categories when nothing is configured", () => {
    expect(merged({})).toEqual(base);
  });

  it("gives every built-in category terms, and a row in docs/hotspots.md", () => {
    const docs = readFileSync(new URL("../../../docs/hotspots.md", import.meta.url), "utf8");
    const rows = [...docs.matchAll(/^\| `(?<key>[\w-]+)` +\| (?<title>.+?) +\|/gmu)].map(({ groups }) => ({
      ...groups,
    }));

    expect(rows).toEqual(base.categories.map(({ key, title }) => ({ key, title })));
    for (const category of base.categories) expect(category.terms.length).toBeGreaterThan(0);
  });

  it("gives every hotspot advice with its source", () => {
    for (const category of base.categories.filter((one) => one.key !== "other")) {
      expect(category.advice.length).toBeGreaterThan(0);
    }
  });

  it("renames a category and keeps its terms", () => {
    const taxonomy = merged({ list: [{ key: "dns", title: "Network" }] });

    expect(taxonomy.categories.find((category) => category.key === "dns")?.title).toBe("Network");
    expect(classify(compileTaxonomy(taxonomy), { title: "DNS outage", body: "CoreDNS was down." }).primary).toBe("dns");
  });

  it("adds a category with its own terms", () => {
    const classifier = compileTaxonomy(
      merged({ list: [{ key: "billing", title: "Billing", terms: ["invoice", "dunning"] }] }),
    );

    expect(
      classify(classifier, { title: "Wrong invoice sent", body: "The dunning run sent each invoice twice." }).primary,
    ).toBe("billing");
    expect(classify(classifier, { title: "Disk full", body: "No space left on device." }).primary).toBe(
      "resource-pressure",
    );
  });

  it("adds terms to a built-in category", () => {
    const classifier = compileTaxonomy(merged({ list: [{ key: "dns", terms: [{ term: "pigeon post", weight: 5 }] }] }));

    expect(
      classify(classifier, { title: "Pigeon post failed", body: "Because the pigeon post was late." }).primary,
    ).toBe("dns");
  });

  it("replaces the terms of one category", () => {
    const classifier = compileTaxonomy(merged({ list: [{ key: "dns", replace: true, terms: ["telephone"] }] }));
    const answer = classify(classifier, { title: "NXDOMAIN for all hosts", body: "" });

    expect(answer.evidence.filter((one) => one.category === "dns")).toEqual([]);
  });

  it("takes a category away", () => {
    const taxonomy = merged({ list: [{ key: "ingress", remove: true }] });

    expect(taxonomy.categories.map((category) => category.key)).not.toContain("ingress");
    expect(classify(compileTaxonomy(taxonomy), { title: "Expired certificate", body: "" }).primary).not.toBe("ingress");
  });

  it("serves four categories of another trade, with an empty fallback beside them", () => {
    const taxonomy = merged(BAKERY);
    const classifier = compileTaxonomy(taxonomy);
    const primary = (title: string, body: string) => classify(classifier, { title, body }).primary;

    expect(taxonomy.categories.map((category) => category.key)).toEqual([
      "oven",
      "dough",
      "delivery-vans",
      "shop",
      "other",
    ]);
    expect(primary("Bread burnt", "The burner was clogged and the thermostat of the oven broke.")).toBe("oven");
    expect(primary("Flat rolls", "The yeast was dead, so the dough did not rise.")).toBe("dough");
    expect(primary("Late to the market", "A flat tyre on the second van.")).toBe("delivery-vans");
    expect(primary("Nothing sold before nine", "The cash register did not start.")).toBe("shop");
    expect(primary("Bad morning", "Everybody was tired.")).toBe("other");
    expect(primary("DNS outage", "CoreDNS was down.")).toBe("other");
  });

  it("brings the built-in advice no further than its category", () => {
    const taxonomy = merged({ ...BAKERY, list: [{ key: "dns", title: "Door nameplates", terms: ["nameplate"] }] });

    expect(taxonomy.categories.find((category) => category.key === "dns")?.advice).toEqual([]);
  });

  it("refuses a pattern that cannot match, with the reason", () => {
    const parsed = CustomCategories.safeParse({ list: [{ key: "dns", components: ["ab*"] }] });

    expect(parsed.error?.issues[0]).toMatchObject({
      path: ["list", 0, "components", 0],
      message: expect.stringContaining("at least 3 letters"),
    });
  });

  it("refuses a key that cannot be a label", () => {
    expect(() => merged({ list: [{ key: "Old Versions" }] })).toThrow(/small letters/);
  });
});
