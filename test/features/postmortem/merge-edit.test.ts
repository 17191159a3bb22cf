import { assert, integer, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

import type { IssueFacts } from "../../../src/domain/facts.ts";
import { mergeEdit } from "../../../src/features/postmortem/merge-edit.ts";
import { textToPlanFrom } from "../../../src/read/own-edit.ts";
import giveBack from "../../../src/features/postmortem/rules/give-back.ts";
import { postmortemFacts } from "../../support/issue-facts.ts";

describe("mergeEdit", () => {
  it("keeps both of two edits that are apart, whoever made which", () => {
    const words = string({ maxLength: 6 });
    assert(
      property(
        tuple(words, words, words, words, words),
        integer({ min: 0, max: 1 }),
        ([head, tail, first, second, old], order) => {
          const base = `${head}<1>|kept|<2>${old}${tail}`;
          const one = base.replace("<1>", () => `<1>${first}!`);
          const two = base.replace("<2>", () => `<2>${second}?`);
          const both = base.replace("<1>", () => `<1>${first}!`).replace("<2>", () => `<2>${second}?`);

          expect(mergeEdit(base, order === 0 ? one : two, order === 0 ? two : one)).toBe(both);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("loses no letter of either edit wherever they fall, or says that it cannot join them", () => {
    const edit = tuple(
      integer({ min: 0, max: 20 }),
      integer({ min: 0, max: 6 }),
      string({ unit: "grapheme-ascii", maxLength: 5 }),
    );
    const base = "abcdefghijklmnopqrst";
    assert(
      property(edit, edit, (mine, theirs) => {
        const ours = put(base, mine);
        const other = put(base, theirs);
        const merged = mergeEdit(base, ours, other);

        if (ours === base || merged === undefined) return;
        expect(merged.length - base.length).toBe(ours.length - base.length + (other.length - base.length));
      }),
      { numRuns: 3000 },
    );
  });

  it("puts a block of ours at the end behind an edit in the text", () => {
    expect(mergeEdit("a b\n", "a b\n\nours\n", "a B b\n")).toBe("a B b\n\nours\n");
  });

  it("joins an edit that came with other line ends, as a browser's form sends it", () => {
    expect(mergeEdit("a b\n", "a b\n\nours\n", "a B b\r\n")).toBe("a B b\r\n\r\nours\r\n");
    expect(mergeEdit("a b\r\nc\r\n", "a b\r\nc\r\nours\r\n", "a B b\nc\n")).toBe("a B b\nc\nours\n");
    expect(mergeEdit("a\r\nb\nc\n", "a\r\nb\nc\nours\n", "A\r\nb\nc\n")).toBe("A\r\nb\nc\nours\n");
    expect(mergeEdit("abc\n", "aXc\n", "aYYc\r\n")).toBeUndefined();
  });

  it("leaves the decision to people when both changed the same words", () => {
    expect(mergeEdit("- [ ] a", "- [x] a", "- [-] a")).toBeUndefined();
    expect(mergeEdit("abc", "aXc", "aYYc")).toBeUndefined();
  });
});

describe("what a command is planned from at its next attempt", () => {
  const write = { base: "a\n", wrote: "a\nours\n", planned: "a\n", delivery: "D_1", bases: [] };

  it("is without what the attempt before added, whatever the line ends", () => {
    expect(textToPlanFrom("a\nours\n", "D_1", write)).toBe("a\n");
    expect(textToPlanFrom("a\r\nours\r\n", "D_1", write)).toBe("a\r\n");
    expect(textToPlanFrom("A!\r\nours\r\n", "D_1", write)).toBe("A!\r\n");
    expect(textToPlanFrom("a\nours\n", "D_2", write)).toBe("a\nours\n");
  });
});

describe("give-back", () => {
  function facts(overrides: { before?: string; after: string; now: string }): IssueFacts {
    return postmortemFacts({
      delivery: { id: "D_1:x", attempt: 1 },
      actor: { id: 2, login: "ana", kind: "person" },
      event: {
        kind: "issue-edited",
        bodyAfter: overrides.after,
        ...(overrides.before === undefined ? {} : { bodyBefore: overrides.before }),
      },
      issue: { body: overrides.now },
      lastWrite: { base: "text\n", wrote: "text\n\nours\n" },
    });
  }

  it("joins a person's hidden edit with ours when it came with other line ends, and is content when all is there", () => {
    const hidden = facts({ before: "text\n", after: "more\r\ntext\r\n", now: "text\n\nours\n" });
    const there = facts({ before: "text\n", after: "more\r\ntext\r\n", now: "more\ntext\n\nours\n" });

    expect(giveBack.plan(hidden)).toMatchObject([
      { kind: "put-body", body: "more\r\ntext\r\n\r\nours\r\n", base: "more\r\ntext\r\n" },
    ]);
    expect(giveBack.plan(there)).toEqual([]);
  });

  it("joins a person's hidden edit with ours", () => {
    const hidden = facts({ before: "text\n", after: "more text\n", now: "text\n\nours\n" });

    expect(giveBack.plan(hidden)).toEqual([
      { kind: "put-body", issue: hidden.issue.ref, body: "more text\n\nours\n", base: "more text\n" },
    ]);
  });

  it("gives the text back in a comment where both touched the same words", () => {
    const clash = {
      ...facts({ before: "- [ ] text\n", after: "- [-] text\n", now: "- [x] text\n" }),
      lastWrite: { base: "- [ ] text\n", wrote: "- [x] text\n" },
    };

    expect(giveBack.plan(clash)).toMatchObject([
      {
        kind: "put-comment",
        slot: "restored.d1x",
        once: true,
        call: { template: "postmortem/restored", view: { who: "ana", lost: "- [-] text\n" } },
      },
    ]);
  });

  it.each([
    ["our own text was edited", facts({ before: "text\n\nours\n", after: "text\n\nours!\n", now: "text\n\nours!\n" })],
    ["the body was not what changed", facts({ after: "text\n\nours\n", now: "text\n\nours\n" })],
    ["the words are there already", facts({ before: "text\n", after: "more\n", now: "text\n\nours\nmore\n" })],
    [
      "we wrote nothing",
      { ...facts({ before: "text\n", after: "more\n", now: "text\n" }), lastWrite: undefined } as never,
    ],
  ])("does nothing when %s", (_when, seen) => {
    expect(giveBack.plan(seen)).toEqual([]);
  });
});

function put(text: string, [start, length, words]: [number, number, string]): string {
  return text.slice(0, start) + words + text.slice(start + length);
}
