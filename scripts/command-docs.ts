import { readFileSync, writeFileSync } from "node:fs";

import { loadFeatures } from "../src/plan/load-features.ts";
import { commandViews } from "../src/features/help/command-views.ts";

const README = new URL("../README.md", import.meta.url);
const BEGIN = "<!-- commands:begin (npm run docs) -->";
const END = "<!-- commands:end -->";

/** The README with the table of commands as they are defined. */
export async function readmeWithCommands(readme: string): Promise<string> {
  const { commands } = await loadFeatures();
  const rows = commandViews(commands).map(
    ({ usage, summary, who }) => `| \`${usage.replaceAll("|", "\\|")}\` | ${summary} | ${who} |`,
  );
  const table = ["| Command | What it does | Who |", "| --- | --- | --- |", ...rows].join("\n");
  const start = readme.indexOf(BEGIN) + BEGIN.length;
  return `${readme.slice(0, start)}\n\n${table}\n\n${readme.slice(readme.indexOf(END))}`;
}

if (import.meta.main) writeFileSync(README, await readmeWithCommands(readFileSync(README, "utf8")));
