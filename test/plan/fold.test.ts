import { type Arbitrary, array, assert, constantFrom, oneof, property, shuffledSubarray } from "fast-check";
import { describe, expect, it } from "vitest";

import type { Change } from "../../src/domain/change.ts";
import type { IssueFacts } from "../../src/domain/facts.ts";
import { compact, fold } from "../../src/plan/fold.ts";
import { issueFacts, postmortemFacts } from "../support/issue-facts.ts";
import { somePostmortem } from "../support/postmortem-builders.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const FACTS = postmortemFacts({ issue: { labels: ["a", "b", "kept"], assignees: ["a", "kept"], body: "text" } });
const { ref } = FACTS.issue;
const POSTMORTEM = somePostmortem();

/** Names to add and names to remove, none of them both. */
const step = shuffledSubarray(NAMES, { minLength: 0 }).chain((chosen) =>
  constantFrom(
    ...Array.from({ length: chosen.length + 1 }, (_, at) => ({ add: chosen.slice(0, at), remove: chosen.slice(at) })),
  ),
);

const change: Arbitrary<Change> = oneof(
  step.map((names): Change => ({ kind: "set-labels", issue: ref, ...names })),
  step.map((names): Change => ({ kind: "set-assignees", issue: ref, ...names })),
  constantFrom("one", "two").map((body): Change => ({ kind: "put-body", issue: ref, body })),
  constantFrom("open" as const, "closed" as const).map((state): Change => ({
    kind: "set-issue-state",
    issue: ref,
    state,
  })),
  constantFrom("draft" as const, "closed" as const).map((stage): Change => ({
    kind: "save-postmortem",
    postmortem: { ...POSTMORTEM, ref, stage },
  })),
  constantFrom<Change>({ kind: "forget-postmortem", ref }),
  constantFrom("status", "held").map((slot): Change => ({
    kind: "put-comment",
    issue: ref,
    slot,
    once: false,
    call: { template: "postmortem/held", view: { label: slot, who: "ana" } },
  })),
  constantFrom("eyes" as const, "+1" as const).map((reaction): Change => ({
    kind: "react",
    issue: ref,
    commentId: 5,
    reaction,
  })),
);

function seen({ issue, postmortem }: IssueFacts): unknown {
  return { ...issue, labels: issue.labels.toSorted(), assignees: issue.assignees.toSorted(), postmortem };
}

describe("compact", () => {
  it("leads to the same end as the changes one by one", () => {
    assert(
      property(array(change, { maxLength: 12 }), (changes) => {
        expect(seen(fold(FACTS, compact(changes)))).toEqual(seen(fold(FACTS, changes)));
      }),
      { numRuns: 2000 },
    );
  });

  it("says nothing new when asked twice", () => {
    assert(
      property(array(change, { maxLength: 12 }), (changes) => {
        expect(compact(compact(changes))).toEqual(compact(changes));
      }),
    );
  });

  it("loses no label that nobody took off, and never both adds and removes one", () => {
    assert(
      property(array(change, { maxLength: 12 }), (changes) => {
        const compacted = compact(changes);
        expect(fold(FACTS, compacted).issue.labels).toContain("kept");
        for (const one of compacted) {
          const both = "add" in one ? one.add.filter((name) => one.remove.includes(name)) : [];
          expect(both).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("writes each end once", () => {
    assert(
      property(array(change, { maxLength: 20 }), (changes) => {
        const ends = compact(changes).map((one) =>
          [
            one.kind.replace(/^(?:save|forget)-/u, ""),
            "slot" in one ? one.slot : "",
            "reaction" in one ? one.reaction : "",
          ].join(),
        );
        expect(new Set(ends).size).toBe(ends.length);
      }),
    );
  });

  it("does not care in which order changes of different ends came", () => {
    const changes: Change[] = [
      { kind: "react", issue: ref, commentId: 5, reaction: "+1" },
      { kind: "save-postmortem", postmortem: POSTMORTEM },
      { kind: "set-labels", issue: ref, add: ["x"], remove: [] },
      { kind: "react", issue: ref, commentId: 5, reaction: "eyes" },
      { kind: "put-body", issue: ref, body: "new" },
    ];
    assert(
      property(shuffledSubarray(changes, { minLength: changes.length }), (shuffled) => {
        expect(compact(shuffled)).toEqual(compact(changes));
      }),
    );
  });

  it("shows eyes first, the thumb after all that people see, and stores last", () => {
    const kinds = compact([
      { kind: "refresh-later", issue: ref },
      { kind: "save-postmortem", postmortem: POSTMORTEM },
      { kind: "react", issue: ref, commentId: 5, reaction: "+1" },
      { kind: "set-issue-state", issue: ref, state: "closed" },
      { kind: "set-assignees", issue: ref, add: ["x"], remove: [] },
      { kind: "set-labels", issue: ref, add: ["x"], remove: [] },
      { kind: "put-body", issue: ref, body: "b" },
      { kind: "react", issue: ref, commentId: 5, reaction: "eyes" },
    ]).map((one) => (one.kind === "react" ? one.reaction : one.kind));

    expect(kinds).toEqual([
      "eyes",
      "put-body",
      "set-labels",
      "set-assignees",
      "set-issue-state",
      "+1",
      "save-postmortem",
      "refresh-later",
    ]);
  });

  it("keeps the changes of two issues apart", () => {
    const other = { ...ref, number: 2 };
    const changes: Change[] = [
      { kind: "set-labels", issue: ref, add: ["x"], remove: [] },
      { kind: "set-labels", issue: other, add: [], remove: ["x"] },
    ];

    expect(compact(changes)).toEqual(changes);
  });

  it("remembers what was started again after a stop in the same comment", () => {
    const changes: Change[] = [
      { kind: "forget-postmortem", ref },
      { kind: "save-postmortem", postmortem: { ...POSTMORTEM, ref } },
    ];

    expect(compact(changes)).toEqual([changes[1]]);
    expect(compact(changes.toReversed())).toEqual([changes[0]]);
  });

  it("drops labels and assignees that stay as they are", () => {
    expect(
      compact([
        { kind: "set-labels", issue: ref, add: [], remove: [] },
        { kind: "set-assignees", issue: ref, add: [], remove: [] },
      ]),
    ).toEqual([]);
  });
});

describe("fold", () => {
  it("lets go of a postmortem, and leaves facts alone for what they do not show", () => {
    const folded = fold(postmortemFacts(), [{ kind: "forget-postmortem", ref }]);

    expect(folded.postmortem).toBeUndefined();
    expect(fold(FACTS, [{ kind: "refresh-later", issue: ref }])).toBe(FACTS);
    expect(fold(issueFacts(), [{ kind: "save-postmortem", postmortem: POSTMORTEM }]).postmortem).toBe(POSTMORTEM);
  });

  it("adds no label twice", () => {
    const folded = fold(FACTS, [{ kind: "set-labels", issue: ref, add: ["a", "x"], remove: ["b"] }]);

    expect(folded.issue.labels).toEqual(["a", "kept", "x"]);
  });
});
