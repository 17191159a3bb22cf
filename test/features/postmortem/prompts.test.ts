import { describe, expect, it } from "vitest";

import { boxesOf, clicksBetween, promptViews, PROMPTS } from "../../../src/features/postmortem/prompts.ts";
import tickPrompts from "../../../src/features/postmortem/rules/tick-prompts.ts";
import { statusView } from "../../../src/features/postmortem/status-view.ts";
import { createRender } from "../../../src/render/render.ts";
import { changesOf, postmortemFacts } from "../../support/issue-facts.ts";
import { someAction, somePostmortem } from "../../support/postmortem-builders.ts";

function checked(body: string, postmortem = somePostmortem()): string[] {
  return promptViews(body, postmortem)
    .filter((prompt) => prompt.checked)
    .map(({ key }) => key);
}

const WRITTEN = [
  "## Impact\n\nLogins failed.\n",
  "## Detection\n\nAn alert.\n",
  "## Timeline\n\n- 10:00 down\n- 10:30 up\n",
  "## Root causes\n\nSeveral.\n",
  "## Resolution\n\nRolled back for now.\n",
  "## Upstream\n\nNone.\n",
].join("\n");

describe("prompts", () => {
  it("are ticked for what the app can see, and for nothing else", () => {
    expect(checked("")).toEqual([]);
    expect(checked("## Timeline\n\n- 10:00 down\n")).toEqual([]);
    expect(checked(WRITTEN)).toEqual(["impact", "detection", "timeline", "factors", "mitigation", "upstream"]);
    expect(
      checked(
        "",
        somePostmortem({
          actions: [someAction(), someAction({ owner: "ana" })],
          category: "dns",
          categoryBy: "person",
          reviewedAt: "t",
        }),
      ),
    ).toEqual(["action", "category", "review"]);
    expect(checked("", somePostmortem({ category: "dns", categoryBy: "classifier" }))).toEqual([]);
  });

  it("follow a person's click in both directions", () => {
    const ticks = {
      impact: { by: "ana", at: "t", checked: false },
      shared: { by: "ben", at: "t", checked: true },
    };
    const views = promptViews(WRITTEN, somePostmortem({ ticks }));

    expect(views.find(({ key }) => key === "impact")).toEqual(expect.objectContaining({ checked: false }));
    expect(views.find(({ key }) => key === "impact")).not.toHaveProperty("by");
    expect(views.find(({ key }) => key === "shared")).toMatchObject({ checked: true, by: "ben" });
  });

  it("have keys that can stand in an HTML comment, each once", () => {
    expect(PROMPTS.every(({ key }) => /^[a-z0-9-]+$/u.test(key))).toBe(true);
    expect(new Set(PROMPTS.map(({ key }) => key)).size).toBe(PROMPTS.length);
  });
});

describe("the boxes of the status comment", () => {
  const postmortem = somePostmortem();
  const guess = { primary: "dns", contributing: [], confidence: 0.7, thin: false, evidence: [] };
  const facts = postmortemFacts({ postmortem, classification: guess });
  const comment = createRender()({ template: "postmortem/status", view: statusView(facts, postmortem) });

  it("are read back as they were written, whatever GitHub makes of the line endings", () => {
    const keys = ["category.dns", ...PROMPTS.map(({ key }) => `prompt.${key}`)];

    expect(boxesOf(comment).map(({ group, key }) => `${group}.${key}`)).toEqual(keys);
    expect(boxesOf(comment.replaceAll("\n", "\r\n"))).toEqual(boxesOf(comment));
  });

  it("show what was clicked between two texts, in both directions and several at once", () => {
    const clicked = comment
      .replace("[ ] <!-- pm:prompt.shared -->", "[x] <!-- pm:prompt.shared -->")
      .replace("[ ] <!-- pm:prompt.impact -->", "[X] <!-- pm:prompt.impact -->");

    expect(clicksBetween(comment, clicked)).toEqual([
      { group: "prompt", key: "impact", checked: true },
      { group: "prompt", key: "shared", checked: true },
    ]);
    expect(clicksBetween(clicked, comment).map((click) => click.checked)).toEqual([false, false]);
    expect(clicksBetween("", clicked)).toEqual([]);
  });

  function clickFacts(body: string, overrides: Parameters<typeof postmortemFacts>[0] = {}, bodyBefore = comment) {
    return {
      ...facts,
      actor: { id: 4, login: "ana", kind: "person" as const },
      ...overrides,
      issue: facts.issue,
      event: { kind: "comment-edited" as const, commentId: 9, body, bodyBefore },
    };
  }

  it("are kept with who clicked and when", () => {
    const changes = tickPrompts.plan(
      clickFacts(comment.replace("[ ] <!-- pm:prompt.shared", "[x] <!-- pm:prompt.shared")),
    );

    expect(changesOf(changes, "save-postmortem")[0]?.postmortem.ticks).toEqual({
      shared: { by: "ana", at: facts.now, checked: true },
    });
  });

  const ticked = (key: string): string => comment.replace(`[ ] <!-- pm:prompt.${key}`, `[x] <!-- pm:prompt.${key}`);

  it("keep a tick that a page from before it would take back with another click", () => {
    const changes = tickPrompts.plan(clickFacts(ticked("detection"), {}, ticked("shared")));

    expect(changesOf(changes, "save-postmortem")[0]?.postmortem.ticks).toEqual({
      detection: { by: "ana", at: facts.now, checked: true },
    });
  });

  it("are unticked by a click that does nothing else", () => {
    const changes = tickPrompts.plan(clickFacts(comment, {}, ticked("shared")));

    expect(changesOf(changes, "save-postmortem")[0]?.postmortem.ticks).toEqual({
      shared: { by: "ana", at: facts.now, checked: false },
    });
  });

  it("confirm a category, together with a tick made at once", () => {
    const both = comment
      .replace("[ ] <!-- pm:category.dns", "[x] <!-- pm:category.dns")
      .replace("[ ] <!-- pm:prompt.shared", "[x] <!-- pm:prompt.shared");
    const changes = tickPrompts.plan(clickFacts(both));

    expect(changesOf(changes, "save-postmortem").at(-1)?.postmortem).toMatchObject({
      category: "dns",
      categoryBy: "person",
      ticks: { shared: { by: "ana" } },
    });
  });

  it("are not clicked by bots, nor by an edit that changes no box", () => {
    expect(tickPrompts.plan(clickFacts(`${comment}\n`))).toEqual([]);
    expect(
      tickPrompts.plan(
        clickFacts(comment.replace("[ ] <!-- pm:prompt.shared", "[x] <!-- pm:prompt.shared"), {
          actor: { id: 5, login: "bot", kind: "bot" },
        }),
      ),
    ).toEqual([]);
  });
});
