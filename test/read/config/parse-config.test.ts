import { describe, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import { parseConfig, printProblem } from "../../../src/read/config/parse-config.ts";

const EXAMPLE = `# .github/postmortem.yml
label: postmortem
team:
  functions:
    - name: platform
      members: ["@acme/sre", alice]     # a GitHub team or logins
      lead: alice
    - name: network
      members: [dan, eve, frank]
      affinity: [dns, ingress]
  away: [{ who: eve, from: 2026-12-01, until: 2026-12-15 }]
  max-open: 5
close-guard: enforce                     # off | warn | enforce (default)
due-days: { "1": 15, "2": 30, "3": 90, "4": 90 }   # working days by severity
digest: { repository: acme/incidents, day: monday, time: "09:00", timezone: Europe/Berlin }
mode: active                             # active | quiet | dry-run
`;

describe("a configuration that is right", () => {
  it("is read as exactly what it says", () => {
    const { config, problems } = parseConfig(EXAMPLE, "postmortem.yml");

    expect(problems).toEqual([]);
    expect(config).toEqual({
      ...DEFAULT_CONFIG,
      label: "postmortem",
      team: {
        functions: [
          { name: "platform", members: ["@acme/sre", "alice"], lead: "alice", affinity: [] },
          { name: "network", members: ["dan", "eve", "frank"], affinity: ["dns", "ingress"] },
        ],
        away: [{ who: "eve", from: "2026-12-01", until: "2026-12-15" }],
        "max-open": 5,
      },
      "close-guard": "enforce",
      "due-days": { "1": 15, "2": 30, "3": 90, "4": 90 },
      digest: { repository: "acme/incidents", day: "monday", time: "09:00", timezone: "Europe/Berlin" },
      mode: "active",
    });
  });

  it.each(["", "# nothing yet\n", "{}", "team:\ndigest:\n"])("may be empty: %j", (text) => {
    expect(parseConfig(text, "postmortem.yml")).toEqual({ config: DEFAULT_CONFIG, problems: [] });
  });

  it("takes severities as numbers too, and keeps the usual days of those that are not named", () => {
    const { config } = parseConfig("due-days: { 1: 5 }", "postmortem.yml");

    expect(config?.["due-days"]).toEqual({ "1": 5, "2": 30, "3": 90, "4": 90 });
  });

  it("takes a person who is away with or without the sign", () => {
    const { config } = parseConfig('team: { away: [{ who: "@eve", from: 2026-12-01, until: 2026-12-01 }] }', "f");

    expect(config?.team.away).toEqual([{ who: "eve", from: "2026-12-01", until: "2026-12-01" }]);
  });
});

/** What is written, and the one line that answers it. */
const FAULTS: readonly (readonly [string, string, string])[] = [
  ["a wrong type", "notes: maybe\n", '1:8 `notes` is "maybe": write true or false'],
  ["a number where text belongs", "label: 7\n", '1:8 `label` is 7: put it in quotes: "7"'],
  [
    "text where a list belongs",
    "team:\n  functions: sre\n",
    '2:14 `team.functions` is "sre": write a list, like [a, b]',
  ],
  [
    "a word that is not a choice",
    "label: x\nclose-guard: enforced\n",
    '2:14 `close-guard` is "enforced": write off, warn or enforce; did you mean enforce?',
  ],
  [
    "a missing key",
    "team:\n  functions:\n    - members: [alice]\n",
    "3:7 `team.functions[0].name` is missing: add it as text",
  ],
  ["a number out of bounds", "severity: 5\n", "1:11 `severity` is 5: write at most 4"],
  [
    "a day that is not in the calendar",
    "reminders:\n  holidays: [2026-02-30]\n",
    '2:14 `reminders.holidays[0]` is "2026-02-30": this day is not in the calendar; write it as 2026-12-01',
  ],
  [
    "an absence that ends before it begins",
    "team: { away: [{ who: eve, from: 2026-12-02, until: 2026-12-01 }] }",
    '1:53 `team.away[0].until` is "2026-12-01": this day is before `from`',
  ],
  [
    "a seat that is there twice",
    "team:\n  functions:\n    - { name: sre, members: [a] }\n    - { name: sre, members: [b] }\n",
    '4:15 `team.functions[1].name` is "sre": this one is there twice',
  ],
  [
    "an unknown time zone",
    "digest: { timezone: Mars/Base }",
    '1:21 `digest.timezone` is "Mars/Base": not a time zone that is known; write one like Europe/Berlin',
  ],
  [
    "an hour in which clocks change",
    'digest: { time: "02:30" }',
    '1:17 `digest.time` is "02:30": choose 04:00 or later: clocks are changed in the hours before',
  ],
  ["a duplicate key", "label: a\nmode: quiet\nlabel: b\n", "3:1 `label` is there twice; keep one of them"],
  [
    "a syntax error",
    "label: [a\n",
    "2:1 this is not YAML that can be used: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  [
    "a team without quotes",
    "team:\n  functions:\n    - name: a\n      members: [@acme/sre]\n",
    '4:17 `@acme/sre` must stand in quotes: "@acme/sre"',
  ],
  ["an alias", "label: &a x\nmode: *a\n", "2:7 `*a` is an alias: write the value out instead"],
  ["a list instead of keys", "- label\n", "1:1 the file must be a map of keys, like `label: postmortem`"],
];

describe("a configuration that is wrong", () => {
  it.each(FAULTS)("is answered with line, column and the way out: %s", (_, text, line) => {
    const { config, problems } = parseConfig(text, "postmortem.yml");

    expect(problems.map(printProblem)).toEqual([`postmortem.yml:${line}`]);
    expect(config).toBeUndefined();
  });

  it("is answered for every fault at once, in the order of the lines", () => {
    const { problems } = parseConfig("mode: loud\nnotes: 1\nseverity: x\n", "f");

    expect(problems.map(({ line, path, value }) => [line, path, value])).toEqual([
      [1, "mode", '"loud"'],
      [2, "notes", "1"],
      [3, "severity", '"x"'],
    ]);
  });
});

describe("a key that nobody knows", () => {
  it.each([
    ["labl: x", "1:1 `labl` is not a key of the configuration and is left out; did you mean `label`?"],
    [
      "close_guard: off",
      "1:1 `close_guard` is not a key of the configuration and is left out; did you mean `close-guard`?",
    ],
    ["max-open: 3", "1:1 `max-open` is not a key of the configuration and is left out; it belongs under `team`"],
    [
      "mode: quiet\ndigest:\n  tiem: x\n",
      "3:3 `digest.tiem` is not a key of the configuration and is left out; did you mean `time`?",
    ],
  ])("is reported, and the rest is used: %s", (text, line) => {
    const { config, problems } = parseConfig(text, "f");

    expect(problems.map(printProblem)).toEqual([`f:${line}`]);
    expect(problems[0]?.fatal).toBe(false);
    expect(config).toEqual(text.startsWith("mode") ? { ...DEFAULT_CONFIG, mode: "quiet" } : DEFAULT_CONFIG);
  });

  it.each([
    "__proto__: { mode: quiet }",
    "constructor: { prototype: 1 }",
    "<<: { mode: quiet }",
    "team: { __proto__: { max-open: 1 } }",
  ])("changes nothing, whatever it is called: %s", (text) => {
    const { config, problems } = parseConfig(text, "f");

    expect(problems).toHaveLength(1);
    expect(config).toEqual(DEFAULT_CONFIG);
  });
});
