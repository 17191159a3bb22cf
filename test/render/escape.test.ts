import { array, assert, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { calm } from "../../src/domain/calm.ts";
import { sectionsOf } from "../../src/features/postmortem/sections.ts";
import { boxesOf } from "../../src/features/postmortem/prompts.ts";
import { address, chartLabel, code, fence, quote } from "../../src/render/escape.ts";
import { createRender } from "../../src/render/render.ts";
import { marksIn, nodesOf, skeletonOf } from "./github-marks.ts";
import { CALLS_WITH_WORDS } from "./hostile-views.ts";
import { hostileWords } from "./hostile-words.ts";

/** The long form: FUZZ_STRINGS=200000 npx vitest run test/render/escape.test.ts */
const STRINGS = Number(process.env["FUZZ_STRINGS"] ?? 5_000);
const AT_ONCE = 25;
/** The long form takes minutes: no limit of time is part of what is tested. */
const PATIENCE = 3_600_000;

const render = createRender();
/** Words of which something is left to show: an empty paragraph is no paragraph. */
const visibleWords = hostileWords.filter((text) => quote(text) !== "");
const single = { numRuns: STRINGS };
const several = { numRuns: Math.ceil(STRINGS / AT_ONCE) };

describe("people's text in what we write", () => {
  it(
    `is shown as it was written, and does nothing (${STRINGS} strings)`,
    () => {
      assert(
        property(hostileWords, (text) => {
          const markdown = `so ${quote(text)} so`;

          expect(nodesOf(markdown).map(({ type }) => type)).toEqual(["root", "paragraph", "text"]);
          expect(marksIn(markdown)).toEqual([]);
          expect(shown(markdown)).toBe(shown(`so ${onOneLine(text)} so`, "plain"));
        }),
        single,
      );
    },
    PATIENCE,
  );

  it(
    `begins no block at the start of a line (${STRINGS} strings)`,
    () => {
      assert(
        property(hostileWords, (text) => {
          const types = nodesOf(`above\n${quote(text)}\nbelow`).map(({ type }) => type);

          expect([...new Set(types)].filter((type) => type !== "break")).toEqual(["root", "paragraph", "text"]);
        }),
        single,
      );
    },
    PATIENCE,
  );

  it(
    `cannot leave a code span (${STRINGS} strings)`,
    () => {
      assert(
        property(hostileWords, (text) => {
          const markdown = `| a | b |\n| --- | --- |\n| so ${code(text)} so | ${code(text)} |`;

          expect(skeletonOf(markdown)).toBe(
            skeletonOf(`| a | b |\n| --- | --- |\n| so ${code("x")} so | ${code("x")} |`),
          );
          expect(marksIn(markdown)).toEqual([]);
          expect(code(text)).not.toContain("<!--");
        }),
        single,
      );
    },
    PATIENCE,
  );

  it(
    `cannot leave a fence, and comes out of it as it was (${STRINGS} strings)`,
    () => {
      assert(
        property(array(hostileWords), (lines) => {
          const text = lines.join("\n");
          const [block, ...rest] = nodesOf(`${fence(text)}\n`).slice(1);

          expect(rest).toEqual([]);
          expect(block).toMatchObject({ type: "code", lang: "text" });
          expect(signed(block?.value ?? "")).toBe(signed(text.replaceAll(/\r\n?/gu, "\n").replaceAll("\0", "\uFFFD")));
        }),
        several,
      );
    },
    PATIENCE,
  );

  it(
    `gives a link one address of ours, and ends nothing early (${STRINGS} strings)`,
    () => {
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
    },
    PATIENCE,
  );

  it("is fit for a chart in any words", () => {
    assert(
      property(hostileWords, (text) => {
        expect(chartLabel(text)).toMatch(/^[A-Za-z0-9 _.-]{1,40}$/u);
      }),
      single,
    );
  });

  it(
    `changes nothing but the words of our templates (${STRINGS} strings)`,
    () => {
      const calls = CALLS_WITH_WORDS.map((call) => ({ call, bones: skeletonOf(render(call(() => "word"))) }));
      assert(
        property(array(visibleWords, { minLength: AT_ONCE, maxLength: AT_ONCE }), (words) => {
          for (const { call, bones } of calls) {
            let turn = 0;
            const text = render(call(() => words[(turn += 1) % AT_ONCE] ?? "word"));

            expect(skeletonOf(text)).toBe(bones);
            expect(marksIn(text)).toEqual([]);
            expect(foreign(text)).toEqual([]);
            expect(boxesOf(text).map(({ key }) => key)).toEqual(
              boxesOf(render(call(() => "word"))).map(({ key }) => key),
            );
          }
        }),
        several,
      );
    },
    PATIENCE,
  );
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
function foreign(markdown: string): string[] {
  return nodesOf(markdown)
    .filter(({ type, url = "" }) => type === "image" || (type === "link" && !url.startsWith("https://github.com/")))
    .map(({ url = "" }) => url);
}

function onOneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}\u{61C}]+/gu, " ")
    .trim();
}

/** The words as a reader sees them: our zero-width spaces show nothing. */
function shown(text: string, kind?: "plain"): string {
  const words =
    kind === "plain"
      ? text
      : nodesOf(text)
          .filter(({ type }) => type === "text")
          .map(({ value = "" }) => value)
          .join("");
  return words.replaceAll("\u200B", "");
}

/** The text without the zero-width spaces that disable signed marks. */
function signed(text: string): string {
  return text.replaceAll("\u200B", "");
}
