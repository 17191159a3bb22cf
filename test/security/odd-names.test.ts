import { describe, expect, it } from "vitest";

import { isLogin } from "../../src/domain/actor.ts";
import { Config } from "../../src/domain/config.ts";
import { namesOf } from "../../src/features/postmortem/template.ts";
import { loadFeatures } from "../../src/plan/load-features.ts";
import { plan } from "../../src/plan/plan.ts";
import { someAction, somePostmortem } from "../support/postmortem-builders.ts";
import { postmortemFacts } from "../support/issue-facts.ts";

/** Words that every object answers to, whether it was asked to or not. */
const INHERITED = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "__defineGetter__"];

const features = await loadFeatures();

describe("words that every object knows", () => {
  it.each(features.commands.map(({ name }) => name))("mean nothing to /postmortem %s", (name) => {
    for (const word of INHERITED) {
      for (const line of [`/pm ${name} ${word}`, `/pm ${name} ${word} 1 x`, `/pm ${name} 1 ${word}=${word} ${word}`]) {
        const facts = postmortemFacts({
          role: "admin",
          event: { kind: "comment-created", commentId: 5, body: line },
          issue: { body: "## Preventive actions\n\n- [ ] Alert\n" },
          postmortem: somePostmortem({ actions: [someAction({ text: "Alert", key: "alert" })] }),
        });

        for (const change of plan(facts, features)) {
          if (change.kind !== "put-comment" || change.call.template !== "postmortem/sorry") continue;
          expect(change.call.view.sentences.every((sentence) => typeof sentence === "string")).toBe(true);
        }
      }
    }
  });

  it("are commands of nobody", () => {
    for (const word of INHERITED) {
      const facts = postmortemFacts({ event: { kind: "comment-created", commentId: 5, body: `/pm ${word}` } });

      expect(plan(facts, features).filter(({ kind }) => kind === "react")).toHaveLength(2);
    }
  });

  it("are headings with no other name", () => {
    for (const word of INHERITED) expect(namesOf(word)).toHaveLength(1);
  });
});

describe("names that would lead elsewhere", () => {
  it.each(["@acme/..", "@acme/.", "acme/..", "@../sre"])("%s is no team: it would be part of an address", (member) => {
    const team = { functions: [{ name: "platform", members: [member] }] };

    expect(Config.safeParse({ team }).success).toBe(false);
  });

  it("are teams when they only have dots in them", () => {
    const team = { functions: [{ name: "platform", members: ["@acme/sre.eu", "@acme/..a"] }] };

    expect(Config.safeParse({ team }).success).toBe(true);
  });

  it.each(["\u017Fam", "\u212Aate", "al\u0131ce", "аlice"])("%s is nobody's login: it only looks like one", (login) => {
    expect(isLogin(login)).toBe(false);
  });
});
