import { assert, nat, property } from "fast-check";
import { describe, expect, it } from "vitest";

import {
  addAction,
  dropAction,
  markNa,
  setDue,
  setOwner,
  tick,
} from "../../../../src/features/preventive-actions/parse/edit-actions.ts";
import { parseActions } from "../../../../src/features/preventive-actions/parse/parse-actions.ts";
import { randomBody, runs } from "./random-body.ts";

const TRIES = runs(3000);
/** These read each body many times over. */
const FEWER = runs(600);

describe("any body", () => {
  it("has exactly one character changed by a tick, and it is the box", () => {
    let boxes = 0;
    assert(
      property(randomBody, (body) => {
        for (const action of parseActions(body)) {
          if (action.box === undefined) continue;
          boxes += 1;
          const { start, checked } = action.box;
          const after = tick(body, action, !checked);
          expect(body.slice(start - 1, start + 2)).toMatch(/^\[[ \txX]\]$/u);
          expect(after.slice(0, start)).toBe(body.slice(0, start));
          expect(after.slice(start + 1)).toBe(body.slice(start + 1));
          expect(after[start]).toBe(checked ? " " : "x");
          const again = parseActions(after).find(({ box }) => box?.start === start);
          expect(again?.box?.checked).toBe(!checked);
        }
      }),
      TRIES,
    );
    expect(boxes).toBeGreaterThan(TRIES.numRuns / 4);
  }, 3_600_000);

  it("gives actions in order, inside the body, with keys of their own", () => {
    assert(
      property(randomBody, (body) => {
        const actions = parseActions(body);
        let last = -1;
        for (const action of actions) {
          expect(action.start).toBeGreaterThan(last);
          expect(action.end).toBeLessThanOrEqual(body.length);
          expect(action.text).not.toMatch(/[\r\n]|^\s*$/u);
          last = action.start;
        }
        expect(new Set(actions.map(({ key }) => key)).size).toBe(actions.length);
      }),
      TRIES,
    );
  }, 3_600_000);

  it("keeps every other byte when an owner, a day or a reason is written, and reads them back", () => {
    assert(
      property(randomBody, nat(), (body, pick) => {
        const actions = parseActions(body);
        const action = actions[pick % Math.max(1, actions.length)];
        if (action === undefined) return;
        const read = (after: string) => parseActions(after).find(({ start }) => start === action.start);
        expect(read(setOwner(body, action, "zoe"))).toMatchObject({ owner: "zoe", ownerKind: "login" });
        expect(read(setDue(body, action, "2027-03-04"))).toMatchObject({ due: "2027-03-04" });
        expect(read(dropAction(body, action, "too dear"))).toMatchObject({ status: "dropped", reason: "too dear" });
        expect(read(markNa(body, action, "gone"))).toMatchObject({ status: "na", reason: "gone" });
        for (const after of [
          setOwner(body, action, "zoe"),
          setDue(body, action, "2027-03-04"),
          dropAction(body, action, "no"),
        ]) {
          expect(after.startsWith(body.slice(0, action.start))).toBe(true);
        }
      }),
      FEWER,
    );
  }, 3_600_000);

  it("gets an added action at the end of its section", () => {
    assert(
      property(randomBody, (body) => {
        const after = parseActions(addAction(body, { text: "Rotate the keys", owner: "zoe", due: "2027-03-04" }));
        const added = after.filter(({ text, owner }) => text === "Rotate the keys" && owner === "zoe");
        expect(added).toHaveLength(1);
        expect(added[0]).toMatchObject({ due: "2027-03-04", status: "open" });
      }),
      FEWER,
    );
  }, 3_600_000);
});
