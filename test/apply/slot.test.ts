import { describe, expect, it } from "vitest";

import { createSlots, trustingSlots } from "../../src/apply/slot.ts";
import { someAction, somePostmortem } from "../support/postmortem-builders.ts";

const OLD = "the-secret-that-was-in-force-before";
const NEW = "the-secret-that-is-in-force-from-now";
const PLACE = { repositoryId: 100, number: 7 };
const POSTMORTEM = somePostmortem({ number: 7, title: "Ünïcode 🔥 -->", actions: [someAction({ text: "<!-- -->" })] });

describe("a marker", () => {
  const slots = createSlots([NEW]);

  it("is an HTML comment of one line, the same every time", () => {
    const mark = slots.mark(PLACE, "why.5");

    expect(mark).toMatch(/^<!-- postmortem:slot=why\.5 sig=[0-9a-f]{16} -->$/u);
    expect(slots.mark(PLACE, "why.5")).toBe(mark);
    expect(slots.holds(`${mark}\ntext`, PLACE, "why.5")).toBe(true);
  });

  it.each([
    ["another slot", PLACE, "why.6"],
    ["another issue", { ...PLACE, number: 8 }, "why.5"],
    ["another repository", { ...PLACE, repositoryId: 101 }, "why.5"],
  ])("is not ours for %s", (_what, place, slot) => {
    expect(slots.holds(slots.mark(PLACE, "why.5"), place, slot)).toBe(false);
    expect(slots.holds(slots.mark(PLACE, "why.5").replace("why.5", slot), place, slot)).toBe(false);
  });

  it.each(["", "text", "<!-- postmortem:slot=why.5 sig=0123456789abcdef -->", "<!-- postmortem:slot=why.5 sig= -->"])(
    "is not in %j",
    (text) => {
      expect(slots.holds(text, PLACE, "why.5")).toBe(false);
    },
  );

  it("of before a rotation is still ours, and one of after it is not to who has only the old secret", () => {
    const before = createSlots([OLD]).mark(PLACE, "status");
    const rotating = createSlots([NEW, OLD]);

    expect(rotating.holds(before, PLACE, "status")).toBe(true);
    expect(rotating.mark(PLACE, "status")).toBe(slots.mark(PLACE, "status"));
    expect(slots.holds(before, PLACE, "status")).toBe(false);
    expect(createSlots([OLD]).holds(rotating.mark(PLACE, "status"), PLACE, "status")).toBe(false);
  });

  it("needs a secret", () => {
    expect(() => createSlots([])).toThrow("Slots need a secret to sign with.");
  });
});

describe("the state in a comment", () => {
  const slots = createSlots([NEW, OLD]);
  const place = POSTMORTEM.ref;

  it("comes back as it was, under either secret", () => {
    expect(slots.unseal(`words\n${slots.seal(POSTMORTEM)}\n`, place)).toEqual(POSTMORTEM);
    expect(slots.unseal(createSlots([OLD]).seal(POSTMORTEM), place)).toEqual(POSTMORTEM);
    expect(createSlots([OLD]).unseal(slots.seal(POSTMORTEM), place)).toBeUndefined();
  });

  it("is refused when any letter of it was changed", () => {
    const sealed = slots.seal(POSTMORTEM);
    const start = sealed.indexOf("v1 ") + 3;
    for (let at = start; at < sealed.length - 5; at += 7) {
      const tampered = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
      expect(slots.unseal(tampered, place)).toBeUndefined();
      expect(slots.unseal(tampered)).toBeUndefined();
    }
  });

  it("is believed of another issue only when that is asked for, and then by that issue's signature", () => {
    const sealed = slots.seal(POSTMORTEM);

    expect(slots.unseal(sealed)).toEqual(POSTMORTEM);
    expect(createSlots([OLD]).unseal(sealed)).toBeUndefined();
  });

  it("is refused on another issue, and where there is none", () => {
    expect(slots.unseal(slots.seal(POSTMORTEM), { ...place, number: 8 })).toBeUndefined();
    expect(slots.unseal("words", place)).toBeUndefined();
    expect(slots.unseal("words")).toBeUndefined();
  });

  it("is refused when it is signed and yet no postmortem: an older form is read again from GitHub", () => {
    const other = slots.seal({ ref: place, version: 0 } as never);

    expect(slots.unseal(other, place)).toBeUndefined();
  });
});

describe("slots for dry runs", () => {
  it("believe what the app's own login wrote, whoever signed it", () => {
    const trusting = trustingSlots();
    const slots = createSlots([NEW]);

    expect(trusting.holds(slots.mark(PLACE, "status"), PLACE, "status")).toBe(true);
    expect(trusting.holds(slots.mark(PLACE, "status"), PLACE, "why.5")).toBe(false);
    expect(trusting.unseal(slots.seal(POSTMORTEM), POSTMORTEM.ref)).toEqual(POSTMORTEM);
    expect(trusting.unseal("words", POSTMORTEM.ref)).toBeUndefined();
    expect(trusting.unseal("<!-- postmortem:state v1 AAAA sig=0123456789abcdef -->", POSTMORTEM.ref)).toBeUndefined();
  });
});
