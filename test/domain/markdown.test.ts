import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { boxOf, lineEndingOf, parseMarkdown, rangeOf, splice, type Block } from "../../src/domain/markdown.ts";

function kinds(text: string): string[] {
  return parseMarkdown(text).children.map(({ type }) => type);
}

function sources(text: string): string[] {
  return parseMarkdown(text).children.map((block) => {
    const { start, end } = rangeOf(block);
    return text.slice(start, end);
  });
}

function boxes(text: string): unknown[] {
  return parseMarkdown(text)
    .children.filter((block) => block.type === "list")
    .flatMap((list) => list.children.map((entry) => boxOf(entry, text)));
}

describe("parseMarkdown", () => {
  it("reads headings, tables, task lists and fences", () => {
    const text = "# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [ ] open\n- [x] done\n\n```\n# no heading\n```\n";

    expect(kinds(text)).toEqual(["heading", "table", "list", "code"]);
  });

  it.each([
    ["Windows line endings", "# A\r\n\r\n- [ ] b\r\n\r\n> c\r\n"],
    ["lone carriage returns", "# A\r\r- [ ] b\r\r> c\r"],
    ["tabs", "# A\n\n-\t[ ] b\n\n>\tc\n"],
    ["emoji", "# 🔥👩‍🚒\n\n- [ ] 🔥 b\n\n> c\n"],
    ["a byte order mark", "\uFEFF# A\n\n- [ ] b\n\n> c\n"],
  ])("keeps offsets right with %s", (_name, text) => {
    const [heading, list, quote] = sources(text);

    expect(heading?.startsWith("#")).toBe(true);
    expect(list?.startsWith("-")).toBe(true);
    expect(list?.endsWith("b")).toBe(true);
    expect(quote?.startsWith(">")).toBe(true);
    expect(boxes(text)).toMatchObject([{ checked: false }]);
  });

  it("reads the cells of a table with their offsets", () => {
    const text = "| a | b |\r\n|:--|--:|\r\n| 1 \\| 2 | `x` |\r\n";
    const [table] = parseMarkdown(text).children;
    const cells = table?.type === "table" ? table.children.flatMap((row) => row.children) : [];

    expect(
      cells.map((cell) =>
        text
          .slice(rangeOf(cell).start, rangeOf(cell).end)
          .replaceAll(/^\||\|$/gu, "")
          .trim(),
      ),
    ).toEqual(["a", "b", "1 \\| 2", "`x`"]);
  });

  it("reads what is quoted or listed thirty deep, and takes deeper marks on one line for text", () => {
    const depthOf = (text: string): number => {
      let depth = 0;
      let block: Block | undefined = parseMarkdown(text).children[0];
      while (block?.type === "blockquote") {
        depth += 1;
        block = block.children[0];
      }
      return depth;
    };

    expect(depthOf(`${">".repeat(30)} a`)).toBe(30);
    expect(depthOf(`${"> ".repeat(5000)} a`)).toBe(32);
  });

  it("drops emphasis and links where there are thousands of marks, and keeps the blocks", () => {
    const text = `# A\n\n${"*a **b ".repeat(9000)}\n\n${"[a](".repeat(3000)}\n\n- [ ] b\n`;

    expect(kinds(text)).toEqual(["heading", "paragraph", "paragraph", "list"]);
    expect(boxes(text)).toHaveLength(1);
  });

  it("reads hundreds of comments that are never closed within a line as text, and keeps the blocks", () => {
    const text = `# A ${"<!--".repeat(15_000)}\n\n<!-- # B -->\n\n- [ ] b\n`;

    expect(kinds(text)).toEqual(["heading", "html", "list"]);
    expect(boxes(text)).toHaveLength(1);
  });

  it("does not read beyond the 3,000th line", () => {
    expect(kinds(`${"\n".repeat(2999)}# A\n# B\n`)).toEqual(["heading"]);
  });

  it("gives ranges within any text, and never throws", () => {
    const text = array(
      constantFrom(
        "- [ ] a",
        "> ",
        "\t",
        "|-|",
        "|a|",
        "```",
        "<!--",
        "#",
        "\r\n",
        "\n",
        "*",
        "[a]: b",
        "1. ",
        "\0",
        "\uFEFF",
        "🔥",
        "\u2028",
      ),
      { maxLength: 30 },
    ).map((parts) => parts.join(""));
    assert(
      property(text, string(), (body, tail) => {
        const whole = body + tail;
        for (const block of parseMarkdown(whole).children) {
          const { start, end } = rangeOf(block);
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(whole.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("boxOf", () => {
  it("finds the one character of each box and nothing in a plain bullet", () => {
    const text = "- [ ] a\n- [X] b\n-   [x] c\n1. plain\n- [] no\n- [y] no\n- [x](https://example.org)\n";

    expect(boxes("- [ ] a\n- [X] b\n-   [x] c\n")).toEqual([
      { start: 3, checked: false },
      { start: 11, checked: true },
      { start: 21, checked: true },
    ]);
    expect(boxes(text).slice(3)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("splice", () => {
  it("replaces ranges in any order and keeps the rest byte for byte", () => {
    expect(
      splice("a\r\n🔥c", [
        { start: 5, end: 6, text: "d" },
        { start: 0, end: 1, text: "" },
        { start: 3, end: 3, text: "b" },
      ]),
    ).toBe("\r\nb🔥d");
  });

  it.each([
    [
      { start: 1, end: 3, text: "" },
      { start: 2, end: 4, text: "" },
    ],
    [
      { start: 3, end: 2, text: "" },
      { start: 0, end: 0, text: "" },
    ],
    [
      { start: 0, end: 9, text: "" },
      { start: 0, end: 0, text: "" },
    ],
  ])("refuses edits that overlap or leave the text", (one, other) => {
    expect(() => splice("abcde", [one, other])).toThrow(RangeError);
  });
});

describe("lineEndingOf", () => {
  it("takes the one used most", () => {
    expect(lineEndingOf("a\r\nb\r\nc\n")).toBe("\r\n");
    expect(lineEndingOf("a\r\nb\nc\n")).toBe("\n");
    expect(lineEndingOf("a")).toBe("\n");
  });
});
