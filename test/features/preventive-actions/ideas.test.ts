import { describe, expect, it } from "vitest";

import { compose } from "../../../src/features/digest/compose.ts";
import { guardClose } from "../../../src/features/closing/guard.ts";
import ideaCommand from "../../../src/features/preventive-actions/commands/idea.ts";
import notesCommand from "../../../src/features/preventive-actions/commands/notes.ts";
import { alike, repeatedIdeas } from "../../../src/features/preventive-actions/ideas.ts";
import { noteViews } from "../../../src/features/preventive-actions/note-views.ts";
import { Config } from "../../../src/domain/config.ts";
import type { Postmortem } from "../../../src/domain/postmortem.ts";
import { createRender } from "../../../src/render/render.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { daysBefore, somePostmortem, weekFacts } from "../../support/postmortem-builders.ts";

function withIdea(number: number, text: string, rest: Partial<Omit<Postmortem, "ref">> = {}): Postmortem {
  const ideas = [{ text, by: "ana", at: `2026-11-0${number}T09:00:00.000Z` }];
  return somePostmortem({ number, ideas, openedAt: daysBefore(3), ...rest });
}

const THREE = [
  withIdea(1, "A canary for node images"),
  withIdea(2, "We should have canaries for the node image"),
  withIdea(3, "canary node images"),
];

describe("an idea that is parked", () => {
  it("is kept in words, with who said it, and never keeps an issue open", () => {
    const facts = postmortemFacts({ issue: { state: "closed" } });

    const [saved] = changesOf(planned(ideaCommand, 'idea "A canary for node images"', facts), "save-postmortem");

    expect(saved?.postmortem.ideas).toEqual([{ text: "A canary for node images", by: "alice", at: facts.now }]);
    const closing = guardClose(facts, saved?.postmortem ?? somePostmortem(), { at: facts.now });
    expect(closing.map(({ kind }) => kind)).toEqual(["save-postmortem"]);
  });

  it("is not parked twice, and can be taken away again", () => {
    const facts = postmortemFacts({ postmortem: THREE[0] ?? somePostmortem() });

    expect(planned(ideaCommand, "idea canary for the node image", facts)).toHaveProperty("sentence");
    expect(planned(ideaCommand, "idea drop 2", facts)).toHaveProperty("sentence");
    const [saved] = changesOf(planned(ideaCommand, "idea drop 1", facts), "save-postmortem");
    expect(saved?.postmortem.ideas).toEqual([]);
  });

  it("of three postmortems is one line that links all three, in any order of reading", () => {
    const expected = [{ text: "A canary for node images", postmortems: THREE }];

    expect(repeatedIdeas(THREE)).toEqual(expected);
    expect(repeatedIdeas(THREE.toReversed())).toEqual(expected);

    const text = createRender()({ template: "digest/weekly", view: compose(weekFacts({ postmortems: THREE })) });
    const lines = text.split("\n").filter((line) => line.startsWith("- A canary for node images"));
    expect(lines).toHaveLength(1);
    for (const { url } of THREE) expect(lines[0]).toContain(`(${url})`);
  });

  it.each([
    ["twice", THREE.slice(0, 2)],
    ["three times in one", [somePostmortem({ ideas: THREE.flatMap(({ ideas = [] }) => ideas) })]],
    ["in a restricted incident", [...THREE.slice(0, 2), withIdea(3, "canary node images", { restricted: true })]],
    ["otherwise in the third", [...THREE.slice(0, 2), withIdea(3, "Alert on the age of snapshots")]],
  ])("is no news when said %s", (_, postmortems) => {
    expect(repeatedIdeas(postmortems)).toEqual([]);
  });

  it.each([
    ["Node-local DNS caches", "a DNS cache local to the node", true],
    ["Pin base images", "Pinning the base image", true],
    ["Pin base images", "Pin the timezone", false],
    ["", "", true],
  ])("%j and %j: alike is %s", (a, b, same) => {
    expect(alike(a, b)).toBe(same);
  });
});

describe("notes on wording", () => {
  const body = "The outage was due to human error.\n\n## Preventive actions\n\n- [ ] Investigate the leak\n";
  const facts = postmortemFacts({ issue: { body } });
  const { postmortem } = facts;

  it("stand in the status comment until somebody wants none, and never after the end", () => {
    expect(noteViews(facts, postmortem ?? somePostmortem()).map(({ words }) => words)).toEqual([
      "human error",
      "Investigate the leak",
      "Investigate",
    ]);
    const [off] = changesOf(planned(notesCommand, "notes off", facts), "save-postmortem");
    expect(noteViews(facts, off?.postmortem ?? somePostmortem())).toEqual([]);
    const [on] = changesOf(planned(notesCommand, "notes on", facts), "save-postmortem");
    expect(noteViews(facts, on?.postmortem ?? somePostmortem())).toHaveLength(3);
    expect(noteViews(facts, somePostmortem({ stage: "closed" }))).toEqual([]);
    const config = Config.parse({ notes: false });
    expect(noteViews({ ...facts, config }, somePostmortem())).toEqual([]);
  });

  it.each([
    ["(mitigate)", "(mitigate)", 1],
    ["(mitigate)", "(prevent)", 0],
    ["(mitigate)", "", 0],
  ])("ask for the other kinds when all actions are of one: %s and %s", (first, second, n) => {
    const lines = `## Preventive actions\n\n- [ ] Drain the node @ana ${first}\n- [ ] Cap the queue @ben ${second}\n`;
    const some = postmortemFacts({ issue: { body: lines } });

    expect(
      noteViews(some, somePostmortem()).filter(({ suggestion }) => suggestion.startsWith("All actions")),
    ).toHaveLength(n);
  });
});
