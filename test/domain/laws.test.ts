import { describe, expect, it } from "vitest";

import { allows, GHOST, Role, ROLES } from "../../src/domain/actor.ts";
import { defined } from "../../src/domain/defined.ts";
import { Event } from "../../src/domain/event.ts";
import { DeliveryId, InstallationId, issueLane } from "../../src/domain/ids.ts";
import { mayMove, Postmortem, Stage } from "../../src/domain/postmortem.ts";
import { isOverdue, isSettled, PreventiveAction } from "../../src/domain/preventive-action.ts";
import { PermanentFailure, refuse, unreachable } from "../../src/domain/refusal.ts";
import { someAction, somePostmortem } from "../support/postmortem-builders.ts";

describe("roles", () => {
  const KNOWN = ROLES.filter((role) => role !== "unknown");

  it("reach all that is below them and nothing above", () => {
    for (const [rank, role] of KNOWN.entries()) {
      expect(KNOWN.filter((needs) => allows(role, needs))).toEqual(KNOWN.slice(0, rank + 1));
    }
  });

  it("reach nothing when they are not known, not even themselves", () => {
    expect(ROLES.filter((needs) => allows("unknown", needs))).toEqual([]);
    expect(Role.safeParse("owner").success).toBe(false);
  });

  it("are none for a deleted user", () => {
    expect(GHOST).toEqual({ id: 0, login: "ghost", kind: "ghost" });
  });
});

describe("stages", () => {
  it("move as the trade does, and never to where they are", () => {
    const moves = Stage.options.flatMap((from) =>
      Stage.options.filter((to) => mayMove(from, to)).map((to) => `${from} → ${to}`),
    );

    expect(moves).toEqual([
      "draft → in-review",
      "draft → closed",
      "in-review → draft",
      "in-review → reviewed",
      "in-review → closed",
      "reviewed → in-review",
      "reviewed → closed",
      "closed → draft",
      "closed → in-review",
      "closed → reviewed",
    ]);
  });

  it("of a postmortem come back from JSON as they were", () => {
    const postmortem = somePostmortem({
      actions: [someAction()],
      ticks: { impact: { by: "a", at: "t", checked: true } },
    });

    expect(Postmortem.parse(JSON.parse(JSON.stringify(postmortem)))).toEqual(postmortem);
  });
});

describe("preventive actions", () => {
  it("are settled by anything but being open", () => {
    expect((["open", "ticked", "delivered", "dropped", "na"] as const).map((status) => isSettled({ status }))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it("are overdue from the day after their due day, while open", () => {
    expect(isOverdue(someAction({ due: "2026-11-20" }), "2026-11-20")).toBe(false);
    expect(isOverdue(someAction({ due: "2026-11-20" }), "2026-11-21")).toBe(true);
    expect(isOverdue(someAction({ due: "2026-11-20", status: "dropped" }), "2026-11-21")).toBe(false);
    expect(isOverdue({ status: "open" }, "2026-11-21")).toBe(false);
  });

  it("take days of the calendar's form only", () => {
    expect(PreventiveAction.safeParse({ ...someAction(), due: "2026-13-01" }).success).toBe(false);
  });
});

describe("ids", () => {
  it("refuse what no delivery, installation or lane is named", () => {
    expect(DeliveryId.safeParse("").success).toBe(false);
    expect(InstallationId.safeParse(0).success).toBe(false);
    expect(issueLane(100, 7)).toBe("issue:100#7");
  });

  it("know no event of another kind", () => {
    expect(Event.safeParse({ kind: "issue-pinned" }).success).toBe(false);
  });
});

describe("the three ways not to succeed", () => {
  it("are a value, an error that ends all, and a case that cannot be", () => {
    expect(refuse("Say why.")).toEqual({ kind: "refusal", sentence: "Say why." });
    expect(new PermanentFailure("gone", { cause: 7 })).toMatchObject({ name: "PermanentFailure", cause: 7 });
    expect(() => unreachable("x" as never)).toThrow('Not a case that exists: "x"');
  });
});

describe("defined", () => {
  it("leaves out what has no value, and keeps what is false, empty or zero", () => {
    expect(Object.keys(defined({ a: undefined, b: false, c: "", d: 0 }))).toEqual(["b", "c", "d"]);
  });
});
