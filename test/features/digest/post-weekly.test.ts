import { describe, expect, it } from "vitest";

import postWeekly from "../../../src/features/digest/rules/post-weekly.ts";
import { somePostmortem, weekFacts } from "../../support/postmortem-builders.ts";

describe("post-weekly", () => {
  it("opens one issue for the week, in place of the digests before it", () => {
    const previous = [
      { number: 9, url: "https://github.com/acme/incidents/issues/9" },
      { number: 4, url: "https://github.com/acme/incidents/issues/4" },
    ];

    const changes = postWeekly.plan(weekFacts({ previous, postmortems: [somePostmortem()] }));

    expect(changes).toMatchObject([
      {
        kind: "open-issue",
        installationId: 7,
        owner: "acme",
        repo: "incidents",
        slot: "digest.2026-w47",
        title: "Hotspot digest, week 2026-W47",
        labels: ["postmortem-digest"],
        supersedes: [4, 9],
        call: { template: "digest/weekly", view: { week: "2026-W47", opened: { n: 1 } } },
      },
    ]);
  });

  it("has a slot that a marker can hold", () => {
    const [change] = postWeekly.plan(weekFacts());

    expect(change?.kind === "open-issue" && change.slot).toMatch(/^[a-z0-9.-]+$/u);
  });

  it("writes nothing in a dry run", () => {
    const facts = weekFacts();

    expect(postWeekly.plan({ ...facts, config: { ...facts.config, mode: "dry-run" } })).toEqual([]);
  });
});
