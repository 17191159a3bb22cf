import { afterAll, expect, it } from "vitest";

import { MOST_OUTPUT } from "../../../src/read/template/fill-template.ts";
import { createTemplateRenderer } from "../../../src/read/template/render-template.ts";
import { someView } from "./some-view.ts";
import { seededNumbers } from "../../support/seeded-numbers.ts";

/** S5_DOCUMENTS=50000 is the long form. */
const DOCUMENTS = Number(process.env["S5_DOCUMENTS"] ?? 2_000);
const SEED = Number(process.env["S5_SEED"] ?? 20_261_121);

const renderer = createTemplateRenderer({ timeLimitMs: 30_000 });
afterAll(async () => renderer.close());

const VIEW = someView({
  title: "{{#each labels}} <!-- postmortem:begin --> @all __proto__",
  labels: Array.from({ length: 200 }, (_, n) => `label-${n}`),
  assignees: ["ana", "constructor", "__proto__"],
});

function nested(open: string, close: string, times: number): string {
  return `## A\n${open.repeat(times)}x${close.repeat(times)}`;
}

/** 151 bytes in, a million characters out: what plain Handlebars does with loops in loops. */
const LOOPS = `## A\n${"{{#each labels}}".repeat(3)}0123456789{{#each ../labels}}0123456789{{/each}}${"{{/each}}".repeat(3)}`;

const BOMBS: Readonly<Record<string, string>> = {
  "loops in loops": LOOPS,
  "loops over text": nested("{{#each title}}", "{{/each}}", 6),
  "a long loop": `## A\n{{#each labels}}${"x".repeat(60_000)}{{/each}}`,
  "blocks in blocks": nested("{{#if title}}", "{{/if}}", 2_400),
  "a chain of else": `## A\n{{#if title}}${"{{else if title}}x".repeat(3_500)}{{/if}}`,
  "calls in calls": `## A\n{{title ${"(title ".repeat(4_000)}${")".repeat(4_000)}}}`,
  "open braces": "{".repeat(65_000),
  "open tags": "{{".repeat(32_000),
  comments: "{{!--".repeat(13_000),
  "as much as is allowed": `## A\n${"{{#if title}}{{#if url}}x{{/if}}{{/if}}".repeat(75)}`,
  "the longest chain of else": `## A\n{{#if title}}${"{{else if title}}x".repeat(298)}{{/if}}`,
  "many variables": `## A\n${"{{title}}".repeat(7_000)}`,
  backslashes: `## A\n${"\\".repeat(65_000)}{{title}}`,
  "markers in markers": `## A\n${"<!-- pm".repeat(4_000)}${":x -->".repeat(4_000)}`,
  "many markers": `## A\n${"<!-- pm:".repeat(8_000)}`,
  "the constructor": "## A\n{{#each labels}}{{this.constructor.constructor}}{{/each}}",
  "the constructor by lookup": "## A\n{{lookup (lookup this 'constructor') 'prototype'}}",
  "the prototype": "## A\n{{__proto__.polluted}}{{__defineGetter__}}{{#with __proto__}}x{{/with}}",
  "an inline partial": "## A\n{{#*inline 'x'}}{{> x}}{{/inline}}{{> x}}",
  "raw blocks": `## A\n${"{{{{raw}}}}".repeat(5_000)}`,
  nothing: "",
};

it.each(Object.entries(BOMBS))("answers a template made to hurt: %s", async (_, source) => {
  const filled = await renderer.render({ file: "f", source, view: VIEW });

  expect(isAnswer(filled)).toBe(true);
});

it(`answers ${DOCUMENTS} damaged templates`, async () => {
  const random = seededNumbers(SEED);
  const sizes = { filled: 0, refused: 0, slowestMs: 0, largest: 0 };

  for (let n = 0; n < DOCUMENTS; n += 1) {
    const source = damaged(random);
    const started = performance.now();
    const filled = await renderer.render({ file: "f", source, view: VIEW });
    sizes.slowestMs = Math.max(sizes.slowestMs, performance.now() - started);
    if (!isAnswer(filled)) throw new Error(`no right answer to ${JSON.stringify(source)}: ${JSON.stringify(filled)}`);
    if ("markdown" in filled) {
      sizes.filled += 1;
      sizes.largest = Math.max(sizes.largest, filled.markdown.length);
    } else sizes.refused += 1;
  }

  expect(sizes.filled + sizes.refused).toBe(DOCUMENTS);
  expect(sizes.filled).toBeGreaterThan(0);
  expect(sizes.refused).toBeGreaterThan(0);
  console.log(
    `S5 templates: ${DOCUMENTS} documents, seed ${SEED}: ${sizes.filled} filled in, ${sizes.refused} refused, slowest ${sizes.slowestMs.toFixed(1)} ms, longest text ${sizes.largest} characters`,
  );
});

/** A text within bounds, without our markers, a live mention or anything of an object's insides; or problems with places. */
function isAnswer(filled: Awaited<ReturnType<typeof renderer.render>>): boolean {
  if ("polluted" in {}) return false;
  if ("problems" in filled)
    return filled.problems.length > 0 && filled.problems.every(({ line, column }) => line > 0 && column > 0);
  const { markdown } = filled;
  if (markdown.length > MOST_OUTPUT || /<!--\s*(?:pm|postmortem)\s*:/iu.test(markdown)) return false;
  return !markdown.includes("@all") && !/\[object|native code|=>/u.test(markdown);
}

const GOOD = [
  "## Summary of {{title}}\n",
  "{{#if assignees}}{{#each assignees}}- {{this}}\n{{/each}}{{else}}nobody{{/if}}\n",
  "{{#each labels}}{{#if this}}{{this}}{{/if}}{{/each}}\n",
  "## Timeline\n\n<!-- one line each -->\n- {{date}} {{number}} {{severity}}\n",
  "{{! a comment }}{{author}} {{url}} {{repository}}\n",
  "{{#if labels}}a{{else if title}}b{{/if}}\n",
];
const SPLINTERS = [
  "{{",
  "}}",
  "{{{",
  "}}}",
  "{{#each labels}}",
  "{{/each}}",
  "{{#if title}}",
  "{{/if}}",
  "{{else}}",
  "{{^}}",
  "{{this}}",
  "{{../title}}",
  "{{@root}}",
  "{{@index}}",
  "{{lookup this 'constructor'}}",
  "{{__proto__}}",
  "{{constructor}}",
  "{{> x}}",
  "{{* x}}",
  "{{#*inline 'x'}}",
  "{{/inline}}",
  "{{{{raw}}}}",
  "{{{{/raw}}}}",
  "<!-- pm:",
  "<!-- postmortem:begin -->",
  "-->",
  "\\",
  "\\\\{{title}}",
  "~",
  "{{~title~}}",
  "(",
  ")",
  "[",
  "]",
  "as |x|",
  "x=1",
  "'",
  '"',
  "\u0000",
  "\uD800",
  "\r\n",
  "{{log title}}",
  "{{#with this}}",
  "{{/with}}",
  "{{title.constructor}}",
];

function damaged(random: () => number): string {
  let text = GOOD.filter(() => random() < 0.6).join("\n");
  const wounds = Math.floor(random() * 4);
  for (let n = 0; n < wounds; n += 1) {
    const at = Math.floor(random() * (text.length + 1));
    const splinter = (SPLINTERS[Math.floor(random() * SPLINTERS.length)] ?? "").repeat(random() < 0.02 ? 300 : 1);
    text = text.slice(0, at) + splinter + text.slice(at + Math.floor(random() * 4));
  }
  return text;
}
