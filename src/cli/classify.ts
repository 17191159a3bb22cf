import { z } from "zod";
import { classify, compileTaxonomy } from "../features/hotspots/classify.ts";
import { loadTaxonomy } from "../read/load-taxonomy.ts";
import { WrongUse } from "./exit-code.ts";
import { readText } from "./read-text.ts";

const Id = z.union([z.string(), z.number()], { error: "expected text or a number" });
const WriteUp = z.object({ id: Id, title: z.string(), body: z.string().nullish() });
type WriteUp = z.infer<typeof WriteUp>;

/** Classifies every line of a JSONL file; answers go to standard output, everything else to standard error. */
export async function run(args: string[]): Promise<number> {
  const [file, ...more] = args;
  if (file === undefined || more.length > 0 || (file.startsWith("-") && file !== "-"))
    throw new WrongUse("Name one file.");
  const text = await readText(file);
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
