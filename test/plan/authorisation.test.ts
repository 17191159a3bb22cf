import { beforeAll, describe, expect, it } from "vitest";

import type { Actor, Role } from "../../src/domain/actor.ts";
import type { Change } from "../../src/domain/change.ts";
import type { Event } from "../../src/domain/event.ts";
import type { IssueFacts, Visibility } from "../../src/domain/facts.ts";
import type { Registry } from "../../src/plan/define.ts";
import { loadFeatures } from "../../src/plan/load-features.ts";
import { plan } from "../../src/plan/plan.ts";
import { issueFacts, postmortemFacts } from "../support/issue-facts.ts";
import { someAction, somePostmortem } from "../support/postmortem-builders.ts";

const ACTORS: Readonly<Record<string, { actor: Actor; role: Role; isAuthor?: true }>> = {
  reader: { actor: person("rita"), role: "read" },
  author: { actor: person("alice"), role: "read", isAuthor: true },
  triager: { actor: person("tom"), role: "triage" },
  writer: { actor: person("wendy"), role: "write" },
  maintainer: { actor: person("mia"), role: "maintain" },
  bot: { actor: { id: 9, login: "other[bot]", kind: "bot" }, role: "unknown" },
  self: { actor: { id: 8, login: "postmortem[bot]", kind: "self" }, role: "unknown" },
};
type ActorName = keyof typeof ACTORS;

const ALL: readonly ActorName[] = ["triager", "writer", "maintainer"];

/** What is asked, and of whom it is taken. */
const ACTIONS: readonly { name: string; ask: string; by: readonly ActorName[]; fresh?: true }[] = [
  { name: "start by label", ask: "label", by: ALL, fresh: true },
  { name: "start by a template's label", ask: "template", by: ALL, fresh: true },
  { name: "start by command", ask: "/postmortem start", by: ALL, fresh: true },
  { name: "severity", ask: "/postmortem severity 1", by: ALL },
  { name: "assign", ask: "/postmortem assign @bob platform", by: ALL },
  { name: "away", ask: "/postmortem away until 2027-01-01", by: ALL },
  { name: "action add", ask: '/postmortem action add "Alert on age"', by: ALL },
  { name: "category", ask: "/postmortem category dns", by: ALL },
  { name: "publish", ask: "/postmortem publish", by: ["writer", "maintainer"] },
  { name: "stop", ask: "/postmortem stop", by: ALL },
  { name: "close anyway", ask: "/postmortem close-anyway it is fine", by: ["maintainer"] },
  { name: "digest now", ask: "/postmortem digest", by: ["maintainer"] },
];

const VISIBILITIES: readonly Visibility[] = ["public", "internal", "private"];
const FORMS = ["created", "edited", "deleted"] as const;

let registry: Registry;
beforeAll(async () => {
  registry = await loadFeatures();
});

function person(login: string): Actor {
  return { id: login.length, login, kind: "person" };
}

/** What a webhook of this form would tell; labels know no forms but being put on. */
function eventOf(ask: string, form: (typeof FORMS)[number]): Event {
  if (ask === "label")
    return form === "created"
      ? { kind: "issue-labelled", label: "postmortem" }
      : { kind: "issue-edited", bodyAfter: "" };
  if (ask === "template")
    return form === "created"
      ? { kind: "issue-opened", labels: ["postmortem"] }
      : { kind: "issue-edited", bodyAfter: "" };
  if (form === "created") return { kind: "comment-created", commentId: 5, body: ask };
  if (form === "edited") return { kind: "comment-edited", commentId: 5, body: ask, bodyBefore: "hello" };
  return { kind: "comment-deleted", commentId: 5 };
}

function factsFor(
  actor: (typeof ACTORS)[string],
  event: Event,
  { fresh, visibility }: { fresh: boolean; visibility: Visibility },
): IssueFacts {
  const base = {
    event,
    actor: actor.actor,
    role: actor.role,
    issue: { author: actor.isAuthor === true ? actor.actor.login : "zoe", assignees: [] },
    repository: { id: 100, owner: "acme", name: "incidents", visibility, labels: [] },
    team: { functions: [{ name: "platform", people: ["bob"], affinity: [] }], loads: new Map(), absences: [] },
  };
  const postmortem = somePostmortem({ author: "zoe", actions: [someAction()], reviewedAt: "2026-11-11T00:00:00.000Z" });
  return fresh ? issueFacts(base) : postmortemFacts({ ...base, postmortem });
}

/** What is done beyond an answer: reactions and replies are none, nor is showing again what is so already. */
function deeds(changes: readonly Change[]): Change[] {
  const quiet = new Set<Change["kind"]>(["react", "refresh-later"]);
  return changes.filter(
    (change) =>
      !quiet.has(change.kind) &&
      !(change.kind === "put-comment" && (change.slot === "status" || change.once)) &&
      !isSync(change),
  );
}

/** Reading the body again is no deed of the actor's. */
function isSync(change: Change): boolean {
  return (
    change.kind === "save-postmortem" &&
    change.postmortem.actions.length === 0 &&
    change.postmortem.severity === 3 &&
    change.postmortem.absences.length === 0 &&
    change.postmortem.category === undefined &&
    change.postmortem.publishedAt === undefined &&
    change.postmortem.team.length === 0
  );
}

const CASES = Object.keys(ACTORS).flatMap((who) =>
  ACTIONS.flatMap((action) =>
    VISIBILITIES.flatMap((visibility) => FORMS.map((form) => ({ who, action, visibility, form }))),
  ),
);

describe("who may do what", () => {
  it("is asked of every actor, action, visibility and form of event", () => {
    const wrong = CASES.filter(({ who, action, visibility, form }) => {
      const actor = ACTORS[who];
      if (actor === undefined) return true;
      const facts = factsFor(actor, eventOf(action.ask, form), { fresh: action.fresh === true, visibility });
      const isDone = deeds(plan(facts, registry)).length > 0;
      return isDone !== (form === "created" && action.by.includes(who));
    });

    console.log(`authorisation: ${CASES.length - wrong.length} of ${CASES.length} cases as the matrix says`);
    expect(CASES).toHaveLength(756);
    expect(wrong.map(({ who, action, visibility, form }) => `${who} ${action.name} ${visibility} ${form}`)).toEqual([]);
  });

  it("fails closed: a role that is not known may do nothing", () => {
    for (const { ask, fresh } of ACTIONS) {
      const facts = factsFor({ actor: person("mia"), role: "unknown" }, eventOf(ask, "created"), {
        fresh: fresh === true,
        visibility: "private",
      });
      expect(deeds(plan(facts, registry))).toEqual([]);
    }
  });

  it("refuses once per issue, in one slot for everybody", () => {
    const refusals = Object.values(ACTORS)
      .filter(({ role }) => role === "read")
      .flatMap((actor) =>
        plan(
          factsFor(actor, eventOf("/postmortem severity 1", "created"), { fresh: false, visibility: "public" }),
          registry,
        ),
      )
      .filter((change) => change.kind === "put-comment" && change.slot === "refused");

    expect(refusals.every((change) => change.kind === "put-comment" && change.once)).toBe(true);
    expect(refusals).toHaveLength(2);
  });

  it("holds a reader's template label and passes over the rest in silence", () => {
    const held = plan(
      factsFor({ actor: person("alice"), role: "read", isAuthor: true }, eventOf("template", "created"), {
        fresh: true,
        visibility: "public",
      }),
      registry,
    );
    const silent = plan(
      factsFor({ actor: person("rita"), role: "read" }, eventOf("label", "created"), {
        fresh: true,
        visibility: "public",
      }),
      registry,
    );

    expect(held.map((change) => change.kind === "put-comment" && change.slot)).toEqual(["held"]);
    expect(silent).toEqual([]);
  });
});
