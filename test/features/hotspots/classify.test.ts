import { describe, expect, it } from "vitest";
import { classify, compileTaxonomy } from "../../../src/features/hotspots/classify.ts";
import { loadTaxonomy } from "../../../src/read/load-taxonomy.ts";
import { ELSEWHERE, EVERYDAY, GIANT_SWARM, TEMPLATED, ZALANDO, type Sample } from "./write-ups.ts";

const classifier = compileTaxonomy(await loadTaxonomy());
const builtIn = compileTaxonomy(await loadTaxonomy({ fitted: false }));

function wrongOnes(samples: readonly Sample[], with_ = classifier): string[] {
  return samples
    .map((sample) => ({ sample, answer: classify(with_, sample) }))
    .filter(({ sample, answer }) => !sample.accepted.includes(answer.primary))
    .map(({ sample, answer }) => `${sample.name}: ${answer.primary}`);
}

describe("classify", () => {
  it.each(ZALANDO)("knows failure story $name by its words", (sample) => {
    const answer = classify(classifier, sample);

    expect(sample.accepted).toContain(answer.primary);
    expect(answer.evidence.some((one) => one.category === answer.primary)).toBe(true);
  });

  it.each(GIANT_SWARM)("knows the hotspot $name by its words", (sample) => {
    expect(sample.accepted).toContain(classify(classifier, sample).primary);
  });

  it("places at least nine in ten everyday incidents", () => {
    expect(wrongOnes(EVERYDAY).length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["incidents of other companies", ELSEWHERE],
    ["incidents in the form of a template", TEMPLATED],
  ] as const)("places at least nine in ten %s", (_, samples) => {
    const wrong = samples.filter(([answer, title, body]) => classify(classifier, { title, body }).primary !== answer);

    expect(wrong.length).toBeLessThanOrEqual(samples.length / 10);
  });

  it("works from the taxonomy alone, without fitted weights", () => {
    expect(wrongOnes([...ZALANDO, ...GIANT_SWARM, ...EVERYDAY], builtIn).length).toBeLessThanOrEqual(6);
  });

  it("points at the very words in title and body", () => {
    const writeUp = { title: "CoreDNS down", body: "Intro.\n\n## Root cause\nName resolution failed: ndots:5." };

    for (const one of classify(classifier, writeUp).evidence) {
      const text = one.section === "title" ? writeUp.title : writeUp.body;
      expect(text.slice(one.start, one.end).replaceAll(/\s+/g, " ")).toBe(one.words);
    }
  });

  it("shows evidence strongest first and at most a dozen", () => {
    const body =
      "DNS outage, DNS timeout, DNS lookup, CNI bug, packet loss, conntrack, iptables, MTU, BGP, ARP, VXLAN, ndots, resolv.conf, NXDOMAIN, SERVFAIL, name resolution.";

    const weights = classify(classifier, { title: "Network", body }).evidence.map((one) => one.weight);

    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(weights.length).toBeLessThanOrEqual(12);
  });

  it("believes the cause more than the timeline", () => {
    const timeline = "## Timeline\n- 10:00 restarted CoreDNS pods\n- 10:20 looked at the network\n";
    const body = `${timeline}\n## Root cause\nThe certificate at the load balancer had expired.`;

    expect(classify(classifier, { title: "Shop unavailable", body }).primary).toBe("ingress");
  });

  it("does not take a denied cause for a cause", () => {
    const denied = classify(builtIn, { title: "Shop slow", body: "It was not a DNS issue." });
    const stated = classify(builtIn, { title: "Shop slow", body: "It was a DNS issue." });

    expect(denied.evidence.filter((one) => one.category === "dns")).toEqual([]);
    expect(stated.evidence.some((one) => one.category === "dns")).toBe(true);
  });

  it("ignores what stands in template comments", () => {
    const answer = classify(builtIn, {
      title: "Problem",
      body: "<!-- for example: DNS outage, disk full -->\nWe look into it.",
    });

    expect(answer.evidence.filter((one) => one.section === "comment")).toEqual([]);
    expect(answer.primary).toBe("other");
  });

  it("calls a write-up thin when there is nothing to tell from", () => {
    const answer = classify(classifier, { title: "Service down", body: "We are looking into it." });

    expect(answer).toMatchObject({ thin: true, primary: "other" });
  });

  it("is less sure of a thin write-up than of a plain one", () => {
    const thin = classify(classifier, { title: "Something is slow", body: "" });
    const plain = classify(classifier, { title: "Disk full", body: "No space left on device; the volume was full." });

    expect(plain.confidence).toBeGreaterThan(0.8);
    expect(thin.confidence).toBeLessThan(plain.confidence);
  });

  it("names what contributed", () => {
    const answer = classify(classifier, ZALANDO[0] ?? { title: "", body: "" });

    expect(answer.contributing).toContain("ingress");
    expect(answer.contributing).not.toContain(answer.primary);
    expect(answer.contributing).not.toContain("other");
  });

  it("gives the same bytes for the same input, whatever came before", async () => {
    const fresh = compileTaxonomy(await loadTaxonomy());
    const first = JSON.stringify(ZALANDO.map((sample) => classify(fresh, sample)));
    for (const sample of EVERYDAY) classify(fresh, sample);

    expect(JSON.stringify(ZALANDO.map((sample) => classify(fresh, sample)))).toBe(first);
  });

  it.each([
    "dns ",
    "# cause\n",
    "```\n",
    "1.1.",
    "a'",
    "<!-- ",
    "**x**: y\n",
    "\u{1F4A5}",
    "İ",
    "\0",
    "not disk full ",
  ])("survives 65,536 characters of %j", (seed) => {
    const body = seed.repeat(Math.ceil(65_536 / seed.length)).slice(0, 65_536);

    const answer = classify(classifier, { title: seed, body });

    expect(answer.confidence).toBeGreaterThanOrEqual(0);
    expect(answer.confidence).toBeLessThanOrEqual(1);
    expect(answer.evidence.length).toBeLessThanOrEqual(12);
  });

  it("answers for an empty write-up", () => {
    expect(classify(classifier, { title: "", body: "" })).toMatchObject({ primary: "other", thin: true, evidence: [] });
  });
});
