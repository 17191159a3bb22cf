import { describe, expect, it } from "vitest";

import type { Postmortem } from "../../../src/domain/postmortem.ts";
import type { CountLink, LinkedCount } from "../../../src/domain/template-call.ts";
import { compose } from "../../../src/features/digest/compose.ts";
import { queryOf } from "../../../src/features/digest/search-links.ts";
import { startClock } from "../../../src/sandbox/clock.ts";
import { createIssue, setState } from "../../../src/sandbox/issue-actions.ts";
import { searchIssues } from "../../../src/sandbox/search.ts";
import { addOrganization, addRepository, addUser, createWorld } from "../../../src/sandbox/world.ts";
import { someYear } from "../../support/digest-year.ts";

describe("every count of issues in the digest", () => {
  it.each([1, 2, 7])("is what GitHub's search finds by its link, over %i repositories", (repositories) => {
    const facts = someYear();
    const postmortems = facts.postmortems.map((one, index) => moved(one, index % repositories));
    const world = worldOf(postmortems);

    const counts = countsIn(compose({ ...facts, postmortems }));
    const found = counts.map(({ url }) => searchIssues(world, queryOf(url), () => true).length);

    expect(counts.length).toBeGreaterThan(20);
    expect(found).toEqual(counts.map(({ n }) => n));
    expect(found.some((n) => n > 5)).toBe(true);
  });
});

function moved(postmortem: Postmortem, place: number): Postmortem {
  return {
    ...postmortem,
    ref: { ...postmortem.ref, repo: place === 0 ? "incidents" : `incidents-of-a-team-${place}` },
  };
}

/** The same incidents as issues of the sandbox, opened and closed at the same instants. */
function worldOf(postmortems: readonly Postmortem[]): ReturnType<typeof createWorld> {
  const clock = startClock("2025-01-01T00:00:00.000Z");
  const keys = { privateKey: "", publicKey: "" };
  const world = createWorld({
    clock,
    seed: 1,
    appSlug: "postmortem-app",
    authClock: "sandbox",
    webhookSecret: "secret",
    keys,
  });
  const organization = addOrganization(world, "acme");
  const alice = addUser(world, "alice");
  const doer = { world, by: alice };
  expect(organization.login).toBe("acme");
  for (const postmortem of postmortems.toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))) {
    const { ref } = postmortem;
    const fullName = `${ref.owner}/${ref.repo}`;
    const known = [...world.repositories.values()].find(({ name }) => name === ref.repo);
    const repository = known ?? addRepository(world, fullName, { visibility: "private" });
    clock.set(postmortem.openedAt);
    const issue = createIssue(doer, repository, { title: postmortem.title, labels: labelsOf(postmortem) });
    if (postmortem.closedAt === undefined) continue;
    clock.set(postmortem.closedAt);
    setState(doer, issue, { state: "closed", reason: "completed" });
  }
  clock.set("2026-11-16T08:00:00.000Z");
  return world;
}

function labelsOf(postmortem: Postmortem): string[] {
  return [
    "postmortem",
    `stage/${postmortem.stage}`,
    ...(postmortem.category === undefined ? [] : [`hotspot/${postmortem.category}`]),
    ...(postmortem.drill ? ["drill"] : []),
    ...(postmortem.restricted ? ["restricted"] : []),
  ];
}

/** Every linked count anywhere in a view. */
function countsIn(view: unknown): CountLink[] {
  if (typeof view !== "object" || view === null) return [];
  const { n, url, parts } = view as Partial<LinkedCount>;
  if (typeof n === "number" && parts !== undefined) return url === undefined ? [...parts] : [{ n, url }];
  return Object.values(view).flatMap(countsIn);
}
