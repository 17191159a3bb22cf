import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import type { Change } from "../../src/domain/change.ts";
import type { IssueFacts } from "../../src/domain/facts.ts";
import { InstallationId } from "../../src/domain/ids.ts";
import { refuse } from "../../src/domain/refusal.ts";
import {
  defineCommand,
  defineIssueCommand,
  defineRule,
  defineTenantRule,
  defineWeekRule,
  type Registry,
} from "../../src/plan/define.ts";
import { loadFeatures } from "../../src/plan/load-features.ts";
import { plan } from "../../src/plan/plan.ts";
import { DEFAULT_CONFIG } from "../../src/domain/config.ts";
import { issueFacts, postmortemFacts } from "../support/issue-facts.ts";
import { somePostmortem, weekFacts } from "../support/postmortem-builders.ts";

let features: Registry;
beforeAll(async () => {
  features = await loadFeatures();
});

function saying(body: string, overrides: Parameters<typeof postmortemFacts>[0] = {}): IssueFacts {
  return postmortemFacts({ event: { kind: "comment-created", commentId: 5, body }, ...overrides });
}

function of<Kind extends Change["kind"]>(changes: readonly Change[], kind: Kind): Extract<Change, { kind: Kind }>[] {
  return changes.filter((change): change is Extract<Change, { kind: Kind }> => change.kind === kind);
}

function reactions(changes: readonly Change[]): string[] {
  return of(changes, "react").map(({ reaction }) => reaction);
}

function sentences(changes: readonly Change[]): readonly string[] {
  return of(changes, "put-comment").flatMap(({ call }) =>
    call.template === "postmortem/sorry" ? call.view.sentences : [],
  );
}

describe("plan", () => {
  it("does what a comment asks, and says so with eyes and a thumb", () => {
    const changes = plan(saying("/pm severity 1"), features);

    expect(of(changes, "set-labels")[0]?.add).toEqual(["severity/1"]);
    expect(of(changes, "save-postmortem")[0]?.postmortem.severity).toBe(1);
    expect(reactions(changes)).toEqual(["eyes", "+1"]);
  });

  it("lets one command of a comment see the other's effect", () => {
    const changes = plan(saying("/pm severity 1\n/pm review @bob\n/pm severity 2", { role: "write" }), features);

    expect(of(changes, "set-labels").flatMap(({ add }) => add)).toEqual(["severity/2", "stage/in-review"]);
    expect(of(changes, "save-postmortem").map(({ postmortem }) => [postmortem.severity, postmortem.stage])).toEqual([
      [2, "in-review"],
    ]);
  });

  it("does the good half of a comment and says what was wrong with the other", () => {
    const changes = plan(saying("/pm severity 9\n/pm review @bob\n/pm sverity 1"), features);

    expect(of(changes, "save-postmortem")[0]?.postmortem.stage).toBe("in-review");
    expect(sentences(changes)).toEqual([
      "Write it as `/postmortem severity <1-4>`.",
      "There is no command `sverity`. Did you mean `/postmortem severity`?",
    ]);
    expect(reactions(changes)).toEqual(["eyes", "confused"]);
  });

  it("points to help where nothing is near, and quotes no more of a word than is harmless", () => {
    expect(sentences(plan(saying("/pm `@acme/all`<!--"), features))).toEqual([
      "There is no command `acmeall--`. `/postmortem help` lists what there is.",
    ]);
  });

  it("says once which access is missing, beside what went wrong", () => {
    const changes = plan(saying("/pm severity 1\n/pm digest\n/pm nonsense", { role: "read" }), features);

    expect(
      of(changes, "put-comment")
        .map(({ slot }) => slot)
        .toSorted(),
    ).toEqual(["refused", "sorry.5", "status"]);
    expect(reactions(changes)).toEqual(["eyes", "confused"]);
  });

  it("takes ten commands of a comment and no more", () => {
    const changes = plan(saying("/pm note down\n".repeat(40)), features);

    expect(of(changes, "put-body")[0]?.body.match(/down/gu)).toHaveLength(10);
    expect(sentences(changes)).toEqual([
      "Only the first 10 commands of a comment are taken: write the others in another one.",
    ]);
  });

  it("asks for a start where there is no postmortem", () => {
    const facts = issueFacts({ event: { kind: "comment-created", commentId: 5, body: "/pm severity 1" } });

    expect(sentences(plan(facts, features))).toEqual([
      "This issue is not a postmortem yet: `/postmortem start` makes it one.",
    ]);
  });

  it.each(["bot", "ghost"] as const)("takes no command of a %s", (kind) => {
    expect(reactions(plan(saying("/pm severity 1", { actor: { id: 3, login: "x", kind } }), features))).toEqual([]);
  });

  it("is silent about what it did itself", () => {
    expect(plan(saying("/pm severity 1", { actor: { id: 3, login: "app[bot]", kind: "self" } }), features)).toEqual([]);
  });

  it("says nothing to a comment that asks nothing", () => {
    expect(reactions(plan(saying("Thanks! See /etc/pm for more."), features))).toEqual([]);
  });

  it("starts anew what was stopped in the same comment", () => {
    const changes = plan(saying("/pm stop\n/pm start"), features);

    expect(of(changes, "forget-postmortem")).toEqual([]);
    expect(of(changes, "save-postmortem")).toHaveLength(1);
    expect(of(changes, "set-labels").flatMap(({ remove }) => remove)).not.toContain("postmortem");
  });
});

describe("modes", () => {
  const dry = { ...DEFAULT_CONFIG, mode: "dry-run" as const };
  const quiet = { ...DEFAULT_CONFIG, mode: "quiet" as const };

  it("writes nothing at all in a dry run", () => {
    expect(plan(saying("/pm severity 1\n/pm note down", { config: dry }), features)).toEqual([]);
    expect(plan(weekFacts({ config: dry }), features)).toEqual([]);
  });

  it("writes labels and the status comment where it is to be quiet", () => {
    const facts = issueFacts({
      event: { kind: "issue-labelled", label: "postmortem" },
      config: quiet,
      team: { functions: [{ name: "platform", people: ["ana"], affinity: [] }], loads: new Map(), absences: [] },
    });

    const changes = plan(facts, features);

    expect(changes.map(({ kind }) => kind)).toEqual(["set-labels", "put-comment", "save-postmortem"]);
    expect(of(changes, "put-comment")[0]?.slot).toBe("status");
  });

  it("says nothing on its own where it is to be quiet", () => {
    const held = issueFacts({
      event: { kind: "issue-labelled", label: "postmortem" },
      config: quiet,
      role: "read",
    });
    const closed = postmortemFacts({
      event: { kind: "issue-closed", at: "2026-11-20T10:00:00.000Z" },
      config: quiet,
      issue: { state: "closed", body: "## Preventive actions\n\n- [ ] Alert on age\n" },
    });

    expect(plan(held, features)).toEqual([]);
    expect(of(plan(closed, features), "put-comment").map(({ slot }) => slot)).not.toContain("close-guard");
  });

  it("refuses what it would leave undone, instead of a thumb for nothing", () => {
    const changes = plan(saying("/pm note down\n/pm severity 1\n/pm why", { config: quiet }), features);

    expect(sentences(changes)[0]).toContain("`mode: quiet`");
    expect(sentences(changes)).toHaveLength(1);
    expect(of(changes, "set-labels")[0]?.add).toEqual(["severity/1"]);
    expect(of(changes, "put-comment").map(({ slot }) => slot)).toContain("why.5");
  });
});

describe("the frame", () => {
  const mark = (name: string, label: string): Parameters<typeof defineRule>[0] => ({
    name,
    when: "any",
    plan: ({ issue }) => [
      { kind: "set-labels", issue: issue.ref, add: [`${label}${issue.labels.length}`], remove: [] },
    ],
  });

  it("runs rules by phase, order and name, each seeing what came before", () => {
    const registry: Registry = {
      commands: [
        defineIssueCommand({
          name: "look",
          usage: ["look"],
          summary: "",
          needs: "read",
          plan: ({ issue }) => [
            { kind: "set-labels", issue: issue.ref, add: [`look${issue.labels.length}`], remove: [] },
          ],
        }),
      ],
      rules: [
        defineRule({ ...mark("late", "late"), phase: "after" }),
        defineRule(mark("b", "b")),
        defineRule(mark("a", "a")),
        defineRule({ ...mark("first", "first"), order: -1 }),
        defineRule({ ...mark("never", "never"), when: ["issue-closed"] }),
      ],
    };

    const [labels] = of(plan(saying("/pm look", { issue: { labels: [] } }), registry), "set-labels");

    expect(labels?.add).toEqual(["first0", "a1", "b2", "look3", "late4"]);
  });

  it("gives a week to the rules of weeks and a tenant to those of tenants", () => {
    const tenant = InstallationId.parse(7);
    const registry: Registry = {
      commands: [],
      rules: [
        defineWeekRule({ name: "week", plan: () => [{ kind: "forget-tenant", installationId: tenant }] }),
        defineTenantRule({
          name: "tenant",
          when: ["installation-changed"],
          plan: () => [{ kind: "forget-repository", installationId: tenant, repositoryId: 1 }],
        }),
        defineTenantRule({
          name: "other",
          when: ["repository-changed"],
          plan: () => [{ kind: "forget-tenant", installationId: tenant }],
        }),
      ],
    };
    const base = { kind: "tenant", now: "", delivery: { id: "d", attempt: 1 }, installationId: tenant } as const;
    const event = { kind: "installation-changed", change: "deleted", account: "acme" } as const;

    expect(plan(weekFacts(), registry).map(({ kind }) => kind)).toEqual(["forget-tenant"]);
    expect(plan({ ...base, event }, registry).map(({ kind }) => kind)).toEqual(["forget-repository"]);
    expect(plan(saying("hello"), registry)).toEqual([]);
  });

  it("throws on facts of a kind it does not know", () => {
    expect(() => plan({ kind: "month" } as never, features)).toThrow('Not a case that exists: {"kind":"month"}');
  });

  it("says why words do not fit when the command has a sentence for it", () => {
    const command = defineCommand({
      name: "due",
      usage: ["due <day>", "due off"],
      summary: "",
      needs: "write",
      needsFor: ([word]) => (word === "off" ? "maintain" : undefined),
      args: z.tuple([z.string().regex(/^\d/u, "The day comes first")]),
      plan: () => refuse("no"),
    });
    const call = { name: "due", words: ["x"], named: {}, rest: "x", commentId: 5 };

    expect(command.run(call, postmortemFacts(), [])).toEqual(
      refuse("The day comes first. Write it as `/postmortem due <day>` or `/postmortem due off`."),
    );
    expect([command.needs(["1"]), command.needs(["off"])]).toEqual(["write", "maintain"]);
    expect(command.run({ ...call, words: ["1"] }, postmortemFacts({ postmortem: somePostmortem() }), [])).toEqual(
      refuse("no"),
    );
  });
});
