import { readFileSync } from "node:fs";

import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { configSchema, DOCS_FILE, keyRows, readKeyRows, SCHEMA_FILE } from "../../../scripts/config-docs.ts";
import { parseConfig } from "../../../src/read/config/parse-config.ts";
import { checkTemplate } from "../../../src/read/template/check-template.ts";

const docs = readFileSync(DOCS_FILE, "utf8");
const schema: unknown = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"));

describe("what is generated (node scripts/config-docs.ts)", () => {
  it("is the schema of today", () => {
    expect(schema).toEqual(configSchema());
  });

  it("is the table of today, with a meaning for every key", () => {
    expect(readKeyRows(docs)).toEqual(keyRows());
    expect(keyRows().filter(([, , , meaning]) => meaning === "")).toEqual([]);
  });
});

function examples(language: string): string[] {
  return [...docs.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "gu"))].map(([, text = ""]) => text);
}

describe("the examples", () => {
  it.each(examples("yaml"))("can be used as they stand: %#", (text) => {
    const check = new Ajv({ formats: { uri: true } }).compile(configSchema());
    check(parse(text));

    expect(parseConfig(text, "docs").problems).toEqual([]);
    expect(check.errors).toBeNull();
  });

  it("of templates too", () => {
    const texts = examples("text");

    expect(texts).toHaveLength(1);
    expect(texts.flatMap((text) => checkTemplate(text, "docs"))).toEqual([]);
  });
});

it("lets editors refuse what the app would not take", () => {
  const check = new Ajv({ formats: { uri: true } }).compile(configSchema());

  expect(check({ mode: "loud" })).toBe(false);
  expect(check({ labl: "x" })).toBe(false);
  expect(check({ team: { functions: [{ name: "x" }] } })).toBe(false);
});
