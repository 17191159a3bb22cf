import { describe, expect, it } from "vitest";

import { notes, type Note } from "../../../../src/features/preventive-actions/blameless/notes.ts";
import { BLAME } from "../../../../src/features/preventive-actions/blameless/phrases.ts";
import { parseActions } from "../../../../src/features/preventive-actions/parse/parse-actions.ts";

function notesOf(body: string): Note[] {
  return notes(body, parseActions(body));
}

function blame(body: string): string[] {
  return notesOf(body).flatMap(({ kind, words }) => (kind === "blame" ? [words] : []));
}

function endless(line: string): string[] {
  return notesOf(`## Action items\n\n- [ ] ${line} @zoe (due 2027-03-04)\n`).flatMap(({ kind, words }) =>
    kind === "unbounded-verb" ? [words] : [],
  );
}

const EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  "human-error": ["The outage came from a human error in the console.", "human error"],
  "should-have": ["The on-call engineer should have noticed the graph.", "should have noticed"],
  "should-have-been": ["The change should have been reviewed by two people.", "should have been reviewed"],
  "should-have-opening": ["- Should have tested it on staging", "Should have tested"],
  "failed-to": ["The operator failed to check the queue.", "failed to check"],
  forgot: ["Then he forgot to renew the lease.", "forgot to renew"],
  character: ["It was a careless change.", "careless"],
  fault: ["It was our own fault.", "our own fault"],
  slip: ["She mistakenly deleted the volume.", "mistakenly deleted"],
  "ignored-procedure": ["The team did not follow the runbook.", "did not follow"],
  "lack-of-care": ["The factor was lack of attention.", "lack of attention"],
};

describe("blame", () => {
  it.each(BLAME.map((phrase) => [phrase.id, phrase] as const))("is seen in the example of %s", (id, phrase) => {
    const [sentence, words] = EXAMPLES[id] ?? ["", ""];

    expect(notesOf(sentence)).toEqual([
      {
        kind: "blame",
        start: sentence.indexOf(words),
        end: sentence.indexOf(words) + words.length,
        words,
        suggestion: phrase.suggestion,
      },
    ]);
  });

  it.each([
    "The probe failed to start and the pod forgot its lease.",
    "Services should have health checks, and each queue should have an owner.",
    "RAID should have mitigated this.",
    "It should not have been possible for one user to do that.",
    "Human error is never a cause. There was no human error.",
    "The page shows a user error message at a steady error rate.",
    "A lazy loading bug met a dumb pipe.",
    "The alert was ignored by the rule, as configured.",
    "`human error`",
    "> he forgot to renew the lease",
    "```\nthe operator failed to check\n```",
    "<!-- it was our fault -->",
    'The form asks for "human error".',
    "See https://example.org/our-fault/human-error for more.",
  ])("is not seen in %j", (body) => {
    expect(blame(body)).toEqual([]);
  });

  it("is marked once a place, in order, at its offsets in the body", () => {
    const body =
      "# Timeline\r\n\r\n- 10:00 🔥 she mistakenly deleted it\r\n- Probably should have\r\n  tested more\r\n";
    const found = notesOf(body);

    expect(found.map(({ start, end }) => body.slice(start, end))).toEqual([
      "mistakenly deleted",
      "should have\r\n  tested",
    ]);
    expect(found[1]?.words).toBe("should have tested");
  });
});

describe("actions", () => {
  it.each([
    "Investigate the latency",
    "Look into the quota",
    "Improve monitoring",
    "Consider another registry",
    "We should think about caching",
    "Possibly explore zones",
    "Be more careful",
    "Keep an eye on the leak",
  ])("without an end are seen: %j", (line) => {
    expect(endless(line)).toHaveLength(1);
  });

  it.each([
    "Investigate the latency and write down what adds to it",
    "Improve start-up to under 30 s",
    "Improve the alert by adding a threshold",
    "Monitor certificate expiry from outside",
    "Add a probe to look into queues",
    "Evaluate two registries until Friday and decide",
    "Revisit the rota to make sure two people are on it",
  ])("with an end are not: %j", (line) => {
    expect(endless(line)).toEqual([]);
  });

  it("without an owner or a day are named while they are open", () => {
    const body =
      "## Action items\n\n- [ ] Drill @zoe\n- [ ] Fence (due 2027-03-04)\n- [x] Tag\n- [ ] ~~Move~~ — dropped: no need\n- [ ] Page @zoe (due 2027-03-04)\n";

    expect(notesOf(body).map(({ kind, words }) => [kind, words])).toEqual([
      ["no-due", "Drill"],
      ["no-owner", "Fence"],
    ]);
  });

  it("point at the verb itself", () => {
    const body = "## Action items\n\n- [ ] **Improve** the restore\n";
    const note = notesOf(body).find(({ kind }) => kind === "unbounded-verb");

    expect(body.slice(note?.start, note?.end)).toBe("Improve");
  });
});

describe("notes", () => {
  it("are the same for the same body", () => {
    const body = "She forgot to look.\n\n## Action items\n\n- Improve it\n";

    expect(notesOf(body)).toEqual(notesOf(body));
  });

  it("come in time for the longest body", () => {
    const full = "We should have noticed the human error. ".repeat(1600);

    expect(notesOf(full)).toHaveLength(3200);
  });
});
