import { readFile } from "node:fs/promises";
import { z } from "zod";
import { classify, compileTaxonomy } from "../features/hotspots/classify.ts";
import { loadTaxonomy } from "../read/load-taxonomy.ts";

const WriteUp = z.object({ id: z.union([z.string(), z.number()]), title: z.string(), body: z.string().nullish() });
type WriteUp = z.infer<typeof WriteUp>;

const USAGE =
  "usage: npm run postmortem -- classify FILE.jsonl   (one {id, title, body} a line; - reads standard input)";

/** Classifies every line of a JSONL file; answers go to standard output, everything else to standard error. */
export async function run(args: string[]): Promise<number> {
  const [file, ...more] = args;
  if (file === undefined || more.length > 0 || (file.startsWith("-") && file !== "-")) return complain(USAGE);
  const text = await read(file);
  if (text === undefined) return complain(`${file}: cannot be read; give the path of a JSONL file`);
  const classifier = compileTaxonomy(await loadTaxonomy());
  let faults = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = parseLine(line);
    if (typeof parsed === "string") {
      faults += 1;
      complain(`${file}:${index + 1}: ${parsed}`);
      continue;
    }
    const { primary, contributing, confidence, thin, evidence } = classify(classifier, {
      ...parsed,
      body: parsed.body ?? "",
    });
    process.stdout.write(`${JSON.stringify({ id: parsed.id, primary, contributing, confidence, thin, evidence })}\n`);
  }
  return faults === 0 ? 0 : 1;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function parseLine(line: string): WriteUp | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "this line is not JSON; write one object a line";
  }
  const parsed = WriteUp.safeParse(value);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map((issue) => `${issue.path.join(".") || "line"}: ${issue.message}`).join("; ");
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}
