import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument, type Document } from "yaml";
import type { ZodError } from "zod";
import { Fitted, Taxonomy } from "../features/hotspots/taxonomy.ts";

const BUILT_IN = new URL("../features/hotspots/taxonomy.yml", import.meta.url);
const WEIGHTS = new URL("../features/hotspots/weights.yml", import.meta.url);

/** The built-in categories with their fitted weights. Throws with file, line and column when a file is wrong. */
export async function loadTaxonomy(options: { fitted: boolean } = { fitted: true }): Promise<Taxonomy> {
  const taxonomy = parseFile(BUILT_IN.pathname, await readFile(BUILT_IN, "utf8"), Taxonomy);
  if (!options.fitted) return taxonomy;
  return { ...taxonomy, fitted: parseFile(WEIGHTS.pathname, await readFile(WEIGHTS, "utf8"), Fitted) };
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: ZodError };
}

/** Parses YAML against a schema; every fault becomes one line `file:line:column: …`. */
export function parseFile<T>(file: string, text: string, schema: Schema<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults = document.errors.map((error) => `${file}:${place(lines, error.pos[0])}: ${firstLine(error.message)}`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues
      .map((issue) => `${file}:${placeOf(document, lines, issue.path)}: ${issue.path.join(".")}: ${issue.message}`)
      .join("\n"),
  );
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

/** Where the value stands; where its nearest parent stands when it is missing. */
function placeOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      const [offset]: unknown[] = node.range;
      if (typeof offset === "number") return place(lines, offset);
    }
  }
  return "1:1";
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
