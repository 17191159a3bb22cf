import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { run as runClassify } from "../../../src/cli/classify.ts";
import { run as runEval } from "../../../src/cli/eval.ts";
import { loadTaxonomy, parseFile } from "../../../src/read/load-taxonomy.ts";
import { EVERYDAY, ZALANDO } from "./write-ups.ts";

describe("parseFile", () => {
  const schema = z.strictObject({ categories: z.array(z.strictObject({ key: z.string(), weight: z.number() })) });

  it("names file, line and column of a wrong value", () => {
    const text = "categories:\n  - key: a\n    weight: heavy\n";

    expect(() => parseFile("my.yml", text, schema)).toThrow(/^my\.yml:3:13: categories\.0\.weight: /);
  });

  it("names file, line and column of broken YAML", () => {
    expect(() => parseFile("my.yml", "categories: [a\nb: c", schema)).toThrow(/^my\.yml:2:/);
  });

  it("points at the parent of what is missing", () => {
    expect(() => parseFile("my.yml", "categories:\n  - key: a\n", schema)).toThrow(
      /^my\.yml:2:5: categories\.0\.weight: /,
    );
  });

  it("names every fault at once", () => {
    expect(() => parseFile("my.yml", "categories:\n  - key: 1\n    weight: a\n", schema)).toThrow(
      /0\.key.*\n.*0\.weight/,
    );
  });
});

describe("the built-in files", () => {
  it("agree: every fitted term and category exists in the taxonomy", async () => {
    const taxonomy = await loadTaxonomy();
    const keys = new Set(taxonomy.categories.map((category) => category.key));
    const sources = new Set(
      taxonomy.categories.flatMap((category) => [
        ...category.components,
        ...[...category.terms, ...category.against].flatMap((entry) => ("any" in entry ? entry.any : [entry.term])),
      ]),
    );

    for (const [source, weights] of Object.entries(taxonomy.fitted?.terms ?? {})) {
      expect(sources).toContain(source);
      for (const key of Object.keys(weights)) expect(keys).toContain(key);
    }
  });
});

describe("the commands", () => {
  const out: string[] = [];
  const err: string[] = [];

  function listen(): void {
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0);
  }

  afterEach(() => {
    vi.restoreAllMocks();
    out.length = 0;
    err.length = 0;
  });

  async function file(lines: readonly string[]): Promise<string> {
    const path = join(await mkdtemp(join(tmpdir(), "hotspots-")), "in.jsonl");
    await writeFile(path, lines.join("\n"));
    return path;
  }

  it("classify prints one answer a line and nothing else", async () => {
    const path = await file(ZALANDO.map(({ name, title, body }) => JSON.stringify({ id: name, title, body })));
    listen();

    const code = await runClassify([path]);

    const answers = out.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(err).toEqual([]);
    expect(answers.map((answer) => answer["id"])).toEqual(ZALANDO.map((sample) => sample.name));
    expect(Object.keys(answers[0] ?? {})).toEqual(["id", "primary", "contributing", "confidence", "thin", "evidence"]);
  });

  it("classify names file and line of what it cannot read, and goes on", async () => {
    const path = await file([
      '{"id":"1","title":"DNS outage","body":"x"}',
      "nonsense",
      '{"id":"3","title":5}',
      '{"id":4,"title":"Disk full"}',
    ]);
    listen();

    const code = await runClassify([path]);

    expect(code).toBe(1);
    expect(out.length).toBe(2);
    expect(err.join("")).toContain(`${path}:2: `);
    expect(err.join("")).toContain(`${path}:3: title`);
  });

  it("classify and eval say what they cannot open", async () => {
    listen();

    expect(await runClassify(["/does/not/exist.jsonl"])).toBe(1);
    expect(await runEval(["/does/not/exist.jsonl"])).toBe(1);
    expect(err.join("")).toMatch(/^(?:\/does\/not\/exist.jsonl: cannot be read; .*\n){2}$/);
  });

  it("eval prints scores, calibration and confusions, with and without leaving sources out", async () => {
    const lines = [...ZALANDO, ...EVERYDAY].map((sample, index) =>
      JSON.stringify({
        id: sample.name,
        title: sample.title,
        body: sample.body,
        primary: sample.accepted,
        source: `team ${index % 4}`,
        kind: "report",
      }),
    );
    const path = await file(lines);
    listen();

    const code = await runEval([path, "--errors"]);

    const text = out.join("");
    expect(code).toBe(0);
    expect(text.match(/^n 28 {2}accuracy [01]\.\d+/gm)?.length).toBe(2);
    expect(text.match(/Confidence said and share right/g)?.length).toBe(2);
    expect(text).toContain("Leave one source out");
  });

  it("eval shows the words that led to a category", async () => {
    const lines = ZALANDO.map(({ name, title, body, accepted }) =>
      JSON.stringify({ id: `zalando-${name}`, title, body, primary: accepted }),
    );
    const path = await file(lines);
    listen();

    const code = await runEval([path, "--evidence", "zalando-3"]);

    expect(code).toBe(0);
    expect(out.join("")).toMatch(/^zalando-3: dns[^]*dns +"[^"]*DNS/);
    expect(out.join("")).not.toContain("zalando-4");
  });

  it("eval names the line of a record without a label", async () => {
    const path = await file(['{"id":"1","title":"a","body":"b"}']);
    listen();

    expect(await runEval([path])).toBe(1);
    expect(err.join("")).toContain(`${path}:1: primary`);
  });
});
