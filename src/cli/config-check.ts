import { parseArgs } from "node:util";

import { stringify } from "yaml";

import { parseConfig, printProblem } from "../read/config/parse-config.ts";
import { checkTemplate } from "../read/template/check-template.ts";
import { WrongUse } from "./exit-code.ts";
import { readText } from "./read-text.ts";

/**
 * Checks configuration files and templates, one line a problem: `file:line:column message`. Answers 1 when one of them
 * cannot be used, else 0; a key that is only left out does not count.
 */
export async function run(args: string[]): Promise<number> {
  const { values: flags, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: { show: { type: "boolean", default: false } },
  });
  if (files.length === 0) throw new WrongUse("Name a file, such as .github/postmortem.yml.");
  let worst = 0;
  for (const file of files) worst = Math.max(worst, await checkFile(file, flags.show));
  return worst;
}

async function checkFile(file: string, show: boolean): Promise<number> {
  const text = await readText(file);
  if (text === undefined) return complain(`${file}: cannot be read; give the path of a file`);
  if (file.endsWith(".hbs")) return checkTemplateText(file, text);
  const { config, problems } = parseConfig(text, file);
  for (const problem of problems) say(printProblem(problem));
  if (config === undefined) return 1;
  say(`${file}: ok`);
  if (show) say(stringify(config).trimEnd());
  return 0;
}

function checkTemplateText(file: string, text: string): number {
  const problems = checkTemplate(text, file);
  for (const { line, column, message } of problems) say(`${file}:${line}:${column} ${message}`);
  if (problems.length === 0) say(`${file}: ok`);
  return problems.length === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}
