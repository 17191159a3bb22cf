import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { callOf, freeText, nearest, slashCalls } from "../../src/plan/slash.ts";

function names(comment: string): string[] {
  return slashCalls(comment, 5).map(({ name }) => name);
}

describe("slashCalls", () => {
  it("takes a line of its own, with either name, in any case, indented a little", () => {
    expect(names("/postmortem start")).toEqual(["start"]);
    expect(names("Hello\n   /PM Severity 2\nbye")).toEqual(["severity"]);
    expect(names("/PostMortem WHY")).toEqual(["why"]);
  });

  it("takes several of a comment, in order, whatever the line endings", () => {
    expect(names("/pm severity 1\r\n\r\ntext\r\n/pm review\r\n")).toEqual(["severity", "review"]);
  });

  it("asks for help when nothing is named", () => {
    expect(names("/pm")).toEqual(["help"]);
    expect(names("/postmortem   ")).toEqual(["help"]);
  });

  it.each([
    ["in the middle of a line", "please /pm stop"],
    ["as the beginning of another word", "/pmx stop"],
    ["as a path", "/postmortem/start"],
    ["indented as code", "text\n\n    /pm stop"],
    ["in a fence", "```\n/pm stop\n```"],
    ["in a fence that is never closed", "~~~\n/pm stop"],
    ["in a code span over two lines", "a `b\n/pm stop\nc` d"],
    ["quoted", "> /pm stop"],
    ["in the line after a quote, which Markdown takes into it", "> said\n/pm stop"],
    ["in an HTML comment", "<!--\n/pm stop\n-->"],
    ["in an HTML block", "<details>\n/pm stop\n</details>"],
    ["in the words of a link", "[a\n/pm stop\nb](https://example.org)"],
    ["in the words of an image", "![a\n/pm stop\nb](https://example.org)"],
    ["as a link's address", "[a]:\n/pm\n\n[a]"],
    ["with a tab before it", "\t/pm stop"],
  ])("passes over a command %s", (_where, comment) => {
    expect(names(comment)).toEqual([]);
  });

  it("takes a command between two such places", () => {
    expect(names("> quoted\n\n/pm why\n\n```\n/pm stop\n```\n/pm status")).toEqual(["why", "status"]);
  });

  it("passes over what stands too far down to know whether it is code", () => {
    expect(names(`/pm why\n${"\n".repeat(2990)}\n/pm status${"\n".repeat(20)}/pm stop\n`)).toEqual(["why", "status"]);
  });

  it("takes a line with a separator that only JavaScript calls a line", () => {
    expect(slashCalls('/pm note "a\u2028b"', 5).map(({ words }) => words)).toEqual([["a\u2028b"]]);
  });

  it("keeps the comment's id", () => {
    expect(slashCalls("/pm why", 77)[0]?.commentId).toBe(77);
  });

  it("never throws, and finds no more calls than lines", () => {
    const comment = array(
      constantFrom("/pm ", "/postmortem", "\n", "\r\n", "`", "```", ">", "<!--", "-->", '"', "=", "stop", " ", "|-|"),
      { maxLength: 40 },
    ).map((parts) => parts.join(""));
    assert(
      property(comment, string(), (text, tail) => {
        const calls = slashCalls(text + tail, 1);
        expect(calls.length).toBeLessThanOrEqual((text + tail).split("\n").length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("callOf", () => {
  it("splits words, quoted words and named ones", () => {
    expect(callOf('action add "Alert on age" @ana due=2026-12-01 Type="detect it" ""', 1)).toEqual({
      name: "action",
      words: ["add", "Alert on age", "@ana", ""],
      named: { due: "2026-12-01", type: "detect it" },
      rest: 'add "Alert on age" @ana due=2026-12-01 Type="detect it" ""',
      commentId: 1,
    });
  });

  it("takes an address with an equals sign, and a quote that is never closed, for words", () => {
    expect(callOf("action done 1 https://example.org/?a=b", 1).words).toEqual([
      "done",
      "1",
      "https://example.org/?a=b",
    ]);
    expect(callOf('note "half', 1).words).toEqual(['"half']);
  });

  it("finds the name behind a named word", () => {
    expect(callOf("at=10:30 note down", 1)).toMatchObject({ name: "note", words: ["down"], named: { at: "10:30" } });
  });
});

describe("freeText", () => {
  it("keeps every word that was written but the ones asked for", () => {
    const call = callOf('note scaled to replicas=3, "said  so" at=10:30', 1);

    expect(freeText(call, ["at"])).toBe("scaled to replicas=3, said so");
    expect(freeText(call)).toBe("scaled to replicas=3, said so at=10:30");
  });
});

describe("nearest", () => {
  const KNOWN = ["why", "stop", "start", "status", "severity", "review"];

  it.each([
    ["sverity", "severity"],
    ["severtiy", "severity"],
    ["reveiw", "review"],
    ["wyh", "why"],
    ["stpo", "stop"],
    ["staart", "start"],
    ["statsu", "status"],
  ])("guesses what %s was to be", (slip, meant) => {
    expect(nearest(slip, KNOWN)).toBe(meant);
  });

  it.each(["", "deploy", "wat", "sev", "rollback"])("guesses nothing for %j", (word) => {
    expect(nearest(word, KNOWN)).toBeUndefined();
  });
});
