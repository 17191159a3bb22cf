import { assert, constantFrom, property, shuffledSubarray } from "fast-check";
import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import {
  hotspotStep,
  priorityStep,
  severityOfLabels,
  severityOfText,
  severityStep,
  stageStep,
  together,
} from "../../../src/features/postmortem/labels.ts";

const SCHEMES: readonly (readonly [string, readonly string[], string])[] = [
  [
    "Kubernetes",
    ["priority/critical-urgent", "priority/important-soon", "priority/important-longterm", "priority/backlog"],
    "priority/critical-urgent",
  ],
  ["P0 to P4", ["P0", "P1", "P2", "P3", "P4"], "P1"],
  ["priority/P0", ["priority/P0", "priority/P1", "priority/P2", "priority/P3", "priority/P4"], "priority/P1"],
  ["priority: high", ["priority: critical", "priority: high", "priority: medium", "priority: low"], "priority: high"],
  ["priority:high", ["priority:critical", "priority:high", "priority:medium", "priority:low"], "priority:high"],
  ["priority-high", ["priority-critical", "priority-high", "priority-medium", "priority-low"], "priority-high"],
  ["high priority", ["critical priority", "High Priority", "medium priority", "low priority"], "High Priority"],
  ["priority/high", ["priority/critical", "priority/high", "priority/medium", "priority/low"], "priority/high"],
];

describe.each(SCHEMES)("the priority scheme %s", (_name, labels, high) => {
  it("is found in the repository and used as it is written there", () => {
    expect(priorityStep(["bug"], labels, DEFAULT_CONFIG)).toEqual({ add: [high], remove: [] });
  });

  it("replaces a lower priority and leaves one as high or higher", () => {
    const at = labels.indexOf(high);
    for (const [rank, label] of labels.entries()) {
      expect(priorityStep([label], labels, DEFAULT_CONFIG)).toEqual(
        rank <= at ? { add: [], remove: [] } : { add: [high], remove: [label] },
      );
    }
  });
});

describe("priority", () => {
  it("is priority/high where there is no scheme", () => {
    expect(priorityStep([], ["bug"], DEFAULT_CONFIG)).toEqual({ add: ["priority/high"], remove: [] });
  });

  it("is the configured label, whatever else is there", () => {
    const config = { ...DEFAULT_CONFIG, labels: { ...DEFAULT_CONFIG.labels, priority: "urgent" } };

    expect(priorityStep(["P3"], ["P1"], config)).toEqual({ add: ["urgent"], remove: [] });
    expect(priorityStep(["urgent"], [], config)).toEqual({ add: [], remove: [] });
  });

  it("never opens a second scheme beside the one on the issue, nor lowers, nor ends with two", () => {
    const all = SCHEMES.flatMap(([, labels]) => labels);
    assert(
      property(
        constantFrom(...SCHEMES),
        shuffledSubarray(all, { maxLength: 12 }),
        constantFrom(0, 1, 2, 3),
        (scheme, repository, rank) => {
          const [, labels] = scheme;
          const on = labels[rank] ?? "";
          const step = priorityStep([on], repository, DEFAULT_CONFIG);
          const after = [on, ...step.add].filter((label) => !step.remove.includes(label));

          expect(after).toHaveLength(1);
          const ranks = labels.map((label) => label.toLowerCase());
          expect(ranks).toContain(after[0]?.toLowerCase());
          expect(ranks.indexOf(after[0]?.toLowerCase() ?? "")).toBeLessThanOrEqual(rank);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("our own labels", () => {
  it("replace one another by their prefix", () => {
    expect(severityStep(["severity/1", "severity/2", "bug"], 2, DEFAULT_CONFIG)).toEqual({
      add: [],
      remove: ["severity/1"],
    });
    expect(stageStep(["stage/draft"], "in-review", DEFAULT_CONFIG)).toEqual({
      add: ["stage/in-review"],
      remove: ["stage/draft"],
    });
    expect(hotspotStep([], "dns", DEFAULT_CONFIG)).toEqual({ add: ["hotspot/dns"], remove: [] });
  });

  it("are taken together without doubles", () => {
    expect(together({ add: ["a", "b"], remove: ["c"] }, { add: ["b"], remove: ["c", "d"] })).toEqual({
      add: ["a", "b"],
      remove: ["c", "d"],
    });
  });
});

describe("severityOfLabels", () => {
  it.each([
    [["severity/1"], 1],
    [["bug", "sev2"], 2],
    [["SEV-3"], 3],
    [["severity: 4"], 4],
    [["Sev 1"], 1],
    [["severity/9"], undefined],
    [["severity/high"], undefined],
    [["several"], undefined],
    [["sev5"], undefined],
    [[], undefined],
  ])("reads %j as %s", (labels, severity) => {
    expect(severityOfLabels(labels, DEFAULT_CONFIG)).toBe(severity);
  });

  it("reads no number from a label that is only the prefix", () => {
    expect(severityOfLabels(["severity/"], DEFAULT_CONFIG)).toBeUndefined();
  });
});

describe("severityOfText", () => {
  it.each([
    ["Severity: 2", 2],
    ["**Severity**: SEV-1", 1],
    ["| Severity | 3 |", 3],
    ["## Severity\n\n2", 2],
    ["text\n- Severity: sev 4\n", 4],
    ["Severity: high", undefined],
    ["The severity was 2", undefined],
    ["Severity: 12", undefined],
    ["Severity: 5", undefined],
    ["", undefined],
  ])("reads %j as %s", (body, severity) => {
    expect(severityOfText(body)).toBe(severity);
  });

  it("reads sixty thousand empty lines in passing", () => {
    expect(severityOfText(`${"\n".repeat(60_000)}Severity: 1`)).toBe(1);
  });
});
