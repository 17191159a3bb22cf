import { describe, expect, it } from "vitest";

import { commandViews } from "../../../src/features/help/command-views.ts";
import help from "../../../src/features/help/commands/help.ts";
import { loadFeatures } from "../../../src/plan/load-features.ts";
import { changesOf, issueFacts, planned } from "../../support/issue-facts.ts";

describe("/postmortem help", () => {
  it("lists every command there is, on any issue, once per asking", () => {
    const [comment] = changesOf(planned(help, "help", issueFacts()), "put-comment");

    expect(comment).toMatchObject({ slot: "help.5", once: true, call: { template: "postmortem/help" } });
  });

  it("shows each form, says what it does once, and who may", async () => {
    const { commands } = await loadFeatures();
    const views = commandViews(commands);

    expect(views.filter(({ usage }) => usage.startsWith("/postmortem assign "))).toEqual([
      { usage: "/postmortem assign @login [function]", summary: expect.stringMatching(/./u), who: "triage" },
      { usage: "/postmortem assign <function>", summary: "", who: "triage" },
    ]);
    expect(new Set(views.map(({ usage }) => usage)).size).toBe(views.length);
    expect(views.find(({ usage }) => usage.startsWith("/postmortem close-anyway"))?.who).toBe("maintain");
  });
});
