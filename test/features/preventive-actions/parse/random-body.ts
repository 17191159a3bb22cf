import { array, boolean, constantFrom, oneof, string, tuple, type Arbitrary } from "fast-check";

const WORDS = [
  "alert on snapshot age",
  "add a probe",
  "drain `node 7` first",
  "**rehearse** the restore",
  "raise the quota to 40",
  "写一个告警",
  "check 👩‍🚒 the 🔥 runbook",
  "see https://example.org/a_(b)?c=1",
  "close acme/shop#12 and #7",
  "[ticket](https://example.org/9)",
  "ask <!-- quietly --> twice",
  "@alice",
  "(due 2026-12-01, prevent)",
  "(due 2026-02-31)",
  "(BOB)",
  "[BOB, EVE]",
  "**JP**",
  "✅",
  "- done",
  "~~not this~~",
  "~~never~~ — dropped: too dear",
  "tail\\",
  "`open span",
  "a|b",
  "[x]",
  "\t tabbed",
];
const LEADS = [
  "- [ ] ",
  "- [x] ",
  "- [X] ",
  "* [ ]  ",
  "+ [x]\t",
  "1. [ ] ",
  "7) [ ] ",
  "- ",
  "* ",
  "1. ",
  "  - [ ] ",
  "\t- [ ] ",
  "    - [x] ",
  "   * ",
  "> - [ ] ",
  "| ",
  "",
  "",
  "    ",
  "- **Review actions**: ",
  "- > - [ ] ",
];
const WHOLE = [
  "## Preventive actions",
  "# Action items #",
  "### Process improvements",
  "Corrective actions\n==================",
  "**Review actions**:",
  "What could be done to prevent relapse:",
  "## Timeline",
  "### Actions taken",
  "**RK**",
  "```",
  "~~~",
  "<!--",
  "-->",
  "<details>",
  "</details>",
  "---",
  "| Action | Owner | Due | Status |\n|---|---|---|---|\n| Fence the pool | @bob | 2026-01-02 | open |\n| Tag it | | | |",
  "",
  "",
  "None.",
  "- ...",
  "\uFEFF",
];

const line = oneof(
  {
    weight: 5,
    arbitrary: tuple(constantFrom(...LEADS), array(constantFrom(...WORDS), { maxLength: 4 })).map(
      ([lead, words]) => lead + words.join(" "),
    ),
  },
  { weight: 3, arbitrary: constantFrom(...WHOLE) },
  { weight: 1, arbitrary: string({ unit: "grapheme", maxLength: 30 }) },
);

/** Bodies as untidy as people and editors make them: mixed line endings, tabs, emoji, unclosed fences and comments. */
export const randomBody: Arbitrary<string> = tuple(
  boolean(),
  array(tuple(line, constantFrom("\n", "\n", "\r\n", "\r\n", "\n\n", "\r\n\r\n", "\r")), { maxLength: 24 }),
).map(
  ([headed, lines]) =>
    (headed ? "## Action items\r\n\r\n" : "") + lines.map(([text, ending]) => text + ending).join(""),
);

/**
 * How often a property is tried: some hundred times from a fixed seed, so that a change is judged by the same bodies as
 * the one before; or as often as `PROPERTY_RUNS` says, from a new seed each time.
 */
export function runs(usual: number): { numRuns: number; seed?: number } {
  const asked = Number(process.env["PROPERTY_RUNS"] ?? "");
  return Number.isInteger(asked) && asked > 0 ? { numRuns: asked } : { numRuns: usual, seed: 20_261_121 };
}
