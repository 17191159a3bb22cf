#!/usr/bin/env node
interface SubCommand {
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<{ run: (args: string[]) => Promise<number> }>;
}

const SUB_COMMANDS: Readonly<Record<string, SubCommand>> = {
  plan: {
    usage: 'plan owner/repo#7 [--say "/severity 2"] [--as login] [--json]',
    summary: "Show what the app would do with an issue, and do nothing.",
    load: () => import("./plan.ts"),
  },
  digest: {
    usage: "digest owner/repo [--week 2026-W47]",
    summary: "Print the digest that the existing postmortems of a repository give; nothing is written.",
    load: () => import("./digest.ts"),
  },
  classify: {
    usage: "classify FILE.jsonl",
    summary: "Lines {id, title, body} in, one line with the category and its evidence out for each.",
    load: () => import("./classify.ts"),
  },
  export: {
    usage: "export <installation-id> [--data-dir ./data]",
    summary: "Print everything kept about an installation, one JSON object a line.",
    load: () => import("./export.ts"),
  },
  "config check": {
    usage: "config check FILE…",
    summary: "Check configuration files; every fault with its line and column.",
    load: () => import("./config-check.ts"),
  },
};

const words = process.argv.slice(2);
const name = Object.keys(SUB_COMMANDS).find((known) => words.join(" ").startsWith(known));
const subCommand = name === undefined ? undefined : SUB_COMMANDS[name];
if (name === undefined || subCommand === undefined) {
  const lines = Object.values(SUB_COMMANDS).map(
    ({ usage, summary }) => `  npm run postmortem -- ${usage}\n      ${summary}`,
  );
  console.error(
    `${words.length === 0 ? "" : `There is no sub-command "${words[0]}".\n\n`}Sub-commands:\n\n${lines.join("\n")}`,
  );
  process.exitCode = words.length === 0 || words[0] === "--help" ? 0 : 2;
} else {
  const { run } = await subCommand.load();
  process.exitCode = await run(words.slice(name.split(" ").length));
}
