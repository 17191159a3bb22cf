/**
 * Measures the parser of preventive actions on a corpus kept elsewhere.
 *
 *   node scripts/eval-actions.ts incidents.jsonl issues.jsonl [--misses] [--notes]
 *
 * A record is one JSON object per line with `body` and either `id` or `repo` and `number`. The hand labels
 * (test/features/preventive-actions/parse/labels.json) hold ids and line ranges only: `actions` are the entries a
 * reader counts as preventive actions, `maybe` those on which readers differ, counted neither way. An action is right
 * when it starts within a labelled range that no other action has taken. `--notes` prints each phrase that the blameless
 * and action-quality notes flag, to be read by hand, and how many documents have one.
 */
import { readFileSync } from "node:fs";
import { argv, exit } from "node:process";

import { z } from "zod";

import { notes } from "../src/features/preventive-actions/blameless/notes.ts";
import { parseActions } from "../src/features/preventive-actions/parse/parse-actions.ts";

const Entry = z.object({
  id: z.string().optional(),
  repo: z.string().optional(),
  number: z.number().optional(),
  source: z.string().optional(),
  body: z.string().nullish(),
});
const Range = z.tuple([z.number(), z.number()]);
const Labels = z.record(z.string(), z.object({ actions: z.array(Range), maybe: z.array(Range).default([]) }));

const files = argv.slice(2).filter((word) => !word.startsWith("--"));
if (files.length === 0) {
  console.error("Name at least one file: node scripts/eval-actions.ts incidents.jsonl issues.jsonl");
  exit(2);
}
const labels = Labels.parse(
  JSON.parse(readFileSync(new URL("../test/features/preventive-actions/parse/labels.json", import.meta.url), "utf8")),
);
const entries = files.flatMap((file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => Entry.parse(JSON.parse(line))),
);

let flagged = 0;
let phrases = 0;
let withActions = 0;
let total = 0;
let right = 0;
let wrong = 0;
let missed = 0;
let labelled = 0;
let agreed = 0;
for (const entry of entries) {
  const id = entry.id ?? `${entry.repo}#${entry.number}`;
  const body = entry.body ?? "";
  const actions = parseActions(body);
  total += actions.length;
  if (actions.length > 0) withActions += 1;
  const remarks = notes(body, actions).filter(({ kind }) => kind === "blame" || kind === "unbounded-verb");
  phrases += remarks.length;
  if (remarks.length > 0) flagged += 1;
  if (argv.includes("--notes")) {
    for (const { kind, start, end } of remarks) console.log(`  ${kind} ${id} ${excerpt(body, start, end)}`);
  }
  const label = labels[id];
  if (label === undefined) continue;
  labelled += 1;
  const open = [...label.actions];
  const extra: string[] = [];
  for (const action of actions) {
    const at = open.findIndex(([from, to]) => from <= action.line && action.line <= to);
    if (at !== -1) {
      open.splice(at, 1);
      right += 1;
    } else if (!label.maybe.some(([from, to]) => from <= action.line && action.line <= to)) {
      wrong += 1;
      extra.push(`  extra ${id}:${action.line} ${action.text.slice(0, 90)}`);
    }
  }
  missed += open.length;
  if (open.length === 0 && extra.length === 0) agreed += 1;
  if (argv.includes("--misses")) {
    for (const [from, to] of open) console.log(`  missed ${id}:${from}-${to}`);
    for (const line of extra) console.log(line);
  }
}

console.log(`documents ${entries.length}, with actions ${withActions}, actions ${total}`);
console.log(`labelled documents ${labelled}, of which read without a difference ${agreed}`);
console.log(`right ${right}, wrong ${wrong}, missed ${missed}`);
console.log(`documents with a flagged phrase ${flagged} (${share(flagged, entries.length)}), phrases ${phrases}`);
console.log(`precision ${share(right, right + wrong)}, recall ${share(right, right + missed)}`);

function excerpt(body: string, start: number, end: number): string {
  const around = `${body.slice(Math.max(0, start - 60), start)}[[${body.slice(start, end)}]]${body.slice(end, end + 60)}`;
  return around.replaceAll(/\s+/gu, " ");
}

function share(part: number, whole: number): string {
  return whole === 0 ? "n/a" : (part / whole).toFixed(3);
}
