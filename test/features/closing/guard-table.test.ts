import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { Actor, Role } from "../../../src/domain/actor.ts";
import { Config } from "../../../src/domain/config.ts";
import type { Postmortem } from "../../../src/domain/postmortem.ts";
import closeWithIssue from "../../../src/features/closing/rules/close-with-issue.ts";
import reopenWithIssue from "../../../src/features/closing/rules/reopen-with-issue.ts";
import { plan } from "../../../src/plan/plan.ts";
import { issueFacts } from "../../support/issue-facts.ts";
import { someAction, somePostmortem } from "../../support/postmortem-builders.ts";

const BODY = "## Preventive actions\n\n- [ ] Pin the base image @ana\n";

/** How GitHub shows a way to close: by whom, and with which reason. A commit's "Fixes #7" is a close by who pushed it. */
const WAYS = {
  "by hand": { reason: "completed" },
  "commit with `Fixes #n`": { reason: "completed" },
  "project board": { reason: "completed", bot: "github-project-automation[bot]" },
  "API, another app": { reason: "completed", bot: "stale[bot]" },
  "not planned": { reason: "not_planned" },
  duplicate: { reason: "duplicate" },
  "not planned, by a bot": { reason: "not_planned", bot: "stale[bot]" },
} as const;

const WHO = { "author who may read": "read", triage: "triage", write: "write", maintain: "maintain" } as const;
const MODES = ["off", "warn", "enforce"] as const;

interface Row {
  readonly way: string;
  readonly who: string;
  readonly mode: (typeof MODES)[number];
  readonly actor: Actor;
  readonly role: Role;
  readonly reason: string;
}

interface End {
  /** How many closings it took until the issue stayed closed. */
  readonly closings: number;
  readonly reopenings: number;
  /** The last comment of the guard. */
  readonly comment: "none" | "reopened" | "warned";
  readonly recorded: string;
}

const ROWS: Row[] = Object.entries(WAYS).flatMap(([way, how]) =>
  ("bot" in how ? (["bot"] as const) : (Object.keys(WHO) as (keyof typeof WHO)[])).flatMap((who) =>
    MODES.map((mode): Row => {
      const actor: Actor =
        "bot" in how ? { id: 9, login: how.bot, kind: "bot" } : { id: 1, login: "wendy", kind: "person" };
      return { way, who, mode, actor, role: who === "bot" ? "unknown" : WHO[who], reason: how.reason };
    }),
  ),
);

const HARDLY_EVER = 50;

/** Closes again and again, as a stubborn person or a bot would, until it stays closed. */
function insist(row: Row, { actions = BODY }: { actions?: string } = {}): End {
  const config = Config.parse({ "close-guard": row.mode });
  let postmortem: Postmortem = somePostmortem();
  let comment: End["comment"] = "none";
  let reopenings = 0;
  for (let closings = 1; closings <= HARDLY_EVER; closings += 1) {
    const facts = issueFacts({
      event: { kind: "issue-closed", stateReason: row.reason, at: "2026-11-20T10:00:00.000Z" },
      actor: row.actor,
      role: row.role,
      config,
      issue: { body: actions, state: "closed", stateReason: row.reason },
      postmortem,
      stored: postmortem,
    });
    const changes = plan(facts, { commands: [], rules: [closeWithIssue] });
    const reopened = changes.some(({ kind }) => kind === "set-issue-state");
    for (const change of changes) {
      if (change.kind === "put-comment")
        comment = change.call.template === "close-guard/reopened" ? "reopened" : "warned";
      if (change.kind === "save-postmortem") postmortem = change.postmortem;
    }
    if (!reopened) return { closings, reopenings, comment, recorded: postmortem.closedAnyway?.reason ?? "" };
    reopenings += 1;
  }
  throw new Error(`${row.way} by ${row.who}: it never stayed closed`);
}

/** Said outright, so that a change of the rules shows as a change here. */
function expected({ mode, way, who }: Row): End {
  if (mode === "off") return { closings: 1, reopenings: 0, comment: "none", recorded: "" };
  if (way === "not planned" || way === "duplicate")
    return { closings: 1, reopenings: 0, comment: "warned", recorded: `closed as ${way}` };
  if (mode === "warn") return { closings: 1, reopenings: 0, comment: "warned", recorded: "" };
  const closings = who === "maintain" ? 2 : 3;
  return { closings, reopenings: closings - 1, comment: "reopened", recorded: "closed again with actions open" };
}

describe("the ways to close, with an action open", () => {
  it.each(ROWS)("$way, $who, $mode", (row) => {
    expect(insist(row)).toEqual(expected(row));
  });

  it("are a table in the documentation, word for word", () => {
    const words = (row: Row): string => {
      const { closings, comment, recorded } = insist(row);
      const said = { none: "nothing is said", reopened: "reopened, with a list", warned: "stays closed, with a list" }[
        comment
      ];
      const stays = closings === 1 ? "" : `; close ${closings} stands`;
      return `${said}${stays}${recorded === "" ? "" : ", recorded"}`;
    };
    const documentation = readFileSync(new URL("../../../docs/preventive-actions.md", import.meta.url), "utf8");
    const [, table = ""] = /\n(\| How +\| Who [^]+?)\n\n/u.exec(documentation) ?? [];
    const [, , ...lines] = table.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    const told = lines.flatMap(([, ways = "", people = "", ...cells]) =>
      ways
        .split("; ")
        .flatMap((way) =>
          people.split("; ").flatMap((who) => MODES.map((mode, at) => `${way}, ${who}, ${mode}: ${cells[at]}`)),
        ),
    );

    expect(told.toSorted()).toEqual(ROWS.map((row) => `${row.way}, ${row.who}, ${row.mode}: ${words(row)}`).toSorted());
    console.log(
      `${ROWS.length} combinations of ${Object.keys(WAYS).length} ways, ${MODES.length} modes and 5 kinds of actors`,
    );
  });
});

describe("an action that is not in the way", () => {
  const row = ROWS.find(({ way, who, mode }) => way === "by hand" && who === "write" && mode === "enforce");

  it.each([
    ["done", "## Preventive actions\n\n- [x] Pin the base image @ana\n"],
    ["dropped with a reason", "## Preventive actions\n\n- [ ] ~~Pin the base image~~ — dropped: gone next month\n"],
    ["not there", "## Preventive actions\n\nNone.\n"],
  ])("%s", (_, actions) => {
    expect(row && insist(row, { actions })).toEqual({ closings: 1, reopenings: 0, comment: "none", recorded: "" });
  });

  it("tracked by an issue of its own", () => {
    const postmortem = somePostmortem({
      actions: [someAction({ text: "Pin the base image", trackedBy: "acme/infra#7" })],
    });
    const facts = issueFacts({
      event: { kind: "issue-closed", at: "2026-11-20T10:00:00.000Z" },
      issue: { body: BODY, state: "closed" },
      postmortem,
      stored: postmortem,
    });

    expect(plan(facts, { commands: [], rules: [closeWithIssue] }).map(({ kind }) => kind)).toEqual(["save-postmortem"]);
  });

  it("nor is any in quiet mode, in which nothing is said or reopened", () => {
    const postmortem = somePostmortem();
    const facts = issueFacts({
      event: { kind: "issue-closed", at: "2026-11-20T10:00:00.000Z" },
      config: Config.parse({ mode: "quiet" }),
      issue: { body: BODY, state: "closed" },
      postmortem,
      stored: postmortem,
    });

    expect(plan(facts, { commands: [], rules: [closeWithIssue] })).toMatchObject([
      { kind: "save-postmortem", postmortem: { stage: "closed", guarded: 0 } },
    ]);
  });
});

describe("a bot against people", () => {
  it("leads to at most two reopenings for each time that a person opens the issue again", () => {
    const config = Config.parse({});
    let postmortem: Postmortem = somePostmortem();
    let writes = 0;
    for (let round = 0; round < 20; round += 1) {
      for (let closing = 0; closing < 10 && postmortem.issueState === "open"; closing += 1) {
        const facts = issueFacts({
          event: { kind: "issue-closed", stateReason: "completed", at: "2026-11-20T10:00:00.000Z" },
          actor: { id: 9, login: "stale[bot]", kind: "bot" },
          role: "unknown",
          config,
          issue: { body: BODY, state: "closed" },
          postmortem,
          stored: postmortem,
        });
        for (const change of plan(facts, { commands: [], rules: [closeWithIssue] })) {
          if (change.kind === "save-postmortem") postmortem = change.postmortem;
          else if (change.kind === "set-issue-state") writes += 1;
        }
      }
      expect(postmortem.issueState).toBe("closed");
      const facts = issueFacts({
        event: { kind: "issue-reopened" },
        issue: { body: BODY },
        postmortem,
        stored: postmortem,
      });
      for (const change of plan(facts, { commands: [], rules: [reopenWithIssue] }))
        if (change.kind === "save-postmortem") postmortem = change.postmortem;
    }

    expect(writes).toBe(40);
  });
});
