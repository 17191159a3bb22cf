import { array, assert, constantFrom, property, shuffledSubarray, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { foldHeading, sectionsOf } from "../../../src/features/postmortem/sections.ts";
import { BLOCK_BEGIN } from "../../../src/domain/postmortem.ts";
import { ALIASES, BLOCK_END, BODY_CAP, namesOf, withSections } from "../../../src/features/postmortem/template.ts";
import { readTemplate } from "../../../src/render/render.ts";

const TEMPLATE = readTemplate("postmortem/sections.md");
const HEADINGS = sectionsOf(TEMPLATE).map(({ heading }) => heading);

const line = constantFrom(
  "Logins failed.",
  "- [ ] Drill @ana",
  "# Title",
  "## Impact",
  "## timeline:",
  "**Summary**",
  "Summary\n---",
  "## 3. Root cause",
  "> ## Trigger",
  "```",
  "~~~",
  "<!--",
  "-->",
  "<details>",
  "| a | b |\n| - | - |",
  "\t",
  "   ",
  "",
  "🔥",
  "\u2028",
);
/** A body as people write them: any lines, either line ending, any end. */
const body = array(line, { maxLength: 12 }).chain((lines) =>
  constantFrom("\n", "\r\n").chain((ending) =>
    constantFrom("", ending, ending + ending).map((end) => lines.join(ending) + end),
  ),
);

describe("withSections", () => {
  it("adds every section of the template to an empty body, once and in order", () => {
    const whole = withSections("", TEMPLATE);

    expect(whole.startsWith(BLOCK_BEGIN)).toBe(true);
    expect(whole.endsWith(`${BLOCK_END}\n`)).toBe(true);
    expect(sectionsOf(whole).map(({ heading }) => heading)).toEqual(HEADINGS);
    expect(HEADINGS).toHaveLength(12);
  });

  it("keeps the author's text as the prefix, byte for byte, and twice equals once", () => {
    assert(
      property(body, string(), (text, tail) => {
        const before = text + tail;
        const after = withSections(before, TEMPLATE);

        expect(after.startsWith(before)).toBe(true);
        expect(after).toContain(BLOCK_BEGIN);
        expect(withSections(after, TEMPLATE)).toBe(after);
      }),
      { numRuns: 1500 },
    );
  });

  it("has every heading of the template exactly once, by any of its names", () => {
    assert(
      property(shuffledSubarray(HEADINGS), constantFrom("\n", "\r\n"), (own, ending) => {
        const written = own.map((heading) => `## ${heading}${ending}${ending}text${ending}`).join(ending);
        const after = sectionsOf(withSections(written, TEMPLATE)).map(({ heading }) => foldHeading(heading));

        expect(after.toSorted()).toEqual(HEADINGS.map(foldHeading).toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(ALIASES).flatMap(([key, names]) => names.map((name) => [name, key] as const)))(
    "takes an author's %j for %s",
    (name, key) => {
      const added = sectionsOf(withSections(`## ${name}\n\ntext\n`, TEMPLATE)).slice(1);

      expect(added.map(({ heading }) => foldHeading(heading))).not.toContain(key);
      expect(added).toHaveLength(HEADINGS.length - 1);
    },
  );

  it.each(["Action items", "Follow-up actions", "Preventive Actions:"])(
    "takes %j for the preventive actions",
    (name) => {
      expect(sectionsOf(withSections(`## ${name}\n\n- [ ] x\n`, TEMPLATE)).map(({ heading }) => heading)).not.toContain(
        "Preventive actions",
      );
    },
  );

  it("writes the line endings that the author writes", () => {
    const after = withSections("Down.\r\n", TEMPLATE);

    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("leaves alone a body that would grow beyond what GitHub takes", () => {
    const full = "x".repeat(BODY_CAP - 10);

    expect(withSections(full, TEMPLATE)).toBe(full);
  });

  it("takes the top sections of a template with those below them", () => {
    const after = withSections("", "intro\n\n# A\n\n## Below\n\n# B\n");

    expect(sectionsOf(after).map(({ heading }) => heading)).toEqual(["A", "Below", "B"]);
  });

  it("adds an empty block where everything is written already", () => {
    expect(withSections("## A\n\ntext\n", "## A\n")).toBe(`## A\n\ntext\n\n${BLOCK_BEGIN}\n\n${BLOCK_END}\n`);
  });
});

describe("namesOf", () => {
  it("is the heading alone where it goes by no other name", () => {
    expect(namesOf("Blast radius")).toEqual(["blast radius"]);
    expect(namesOf("Timeline")).toContain("chronology");
  });
});
