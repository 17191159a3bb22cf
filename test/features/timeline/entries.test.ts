import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { refuse } from "../../../src/domain/refusal.ts";
import { BODY_CAP } from "../../../src/features/postmortem/template.ts";
import { timelineEntries } from "../../../src/features/postmortem/sections.ts";
import note from "../../../src/features/timeline/commands/note.ts";
import timeline from "../../../src/features/timeline/commands/timeline.ts";
import { withTimelineEntry } from "../../../src/features/timeline/timeline.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";

const ENTRY = { at: "2026-11-20T10:30:00.000Z", text: "failed over", by: "ana" };
const LINE = "- 2026-11-20 10:30 UTC — failed over (ana)";

describe("withTimelineEntry", () => {
  it.each([
    ["an empty body", "", `\n\n## Timeline\n\n${LINE}\n`],
    ["a body without the section", "Down.", `Down.\n\n## Timeline\n\n${LINE}\n`],
    ["an empty section", "## Timeline\n\n## Trigger\n", `## Timeline\n\n${LINE}\n\n## Trigger\n`],
    ["a list", "## Timeline\n\n- 10:00 down\n\n## Trigger\n", `## Timeline\n\n- 10:00 down\n${LINE}\n\n## Trigger\n`],
    ["a numbered list", "## Chronology\n\n1. down", `## Chronology\n\n1. down\n${LINE}\n`],
    ["a bullet left open", "## Timeline\n\n- \n\n## Trigger\n", `## Timeline\n\n${LINE}\n\n## Trigger\n`],
    ["a bullet that says TODO", "## Timeline\n\n- 10:00 down\n- TODO\n", `## Timeline\n\n- 10:00 down\n${LINE}\n`],
    ["a paragraph", "## Timeline\n\nIt was down.\n", `## Timeline\n\nIt was down.\n\n${LINE}\n`],
    ["Windows line endings", "## Timeline\r\n\r\n- 10:00 down\r\n", `## Timeline\r\n\r\n- 10:00 down\r\n${LINE}\r\n`],
    ["a section that is not there, in Windows", "Down.\r\n", `Down.\r\n\r\n\r\n## Timeline\r\n\r\n${LINE}\r\n`],
    ["a hint in a comment", "## Timeline\n\n<!-- one a line -->\n", `## Timeline\n\n<!-- one a line -->\n\n${LINE}\n`],
  ])("puts it behind what is there: %s", (_where, body, after) => {
    expect(withTimelineEntry(body, ENTRY)).toBe(after);
  });

  it("adds one entry and changes nothing else", () => {
    const start = constantFrom(
      "## Timeline\n\n- 10:00 down\n",
      "## Timeline\r\n\r\n- 10:00 down\r\n\r\n## End\r\n",
      "## Timeline\n",
    );
    assert(
      property(start, string({ unit: "grapheme", minLength: 1 }), (body, text) => {
        const after = withTimelineEntry(body, { ...ENTRY, text: `at ${text}` }) ?? "";
        const added = after.split(/\r?\n/u).filter((line) => line.startsWith("- 2026-11-20 10:30 UTC — at"));

        expect(timelineEntries(after)).toBe(timelineEntries(body) + 1);
        expect(added).toHaveLength(1);
        expect(after.replace(added[0] ?? "", "").replaceAll(/\s/gu, "")).toBe(body.replaceAll(/\s/gu, ""));
      }),
      { numRuns: 500 },
    );
  });

  it("gives way when the issue is full", () => {
    expect(withTimelineEntry("x".repeat(BODY_CAP), ENTRY)).toBeUndefined();
  });
});

describe("/postmortem note", () => {
  const facts = postmortemFacts();
  const body = (line: string): string | undefined => changesOf(planned(note, line, facts), "put-body")[0]?.body;

  it.each([
    ['note "failed  over"', "- 2026-11-20 10:00 UTC — failed over (alice)"],
    ["note failed over to replicas=3", "- 2026-11-20 10:00 UTC — failed over to replicas=3 (alice)"],
    ["note failed over at=07:45", "- 2026-11-20 07:45 UTC — failed over (alice)"],
    ["note at=2026-11-19T23:10Z failed over", "- 2026-11-19 23:10 UTC — failed over (alice)"],
    ["note at=2026-11-19T23:10+02:00 failed over", "- 2026-11-19 21:10 UTC — failed over (alice)"],
    ["note told @acme/all <b>", "- 2026-11-20 10:00 UTC — told @\u200Bacme/all <\u200Bb> (alice)"],
  ])("%s", (line, entry) => {
    expect(body(line)).toBe(`\n\n## Timeline\n\n${entry}\n`);
  });

  it.each([
    ["note", 'Say what happened: `/postmortem note "failed over to zone b"`.'],
    ['note "  "', 'Say what happened: `/postmortem note "failed over to zone b"`.'],
    ["note x at=25:00", "Write the time as 2026-12-01T10:30Z, or as 10:30 for today (UTC)."],
    ["note x at=yesterday", "Write the time as 2026-12-01T10:30Z, or as 10:30 for today (UTC)."],
    ["note x at=2026-13-01T10:00Z", "Write the time as 2026-12-01T10:30Z, or as 10:30 for today (UTC)."],
  ])("%s is refused", (line, sentence) => {
    expect(planned(note, line, facts)).toEqual(refuse(sentence));
  });

  it("is refused when the issue is full", () => {
    const full = postmortemFacts({ issue: { body: "x".repeat(BODY_CAP) } });

    expect(planned(note, "note x", full)).toEqual(
      refuse("The issue is full: GitHub takes no more than 65,536 characters."),
    );
    expect(planned(timeline, "timeline", full)).toEqual(
      refuse("The issue is full: GitHub takes no more than 65,536 characters."),
    );
  });
});

describe("/postmortem timeline", () => {
  it("adds what the app knows, once", () => {
    const postmortem = somePostmortem({
      reviewedAt: "2026-11-18T09:00:00.000Z",
      publishedAt: "2026-11-19T09:00:00.000Z",
    });
    const facts = postmortemFacts({ postmortem });
    const body = changesOf(planned(timeline, "timeline", facts), "put-body")[0]?.body ?? "";

    expect(body.trim().split("\n").slice(2)).toEqual([
      "- 2026-11-10 09:00 UTC — issue opened (alice)",
      "- 2026-11-10 09:00 UTC — postmortem taken up (alice)",
      "- 2026-11-18 09:00 UTC — reviewed (ghost)",
      "- 2026-11-19 09:00 UTC — published (alice)",
    ]);
    expect(planned(timeline, "timeline", { ...facts, issue: { ...facts.issue, body } })).toEqual(
      refuse("The timeline has everything the app knows."),
    );
  });
});
