import { parseArgs } from "node:util";

import { z } from "zod";
import { classify, compileTaxonomy } from "../features/hotspots/classify.ts";
import { teamCurve, wholeCurve, type CurvePoint } from "../features/hotspots/curve.ts";
import { calibrate } from "../features/hotspots/model.ts";
import { calibrationTable, confusions, isRight, score, type Judged, type Scores } from "../features/hotspots/score.ts";
import type { Taxonomy } from "../features/hotspots/taxonomy.ts";
import { fitCalibration, leaveSourcesOut, type Labelled } from "../features/hotspots/train.ts";
import { loadTaxonomy } from "../read/load-taxonomy.ts";
import { exitCodeOf, WrongUse } from "./exit-code.ts";
import { readText } from "./read-text.ts";

const Line = z.object({
  id: z.string(),
  title: z.string(),
  body: z.string(),
  primary: z.array(z.string()).min(1),
  source: z.string().optional(),
  date: z.string().nullish(),
  kind: z.string().optional(),
});

const USAGE = `npm run eval -- FILE.jsonl [--errors] [--evidence TEXT]
One {id, title, body, primary: [accepted keys], source, date, kind} a line. --errors lists what was judged wrongly.
--evidence shows only the records whose id contains TEXT, each with the words that led to its category.`;
/** A team with fewer incidents than this has no curve worth printing. */
const TEAM_SIZE = 20;
const STEPS = [10, 20, 30, 40, 50, 100, 150, 200];

/** Measures the hotspot classifier on labelled incidents and prints tables. Returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { errors: { type: "boolean" }, evidence: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (flags.help === true) return say(`usage: ${USAGE}`);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new WrongUse("Name one file of labelled incidents.");
  const labelled = await readLabelled(file);
  if (typeof labelled === "string") return complain(labelled);
  const taxonomy = await loadTaxonomy();
  const { evidence } = flags;
  if (evidence === undefined) return judge(file, { taxonomy, labelled, withErrors: flags.errors === true });
  return printEvidence(
    taxonomy,
    labelled.filter((one) => one.id.includes(evidence)),
  );
}

interface Asked {
  readonly taxonomy: Taxonomy;
  readonly labelled: readonly Labelled[];
  readonly withErrors: boolean;
}

function judge(file: string, { taxonomy, labelled, withErrors }: Asked): number {
  const keys = taxonomy.categories.map((category) => category.key);
  const shipped = judgeShipped(taxonomy, labelled);
  print(`The classifier as shipped on ${file}`, shipped, keys);
  say("If these incidents were used to fit the weights, the figures above flatter; the ones below do not.\n");
  if (new Set(labelled.map((one) => one.source)).size < 3)
    return say("Leaving sources out needs at least three sources.");
  const unseen = judgeUnseen(taxonomy, labelled, keys);
  print("Leave one source out: weights and calibration fitted without the team they judge", unseen, keys);
  if (withErrors) printErrors(unseen);
  printCurves(taxonomy, labelled);
  return 0;
}

/** The incidents, or what is wrong with the file. */
async function readLabelled(file: string): Promise<Labelled[] | string> {
  const text = await readText(file);
  return text === undefined ? `${file}: cannot be read; give the path of a JSONL file` : parseFile(file, text);
}

function parseFile(file: string, text: string): Labelled[] | string {
  const faults: string[] = [];
  const labelled = text.split("\n").flatMap((line, index): Labelled[] => {
    if (line.trim() === "") return [];
    const parsed = Line.safeParse(parseJson(line));
    if (parsed.success) return [{ ...parsed.data, date: parsed.data.date ?? undefined }];
    faults.push(
      `${file}:${index + 1}: ${parsed.error.issues.map((issue) => `${issue.path.join(".") || "line"}: ${issue.message}`).join("; ")}`,
    );
    return [];
  });
  return faults.length > 0 ? faults.join("\n") : labelled;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function judgeShipped(taxonomy: Taxonomy, labelled: readonly Labelled[]): Judged[] {
  const classifier = compileTaxonomy(taxonomy);
  return labelled.map((one) => {
    const { primary, confidence } = classify(classifier, one);
    return { id: one.id, kind: one.kind, accepted: one.primary, guess: primary, confidence };
  });
}

/** The calibration for a source is fitted on the other sources' answers only. */
function judgeUnseen(taxonomy: Taxonomy, labelled: readonly Labelled[], keys: readonly string[]): Judged[] {
  const unseen = leaveSourcesOut(taxonomy, labelled);
  return labelled.map((one, index) => {
    const chances = unseen[index]?.chances ?? [];
    const top = Math.max(...chances);
    const calibration = fitCalibration(unseen.filter((other) => other.source !== (one.source ?? one.id)));
    const confidence = Math.round(calibrate(top, calibration) * 1000) / 1000;
    return { id: one.id, kind: one.kind, accepted: one.primary, guess: keys[chances.indexOf(top)] ?? "", confidence };
  });
}

function print(title: string, judged: readonly Judged[], keys: readonly string[]): void {
  const scores = score(judged, keys);
  say(`${title}\n${"=".repeat(title.length)}`);
  printScores(scores);
  say("\nConfidence said and share right");
  for (const bin of calibrationTable(judged)) {
    const range = `${bin.from.toFixed(1)}–${bin.to.toFixed(1)}`;
    say(`  ${range}  n ${pad(bin.n)}  said ${bin.said.toFixed(2)}  right ${bin.n === 0 ? " –" : bin.right.toFixed(2)}`);
  }
  say("\nConfusions (rows: truth, columns: guess)");
  say(`  ${"".padEnd(18)}${keys.map((key) => key.slice(0, 9).padStart(10)).join("")}`);
  for (const [row, counts] of confusions(judged, keys).entries()) {
    say(`  ${(keys[row] ?? "").padEnd(18)}${counts.map((count) => String(count).padStart(10)).join("")}`);
  }
  say("");
}

function printScores(scores: Scores): void {
  say(
    `n ${scores.n}  accuracy ${scores.accuracy.toFixed(3)} (reports ${scores.reports.toFixed(3)}, listings ${scores.listings.toFixed(3)})`,
  );
  for (const { key, n, precision, recall, f1 } of scores.categories) {
    say(
      `  ${key.padEnd(18)} n ${pad(n)}  precision ${precision.toFixed(2)}  recall ${recall.toFixed(2)}  f1 ${f1.toFixed(2)}`,
    );
  }
  say(`macro-F1 over categories with n >= 10: ${scores.macroF1.toFixed(3)}`);
  say(
    `confidence >= 0.8: ${(100 * scores.sureShare).toFixed(0)} % of records, precision ${scores.surePrecision.toFixed(3)}`,
  );
}

function printEvidence(taxonomy: Taxonomy, labelled: readonly Labelled[]): number {
  const classifier = compileTaxonomy(taxonomy);
  for (const one of labelled) {
    const { primary, contributing, confidence, evidence } = classify(classifier, one);
    say(
      `${one.id}: ${[primary, ...contributing].join(" + ")} (${confidence.toFixed(2)}; accepted ${one.primary.join(" or ")})`,
    );
    for (const { words, section, weight, category } of evidence.slice(0, 6)) {
      say(`    ${weight.toFixed(1).padStart(5)}  ${category.padEnd(18)} "${words}" in ${section}`);
    }
  }
  return 0;
}

function printErrors(judged: readonly Judged[]): void {
  const wrong = judged
    .filter((one) => !isRight(one))
    .toSorted((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
  for (const one of wrong)
    say(`  ${one.confidence.toFixed(2)}  ${one.guess} instead of ${one.accepted.join(" or ")}: ${one.id}`);
  say("");
}

function printCurves(taxonomy: Taxonomy, labelled: readonly Labelled[]): void {
  const sizes = Map.groupBy(labelled, (one) => one.source ?? one.id);
  const teams = [...sizes].filter(([, incidents]) => incidents.length >= TEAM_SIZE).map(([team]) => team);
  say(
    "Learning from confirmed incidents, by date: accuracy on the later ones\n======================================================================",
  );
  for (const team of teams)
    for (const point of teamCurve(taxonomy, labelled, { team, steps: STEPS })) printPoint(point);
  say("All teams as one installation, against the taxonomy without fitted weights:");
  for (const point of wholeCurve(taxonomy, labelled, STEPS)) printPoint(point);
}

function printPoint({ team, confirmed, later, builtIn, learned, share }: CurvePoint): void {
  say(
    `  ${team.padEnd(48)} confirmed ${pad(confirmed)}  later ${pad(later)}  built-in ${builtIn.toFixed(3)}  learned ${learned.toFixed(3)}  change ${(learned - builtIn).toFixed(3)}  share ${share}`,
  );
}

function pad(count: number): string {
  return String(count).padStart(3);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

if (import.meta.main) process.exitCode = await exitCodeOf(USAGE, () => run(process.argv.slice(2)));
