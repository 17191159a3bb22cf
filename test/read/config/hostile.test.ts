import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, it } from "vitest";

import { Config, DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import { parseConfig } from "../../../src/read/config/parse-config.ts";
import { seededNumbers } from "../../support/seeded-numbers.ts";

/** S5_DOCUMENTS=50000 is the long form. */
const DOCUMENTS = Number(process.env["S5_DOCUMENTS"] ?? 2_000);
const SEED = Number(process.env["S5_SEED"] ?? 20_261_121);

const laughs = Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join("\n");

const BOMBS: Readonly<Record<string, string>> = {
  "billion laughs": `a0: &a0 [lol]\n${laughs}`,
  "one alias": "label: &a x\nmode: *a",
  "alias of itself": "team: &t\n  functions: *t",
  "merge keys": "<<: { mode: quiet }\nx: &x { a: 1 }\ny: { <<: *x }",
  "YAML 1.1 by directive": "%YAML 1.1\n---\n<<: { mode: quiet }\nnotes: yes",
  brackets: "[".repeat(65_000),
  "closed brackets": `${"[".repeat(30_000)}${"]".repeat(30_000)}`,
  braces: "{a: ".repeat(16_000),
  dashes: "- ".repeat(32_000),
  "question marks": "? ".repeat(32_000),
  steps: Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
  anchors: "&a ".repeat(20_000),
  tags: "!!str ".repeat(10_000),
  "a function": "label: !!js/function 'function () {}'",
  bytes: "label: !!binary aGVsbG8=",
  keys: Array.from({ length: 7_000 }, (_, i) => `k${i}: 1`).join("\n"),
  "one key": `${"k".repeat(65_000)}: 1`,
  "one word": "x".repeat(65_536),
  "too long": "x".repeat(70_000),
  quotes: '"'.repeat(65_000),
  comments: "#\n".repeat(32_000),
  newlines: "\n".repeat(65_000),
  documents: "---\n".repeat(16_000),
  prototype: "__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }",
  "prototype deep": "team: { __proto__: { polluted: true }, functions: [{ __proto__: { name: x } }] }",
  "prototype list": "team: { functions: { __proto__: [] } }",
  numbers: "severity: 1e999\nlabel-threshold: .nan\ndue-days: { 1: 0x7fffffffffffffff }",
  nul: "label: \u0000\u0001\u2028\uFEFF",
  "lone surrogates": "label: \uD800\nmode: \uDFFF",
  "complex keys": "? [a, b]\n: c\n? { a: b }\n: d",
  regex: `_extends: ${"a".repeat(30_000)}!\nteam: { functions: [{ name: a, members: ["${"a-".repeat(10_000)}!"] }] }`,
};

it.each(Object.entries(BOMBS))("answers a configuration made to hurt: %s", (_, text) => {
  const { config, problems } = answerTo(text);

  expect(config === undefined ? problems.length : Object.keys(config).length).toBeGreaterThan(0);
  expect(Config.safeParse(config ?? DEFAULT_CONFIG).success).toBe(true);
  for (const { line, column, message } of problems) {
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(message.length).toBeLessThan(1_000);
  }
});

it(`answers ${DOCUMENTS} damaged configurations`, () => {
  const random = seededNumbers(SEED);
  const sizes = { usable: 0, refused: 0, slowestMs: 0, largest: 0 };
  const before = heldMb();

  for (let n = 0; n < DOCUMENTS; n += 1) {
    const text = damaged(random);
    const started = performance.now();
    const { config, problems } = answerTo(text);
    sizes.slowestMs = Math.max(sizes.slowestMs, performance.now() - started);
    sizes.largest = Math.max(sizes.largest, text.length);
    if (config === undefined) sizes.refused += 1;
    else sizes.usable += 1;
    if (config === undefined && problems.length === 0) throw new Error(`no answer to ${JSON.stringify(text)}`);
  }

  const grownMb = heldMb() - before;
  console.log(
    `S5 YAML: ${DOCUMENTS} documents, seed ${SEED}: ${sizes.usable} usable, ${sizes.refused} refused, slowest ${sizes.slowestMs.toFixed(1)} ms, largest ${sizes.largest} characters, ${grownMb.toFixed(1)} MB more held`,
  );
  expect(sizes.usable + sizes.refused).toBe(DOCUMENTS);
  expect(sizes.usable).toBeGreaterThan(0);
  expect(sizes.refused).toBeGreaterThan(0);
  expect(grownMb).toBeLessThanOrEqual(20);
});

/** After a collection of garbage. */
function heldMb(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed / 1_048_576;
}

/** Parses, and looks after the world: no prototype may have grown, no default may have changed. */
function answerTo(text: string): ReturnType<typeof parseConfig> {
  const answer = parseConfig(text, "f");
  for (const prototype of PROTOTYPES) {
    const { keys, owner } = prototype;
    if (Reflect.ownKeys(owner).length !== keys) throw new Error(`a prototype changed after ${JSON.stringify(text)}`);
  }
  if ("polluted" in {} || JSON.stringify(DEFAULT_CONFIG) !== DEFAULTS) throw new Error("defaults changed");
  return answer;
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((owner: object) => ({
  owner,
  keys: Reflect.ownKeys(owner).length,
}));
const DEFAULTS = JSON.stringify(DEFAULT_CONFIG);

const GOOD = [
  "label: postmortem",
  'team:\n  functions:\n    - name: platform\n      members: ["@acme/sre", alice]\n      lead: alice\n  max-open: 5',
  "close-guard: warn",
  'due-days: { "1": 15, "2": 30 }',
  'digest: { day: monday, time: "09:00", timezone: Europe/Berlin }',
  "reminders:\n  holidays: [2026-12-25]",
  "categories:\n  list:\n    - key: queue\n      terms: [backlog, { term: lag, weight: 2 }]",
  "mode: quiet",
  "_extends: .github",
];
const SPLINTERS = [
  "__proto__:",
  "constructor:",
  "prototype",
  "&a ",
  "*a",
  "<<: ",
  "!!",
  "!x ",
  "- ",
  "? ",
  ": ",
  "[",
  "]",
  "{",
  "}",
  "\t",
  "\n",
  "\r\n",
  "|\n",
  ">-\n  ",
  "'",
  '"',
  "#",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "\u0000",
  "\uFEFF",
  "\uD800",
  "null",
  "~",
  "true",
  "1e999",
  ".nan",
  "0x10",
  "@acme",
  "`",
  ",",
  "\u2028",
  "  ",
  "toString: ",
  "hasOwnProperty: 1\n",
];

function damaged(random: () => number): string {
  const kept = GOOD.filter(() => random() < 0.5);
  let text = `${kept.join("\n")}\n`;
  const wounds = Math.floor(random() * 5);
  for (let n = 0; n < wounds; n += 1) {
    const at = Math.floor(random() * (text.length + 1));
    const splinter = (SPLINTERS[Math.floor(random() * SPLINTERS.length)] ?? "").repeat(random() < 0.02 ? 400 : 1);
    text = text.slice(0, at) + splinter + text.slice(at + Math.floor(random() * 4));
  }
  return text;
}
