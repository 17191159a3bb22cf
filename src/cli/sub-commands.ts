import { exitCodeOf, WrongUse } from "./exit-code.ts";

interface SubCommand {
  readonly usage: string;
  readonly summary: readonly string[];
  readonly load: () => Promise<{ run: (args: string[]) => Promise<number> }>;
}

const SUB_COMMANDS: Readonly<Record<string, SubCommand>> = {
  plan: {
    usage: 'plan owner/repo#7 [--say "/severity 2"] [--as login] [--app slug] [--json]',
    summary: [
      "Show what the app would do with an issue, or what a command would do, and do nothing.",
      "Reads with GITHUB_TOKEN. --app: the app's name on GitHub, when it is not postmortem.",
    ],
    load: () => import("./plan.ts"),
  },
  digest: {
    usage: "digest owner/repo [--week 2026-W47]",
    summary: [
      "Print the digest that the existing postmortems of a repository give; nothing is written.",
      "Reads with GITHUB_TOKEN.",
    ],
    load: () => import("./digest.ts"),
  },
  classify: {
    usage: "classify FILE.jsonl",
    summary: [
      "Lines {id, title, body} in, one line with the category and its evidence out for each.",
      "- reads standard input.",
    ],
    load: () => import("./classify.ts"),
  },
  export: {
    usage: "export <installation-id> [--data-dir ./data]",
    summary: ["Print everything kept about an installation, one JSON object a line."],
    load: () => import("./export.ts"),
  },
  "config check": {
    usage: "config check [--show] FILE…",
    summary: [
      "Check configurations (postmortem.yml) and templates (*.md.hbs), every fault with its line and column.",
      "--show prints the configuration that comes of it.",
    ],
    load: () => import("./config-check.ts"),
  },
};

const HELP = new Set(["--help", "-h"]);
const OVERVIEW = `npm run postmortem -- SUB-COMMAND …\n\n${Object.values(SUB_COMMANDS)
  .map((subCommand) => `  ${usageOf(subCommand)}`)
  .join("\n")}`;

/** Carries out what was typed after `npm run postmortem --`. Returns the exit code: 0, 1 for what went wrong, 2 for wrong use. */
export async function answer(words: readonly string[]): Promise<number> {
  const name = Object.keys(SUB_COMMANDS).find((known) => known.split(" ").every((word, at) => words[at] === word));
  const subCommand = name === undefined ? undefined : SUB_COMMANDS[name];
  if (name === undefined || subCommand === undefined) return exitCodeOf(OVERVIEW, async () => overview(words[0]));
  const rest = words.slice(name.split(" ").length);
  return exitCodeOf(usageOf(subCommand), async () => {
    if (rest.some((word) => HELP.has(word))) return say(`usage: ${usageOf(subCommand)}`);
    return (await subCommand.load()).run(rest);
  });
}

function overview(word: string | undefined): number {
  if (word === undefined || word === "help" || HELP.has(word)) return say(`usage: ${OVERVIEW}`);
  throw new WrongUse(`There is no sub-command "${word}".`);
}

function usageOf({ usage, summary }: SubCommand): string {
  return [`npm run postmortem -- ${usage}`, ...summary].join("\n      ");
}

function say(text: string): number {
  console.log(text);
  return 0;
}
