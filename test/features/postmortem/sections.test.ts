import { describe, expect, it } from "vitest";

import {
  findSection,
  foldHeading,
  hasText,
  isPlaceholder,
  sectionsOf,
  timelineEntries,
} from "../../../src/features/postmortem/sections.ts";

describe("sectionsOf", () => {
  it("reads ATX and setext headings with their ranges", () => {
    const body =
      "Intro\r\n\r\n## Impact ##\r\n\r\nLogins failed.\r\n\r\n### Who\r\n\r\nAll.\r\n\r\nTimeline\r\n--------\r\n10:00 down\r\n";
    const sections = sectionsOf(body);

    expect(sections.map(({ heading, depth, empty }) => [heading, depth, empty])).toEqual([
      ["Impact", 2, false],
      ["Who", 3, false],
      ["Timeline", 2, false],
    ]);
    expect(sections.map(({ bodyStart, end }) => body.slice(bodyStart, end))).toEqual([
      "\r\nLogins failed.\r\n\r\n### Who\r\n\r\nAll.\r\n\r\n",
      "\r\nAll.\r\n\r\n",
      "10:00 down\r\n",
    ]);
    expect(body.slice(sections[2]?.start, sections[2]?.headingEnd)).toBe("Timeline\r\n--------");
  });

  it("passes over headings in code, comments, quotes and lists", () => {
    const body = "```\n# code\n```\n\n<!--\n# comment\n-->\n\n> # quote\n\n- # list\n\n    # indented\n\n# real\n";

    expect(sectionsOf(body).map(({ heading }) => heading)).toEqual(["real"]);
  });

  it.each([
    "",
    "<!-- say what happened -->",
    "TBD",
    "...",
    "- ...",
    "- [ ] TODO",
    "{{ impact }}",
    "<write here>",
    "[impact]",
    "### Sub\n\n<!-- x -->",
    "| a | b |\n|---|---|\n|  |  |",
    "---",
    "<!-- never closed",
  ])("calls a section with %j empty", (words) => {
    expect(sectionsOf(`## Impact\n\n${words}\n`)[0]?.empty).toBe(true);
  });

  it.each([
    "None.",
    "n/a",
    "Logins failed",
    "- [ ] Drill",
    "### Sub\n\nwords",
    "| a |\n|---|\n| 1 |",
    "```\nlog\n```",
    "> quoted",
    "<b>words</b>",
    "<https://example.org>",
    "![graph](https://example.org/a.png)",
  ])("calls a section with %j written", (words) => {
    expect(sectionsOf(`## Impact\n\n${words}\n`)[0]?.empty).toBe(false);
  });
});

describe("findSection", () => {
  it.each([
    "## Impact",
    "# impact:",
    "### 3. Impact ###",
    "## 🔥 Impact",
    "## :fire: Impact",
    "## **Impact**",
    "## 2) IMPACT",
    "Impact\n======",
    "## iv. Impact",
  ])("finds Impact below %j", (heading) => {
    expect(findSection(`Intro\n\n${heading}\n\nwords\n`, ["Impact"])).toBeDefined();
  });

  it("prefers the earlier name and does not take part of a heading", () => {
    const body = "## Customer impact\n\na\n\n## Effect\n\nb\n\n## Impact\n\nc\n";

    expect(findSection(body, ["Impact", "Effect"])?.heading).toBe("Impact");
    expect(findSection(body, ["Summary"])).toBeUndefined();
    expect(foldHeading("## I/O errors")).toBe("i/o errors");
  });
});

describe("hasText", () => {
  it("is true when any section of that name is written", () => {
    expect(hasText("## Impact\n\n<!-- x -->\n\n# Impact\n\nLogins failed\n", ["impact"])).toBe(true);
    expect(hasText("## Impact\n\n<!-- x -->\n", ["impact"])).toBe(false);
    expect(hasText("Impact: logins failed", ["impact"])).toBe(false);
  });
});

describe("timelineEntries", () => {
  it("counts list entries, rows and lines that open with a time, and no placeholders", () => {
    const body =
      "## Timeline (UTC)\n\nAll times in UTC.\n\n- 10:00 down\n- ...\n- 10:05 up\n\n| Time | Event |\n|---|---|\n| 11:00 | down |\n|  |  |\n\n12:00 down\n12:10 up\n\n### 13:00\n\nlogs\n\n## Impact\n\n- none\n";

    expect(timelineEntries(body.replace(" (UTC)", ""))).toBe(6);
    expect(timelineEntries(body)).toBe(6);
    expect(timelineEntries("## Timeline\n\n<!-- 10:00 -->\n")).toBe(0);
    expect(timelineEntries("no timeline")).toBe(0);
  });
});

describe("isPlaceholder", () => {
  it("tells what a template left from what a person wrote", () => {
    expect(["", " ", "…", "TBD.", "to be filled in", "_TODO_", "{{ who }}", "- - -"].every(isPlaceholder)).toBe(true);
    expect(["None", "n/a", "TODO list is long", "10:00", "0"].some(isPlaceholder)).toBe(false);
  });
});

describe("a body that only slows a reader down", () => {
  it.each(["{", "[", "](", ".", "<!--", "<", "_", "`", "* ", "#", "-", ":", "\t", "{{", "- ", "> ", "|", "1.", "—"])(
    "of sixty thousand times %j is read in passing",
    (bit) => {
      const long = bit.repeat(Math.floor(60_000 / bit.length));
      for (const body of [`## a${long}b\n\ntext\n`, `## Timeline\n\n${long}x\n`, `<p>\n${long}\n</p>\n`]) {
        expect(sectionsOf(body).length).toBeLessThanOrEqual(1);
        expect(timelineEntries(body)).toBeGreaterThanOrEqual(0);
      }
    },
    20_000,
  );
});
