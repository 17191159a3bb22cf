import { describe, expect, it } from "vitest";

import { during, labelled, proven, queryOf, scopeOf } from "../../../src/features/digest/search-links.ts";
import { somePostmortem, weekFacts } from "../../support/postmortem-builders.ts";

const PERIOD = weekFacts().week;

describe("proven", () => {
  it("links to the issues of the only repository", () => {
    const facts = weekFacts({ postmortems: [somePostmortem()] });

    const { n, url = "" } = proven(scopeOf(facts), ["is:open"], facts.postmortems);

    expect(n).toBe(1);
    expect(url).toBe(
      "https://github.com/acme/incidents/issues?q=is%3Aissue%20label%3Apostmortem%20-label%3Adrill%20is%3Aopen",
    );
    expect(queryOf(url)).toBe("repo:acme/incidents is:issue label:postmortem -label:drill is:open");
  });

  it("names every repository in one search while it can", () => {
    const postmortems = [somePostmortem({ repo: "b" }), somePostmortem({ repo: "a" })];
    const facts = weekFacts({ postmortems });

    const { url = "" } = proven(scopeOf(facts), [], postmortems);

    expect(url.startsWith("https://github.com/search?type=issues&q=")).toBe(true);
    expect(queryOf(url)).toBe("repo:acme/a repo:acme/b is:issue label:postmortem -label:drill");
  });

  it("adds up searches that stay short when there are many repositories", () => {
    const postmortems = Array.from({ length: 9 }, (_, n) =>
      somePostmortem({ number: n + 1, repo: `${"long-name-".repeat(3)}${n % 5}` }),
    );
    const facts = weekFacts({ postmortems });

    const { n, url, parts } = proven(scopeOf(facts), [during("created", PERIOD, "Europe/Berlin")], postmortems);

    expect(url).toBeUndefined();
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, part) => sum + part.n, 0)).toBe(n);
    for (const part of parts) expect(queryOf(part.url).length).toBeLessThanOrEqual(256);
  });

  it("leaves a count alone that too many searches would have to prove", () => {
    const postmortems = Array.from({ length: 40 }, (_, n) =>
      somePostmortem({ number: n + 1, repo: `${"long-name-".repeat(5)}${n}` }),
    );

    const count = proven(scopeOf(weekFacts({ postmortems })), [], postmortems);

    expect(count).toEqual({ n: 40, parts: [] });
  });

  it("looks into the home repository while there is nothing yet", () => {
    expect(scopeOf(weekFacts()).repositories).toEqual(["acme/incidents"]);
  });
});

describe("during", () => {
  it("names the first and the last second on the clocks of the zone", () => {
    expect(during("created", PERIOD, "Europe/Berlin")).toBe(
      "created:2026-11-09T00:00:00+01:00..2026-11-15T23:59:59+01:00",
    );
  });

  it("writes west of Greenwich with a minus, halves of an hour, and UTC as Z", () => {
    const period = { from: "2026-11-09T02:30:00.000Z", until: "2026-11-16T02:30:00.000Z" };

    expect(during("closed", period, "America/St_Johns")).toBe(
      "closed:2026-11-08T23:00:00-03:30..2026-11-15T22:59:59-03:30",
    );
    expect(during("closed", period, "UTC")).toBe("closed:2026-11-09T02:30:00Z..2026-11-16T02:29:59Z");
  });
});

describe("labelled", () => {
  it("quotes a label only where it must", () => {
    expect(labelled("hotspot/dns")).toBe("label:hotspot/dns");
    expect(labelled("post mortem: done")).toBe('label:"post mortem: done"');
  });
});
