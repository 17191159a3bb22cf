import { describe, expect, it } from "vitest";

import type { Event } from "../../../src/domain/event.ts";
import type { IssueFacts } from "../../../src/domain/facts.ts";
import { isSettled } from "../../../src/domain/preventive-action.ts";
import keepInStep from "../../../src/features/preventive-actions/rules/keep-in-step.ts";
import { trackActions } from "../../../src/features/preventive-actions/track.ts";
import readActions from "../../../src/features/postmortem/rules/read-actions.ts";
import { plan } from "../../../src/plan/plan.ts";
import { issueFacts } from "../../support/issue-facts.ts";
import { somePostmortem } from "../../support/postmortem-builders.ts";
import { seededNumbers } from "../../support/seeded-numbers.ts";

const TRACKER = "acme/infra#7";
const ACTIONS = 2;

type Rng = () => number;

/** GitHub, the store and the deliveries that wait, as far as two tracked actions are concerned. */
class World {
  body =
    "## Preventive actions\n\n- [ ] Alert on snapshot age @ana\n- [ ] Rehearse the restore @ben\n- [ ] Not tracked\n";
  readonly trackers = Array.from({ length: ACTIONS }, () => ({ state: "open" as "open" | "closed", reason: "" }));
  store = somePostmortem();
  readonly waiting: Event[] = [];
  readonly past: Event[] = [];
  writes = 0;

  constructor() {
    const actions = trackActions(this.#facts({ kind: "refresh-due" }), this.store);
    this.store = {
      ...this.store,
      actions: actions.map((action, n) => (n < ACTIONS ? { ...action, trackedBy: `${TRACKER}${n}` } : action)),
    };
  }

  person(rng: Rng): void {
    const n = Math.floor(rng() * ACTIONS);
    const tracker = this.trackers[n];
    const line = this.body.split("\n")[n + 2] ?? "";
    const deed = Math.floor(rng() * 5);
    if (deed === 0) this.#edit(line, line.replace("[ ]", "[x]"));
    else if (deed === 1) this.#edit(line, line.replace("[x]", "[ ]"));
    else if (deed === 4) this.waiting.push(...this.past.slice(Math.floor(rng() * this.past.length)).slice(0, 1));
    else if (tracker !== undefined && deed === 2 && tracker.state === "open") {
      Object.assign(tracker, { state: "closed", reason: rng() < 0.7 ? "completed" : "not_planned" });
      this.#happened(this.#trackerEvent(n, "closed"));
    } else if (tracker !== undefined && deed === 3 && tracker.state === "closed") {
      Object.assign(tracker, { state: "open", reason: "reopened" });
      this.#happened(this.#trackerEvent(n, "reopened"));
    }
  }

  /** The app works one waiting delivery off: what its own writes lead to are events by itself, which nobody hears. */
  app(): void {
    const event = this.waiting.shift();
    if (event === undefined) return;
    const changes = plan(this.#facts(event), { commands: [], rules: [keepInStep, readActions] });
    for (const change of changes) {
      this.writes += change.kind === "save-postmortem" ? 0 : 1;
      if (change.kind === "put-body") this.body = change.body;
      if (change.kind === "save-postmortem") this.store = change.postmortem;
      if (change.kind === "set-tracked-state") {
        const n = change.tracker.number - 70;
        Object.assign(this.trackers[n] ?? {}, { state: change.state, reason: change.reason });
      }
    }
  }

  /** What the list, the store and the tracking issues say of each tracked action. */
  said(): string[] {
    const listed = trackActions(this.#facts({ kind: "refresh-due" }), this.store);
    return this.trackers.map(({ state }, n) => {
      const of = (
        actions: readonly {
          trackedBy?: string | undefined;
          status: "open" | "ticked" | "delivered" | "dropped" | "na";
        }[],
      ): string => {
        const action = actions.find(({ trackedBy }) => trackedBy === `${TRACKER}${n}`);
        return action === undefined ? "lost" : isSettled(action) ? "settled" : "open";
      };
      const tracker = state === "closed" ? "settled" : "open";
      return [...new Set([tracker, of(listed), of(this.store.actions)])].join(" or ");
    });
  }

  #edit(before: string, after: string): void {
    if (before === after) return;
    const bodyBefore = this.body;
    this.body = this.body.replace(before, after);
    this.#happened({ kind: "issue-edited", bodyBefore, bodyAfter: this.body });
  }

  #happened(event: Event): void {
    this.waiting.push(event);
    this.past.push(event);
  }

  #trackerEvent(n: number, change: "closed" | "reopened"): Event {
    return {
      kind: "sub-issue-changed",
      child: { repositoryId: 5, owner: "acme", repo: "infra", number: 70 + n },
      change,
    };
  }

  #facts(event: Event): IssueFacts {
    const n = event.kind === "sub-issue-changed" ? event.child.number - 70 : undefined;
    const tracker = n === undefined ? undefined : this.trackers[n];
    return issueFacts({
      event,
      issue: { body: this.body },
      postmortem: this.store,
      stored: this.store,
      ...(tracker === undefined
        ? {}
        : { tracker: { name: `${TRACKER}${n}`, state: tracker.state, stateReason: tracker.reason } }),
    });
  }
}

describe("an action and the issue that tracks it", () => {
  it("agree after any interleaving of ticks, closes, reopens, unticks and redeliveries", () => {
    let deeds = 0;
    let writes = 0;
    let settled = 0;
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const rng = seededNumbers(seed);
      const world = new World();
      for (let step = 0; step < 14; step += 1) {
        if (rng() < 0.55) world.person(rng);
        else world.app();
      }
      deeds += world.past.length;
      while (world.waiting.length > 0) world.app();
      const said = world.said();
      expect({ seed, said: said.filter((one) => one !== "open" && one !== "settled") }).toEqual({ seed, said: [] });
      settled += said.filter((one) => one === "settled").length;
      // Each write answers a person: two of them never keep each other going.
      expect(world.writes).toBeLessThanOrEqual(world.past.length);
      writes += world.writes;
    }
    expect(settled).toBeGreaterThan(200);
    expect(settled).toBeLessThan(1_800);
    console.log(
      `1,000 interleavings: ${deeds} deeds of people, ${writes} writes of the app, all in agreement at the end`,
    );
  });

  it("shows the issue as evidence when it was closed as completed, and the reason when it was not planned", () => {
    const done = new World();
    Object.assign(done.trackers[0] ?? {}, { state: "closed", reason: "completed" });
    done.waiting.push({
      kind: "sub-issue-changed",
      child: { repositoryId: 5, owner: "acme", repo: "infra", number: 70 },
      change: "closed",
    });
    done.app();

    expect(done.body).toContain("- [x] Alert on snapshot age @ana\n");
    expect(done.store.actions[0]).toMatchObject({ status: "delivered", evidence: "acme/infra#70" });

    const not = new World();
    Object.assign(not.trackers[1] ?? {}, { state: "closed", reason: "not_planned" });
    not.waiting.push({
      kind: "sub-issue-changed",
      child: { repositoryId: 5, owner: "acme", repo: "infra", number: 71 },
      change: "closed",
    });
    not.app();

    expect(not.body).toContain("~~Rehearse the restore @ben~~ — dropped: acme/infra#71 was closed as not planned");
    expect(not.store.actions[1]).toMatchObject({ status: "dropped" });
  });

  it("is no evidence when the app itself closed it because a box was ticked", () => {
    const world = new World();
    world.waiting.push({ kind: "refresh-due" });
    world.body = world.body.replace("[ ]", "[x]");
    world.app();

    expect(world.trackers[0]?.state).toBe("closed");
    expect(world.store.actions[0]?.status).toBe("ticked");
  });
});
