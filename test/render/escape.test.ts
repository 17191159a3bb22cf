import { array, assert, property } from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { calm } from "../../src/domain/calm.ts";
import { sectionsOf } from "../../src/features/postmortem/sections.ts";
import { boxesOf } from "../../src/features/postmortem/prompts.ts";
import { address, chartLabel, code, fence, quote } from "../../src/render/escape.ts";
import { cutToFit } from "../../src/render/cut.ts";
import { createRender } from "../../src/render/render.ts";
import { marksIn, type Node, nodesOf, readComment } from "./github-marks.ts";
import { actionOf, CALLS_WITH_WORDS } from "./hostile-views.ts";
import { hostileWords } from "./hostile-words.ts";

/** The long form: FUZZ_STRINGS=200000 npx vitest run test/render/escape.test.ts */
const STRINGS = Number(process.env["FUZZ_STRINGS"] ?? 5_000);
const AT_ONCE = 25;
/** The long form takes minutes: no limit of time is part of what is tested. */
vi.setConfig({ testTimeout: 7_200_000 });

const render = createRender();
/** Words of which something is left to show: an empty paragraph is no paragraph. */
const visibleWords = hostileWords.filter((text) => quote(text) !== "");
const single = { numRuns: STRINGS };
const several = { numRuns: Math.ceil(STRINGS / AT_ONCE) };

describe("people's text in what we write", () => {
  it(`is shown as it was written, and does nothing (${STRINGS} strings)`, () => {
    assert(
      property(hostileWords, (text) => {
        const { nodes, marks } = readComment(`so ${quote(text)} so`);

        expect(nodes.map(({ type }) => type)).toEqual(["root", "paragraph", "text"]);
        expect(marks).toEqual([]);
        expect(shown(nodes)).toBe(visible(`so ${onOneLine(text)} so`));
      }),
      single,
    );
  });

  it(`begins no block at the start of a line (${STRINGS} strings)`, () => {
    assert(
      property(hostileWords, (text) => {
        const types = nodesOf(`above\n${quote(text)}\nbelow`).map(({ type }) => type);

        expect([...new Set(types)].filter((type) => type !== "break")).toEqual(["root", "paragraph", "text"]);
      }),
      single,
    );
  });

  it(`cannot leave a code span (${STRINGS} strings)`, () => {
    const table = (span: string): string => `| a | b |\n| --- | --- |\n| so ${span} so | ${span} |`;
    const { skeleton: bones } = readComment(table(code("x")));
    assert(
      property(hostileWords, (text) => {
        const { skeleton, marks } = readComment(table(code(text)));

        expect(skeleton).toBe(bones);
        expect(marks).toEqual([]);
        expect(code(text)).not.toContain("<!--");
      }),
      single,
    );
  });

  it(`cannot leave a fence, and comes out of it as it was (${STRINGS} strings)`, () => {
    assert(
      property(array(hostileWords, { minLength: AT_ONCE, maxLength: AT_ONCE }), (lines) => {
        const text = lines.join("\n");
        const [block, ...rest] = nodesOf(`${fence(text)}\n`).slice(1);

        expect(rest).toEqual([]);
        expect(block).toMatchObject({ type: "code", lang: "text" });
        expect(visible(block?.value ?? "")).toBe(visible(text.replaceAll(/\r\n?/gu, "\n").replaceAll("\0", "\uFFFD")));
      }),
      several,
    );
  });

  it(`gives a link one address of ours, and ends nothing early (${STRINGS} strings)`, () => {
    assert(
      property(hostileWords, hostileWords, (text, path) => {
        const markdown = `[${quote(text)}](${address(`https://github.com/${path}`)}) so`;
        const links = nodesOf(markdown).filter(({ type }) => type === "link");

        expect(links).toHaveLength(1);
        expect(links[0]?.url).toMatch(/^https:\/\/github\.com\//u);
        expect(address(path)).toMatch(/^(?:about:blank$|https?:\/\/[^\s<>()"'`|]*$)/u);
      }),
      single,
    );
  });

  it("is fit for a chart in any words", () => {
    assert(
      property(hostileWords, (text) => {
        expect(chartLabel(text)).toMatch(/^[A-Za-z0-9 _.-]{1,40}$/u);
      }),
      single,
    );
  });

  it(`changes nothing but the words of our templates (${STRINGS} strings)`, () => {
    const calls = CALLS_WITH_WORDS.map((call) => {
      const plain = render(call(() => "word"));
      return { call, bones: readComment(plain).skeleton, keys: keysOf(plain) };
    });
    assert(
      property(array(visibleWords, { minLength: AT_ONCE, maxLength: AT_ONCE }), (words) => {
        for (const { call, bones, keys } of calls) {
          let turn = 0;
          const text = render(call(() => words[(turn += 1) % AT_ONCE] ?? "word"));
          const { nodes, marks, skeleton } = readComment(text);

          expect(skeleton).toBe(bones);
          expect(marks).toEqual([]);
          expect(foreign(nodes)).toEqual([]);
          expect(axesOf(nodes).filter((axis) => !PLAIN_AXIS.test(axis))).toEqual([]);
          expect(keysOf(text)).toEqual(keys);
          expect(text.length).toBeLessThanOrEqual(60_000);
        }
      }),
      several,
    );
  });

  it("fits into one comment however many words there are, and does nothing where it is cut", () => {
    assert(
      property(array(visibleWords, { minLength: AT_ONCE, maxLength: AT_ONCE }), (words) => {
        let turn = 0;
        const word = (): string => (words[(turn += 1) % AT_ONCE] ?? "word").repeat(60);
        const view = { who: "ana", n: 60, actions: Array.from({ length: 60 }, () => actionOf(word)) };
        const text = cutToFit(render({ template: "close-guard/reopened", view }), 60_000);
        const { nodes, marks } = readComment(text);

        expect(text.length).toBeLessThanOrEqual(60_000);
        expect(marks).toEqual([]);
        expect(nodes.filter(({ type }) => type === "html" || type === "link" || type === "image")).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

describe("quote", () => {
  it.each([
    ["the end of a long hash, which is a short form of another commit", `000${"1a".repeat(18)}1`],
    ["a hash behind an underscore", "_deadbeef"],
    ["www behind an underscore", "_www.example.org"],
    ["an issue behind an underscore", "_GH-1"],
    ["an issue behind a letter that folds to ASCII", "ſGH-1"],
  ])("leaves no mark in %s", (_name, text) => {
    expect(marksIn(quote(text))).toEqual([]);
  });

  it("leaves plain words alone", () => {
    expect(quote("DNS: 5 % of look-ups failed in eu-west-1, for 40 min")).toBe(
      "DNS: 5 % of look-ups failed in eu-west-1, for 40 min",
    );
  });
});

describe("code", () => {
  it("shows something for nothing", () => {
    expect(code("  ")).toBe("` `");
  });
});

describe("fence", () => {
  it("keeps the marks of our block and disables a signed one", () => {
    const text = fence("<!-- postmortem:begin -->\n<!-- postmortem:state v1 abc sig=0123456789abcdef -->");

    expect(text).toContain("<!-- postmortem:begin -->");
    expect(text).not.toContain("postmortem:state");
  });
});

describe("words that a command writes into the issue", () => {
  it(`stay one line that mentions nobody and forges nothing (${STRINGS} strings)`, () => {
    assert(
      property(hostileWords, (text) => {
        const line = `- 10:00 UTC — ${calm(text)} (alice)\n`;
        const body = `${line}\n## Preventive actions\n\nnone\n`;
        const nodes = nodesOf(body);

        expect(line.trimEnd()).not.toMatch(/[\r\n]/u);
        expect(calm(text)).not.toMatch(/@[a-z0-9]|<[a-z/!?]|-->/iu);
        expect(nodes.filter(({ type }) => type === "html")).toEqual([]);
        expect(sectionsOf(body).map(({ heading }) => heading)).toEqual(["Preventive actions"]);
        expect(nodes.filter(({ type }) => type === "list")).toHaveLength(1);
      }),
      single,
    );
  });

  it("leaves references and links alone: people write them on purpose", () => {
    expect(calm("as in #12, see https://example.org/a?b=1")).toBe("as in #12, see https://example.org/a?b=1");
  });
});

/** Images, and links to anywhere but the place we said. */
function foreign(nodes: readonly Node[]): string[] {
  return nodes
    .filter(({ type, url = "" }) => type === "image" || (type === "link" && !url.startsWith("https://github.com/")))
    .map(({ url = "" }) => url);
}

/** What every version of mermaid takes as the names of bars. */
const PLAIN_AXIS = /^ {4}x-axis \["[A-Za-z0-9 _.-]{1,40}"(?:, "[A-Za-z0-9 _.-]{1,40}")*\]$/u;

/** The lines of charts that hold people's words. */
function axesOf(nodes: readonly Node[]): string[] {
  const charts = nodes.filter(({ type, lang }) => type === "code" && lang === "mermaid");
  return charts.map(({ value = "" }) => value.split("\n")[2] ?? "");
}

/** The boxes that could be ticked. Nothing in a fence is one: words given back are shown there as they were. */
function keysOf(text: string): string[] {
  return boxesOf(text.replaceAll(/^(?<bar>`{3,})text\n.*?^\k<bar>$/gmsu, "")).map(({ key }) => key);
}

function onOneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}\u{61C}]+/gu, " ")
    .trim();
}

/** The words as a reader sees them. */
function shown(nodes: readonly Node[]): string {
  return visible(
    nodes
      .filter(({ type }) => type === "text")
      .map(({ value = "" }) => value)
      .join(""),
  );
}

/** A text without our zero-width spaces, which show nothing and break what would be a mark. */
function visible(text: string): string {
  return text.replaceAll("\u200B", "");
}
