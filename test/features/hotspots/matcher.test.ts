import { describe, expect, it } from "vitest";
import { compilePatterns, findPatterns } from "../../../src/features/hotspots/matcher.ts";
import { tokenize } from "../../../src/features/hotspots/tokens.ts";

function found(patterns: string[], text: string): string[] {
  const tokens = tokenize(text);
  return findPatterns(compilePatterns(patterns), tokens).map((hit) =>
    text.slice(tokens.start[hit.first], tokens.end[hit.last]),
  );
}

describe("patterns", () => {
  it("match words in any case, and plurals in -s", () => {
    expect(found(["node"], "Node, nodes and nodding")).toEqual(["Node", "nodes"]);
  });

  it("match phrases across dashes and line breaks, but not across sentences", () => {
    expect(found(["no space left"], "no space\nleft, no-space-left. No space. Left")).toEqual([
      "no space\nleft",
      "no-space-left",
    ]);
  });

  it("match stems and choices", () => {
    expect(found(["upgrad*", "502|503"], "upgrading, upgrade; grade 503 5020")).toEqual([
      "upgrading",
      "upgrade",
      "503",
    ]);
  });

  it("match two halves near each other in both orders", () => {
    expect(found(["certificate ~ expir*"], "the certificate had long expired")).toEqual([
      "certificate had long expired",
    ]);
    expect(found(["certificate ~ expir*"], "expired last night: the certificate")).toEqual([
      "expired last night: the certificate",
    ]);
    expect(found(["certificate ~ expir*"], "The certificate is fine. The token expired")).toEqual([]);
    expect(found(["certificate ~ expir*"], "certificate a b c d e f g h i j expired")).toEqual([]);
  });

  it("match kinds of words", () => {
    expect(found(["fixed in <version>"], "fixed in v1.11.4 and fixed in March")).toEqual(["fixed in v1.11.4"]);
  });

  it("are refused when they cannot match", () => {
    expect(() => compilePatterns(["a ~ b ~ c"])).toThrow(/once/);
    expect(() => compilePatterns(["ab*"])).toThrow(/at least 3/);
    expect(() => compilePatterns(["status.example.com down"])).toThrow(/<host>/);
    expect(() => compilePatterns(["kube-dns|coredns down"])).toThrow(/single word/);
    expect(() => compilePatterns(["!!"])).toThrow(/no words/);
  });
});

describe("tokenize", () => {
  it("tells versions, addresses, amounts, hosts, links and issues from words", () => {
    expect(tokenize("v1.2.3 10.0.0.1 2.6Gb status.example.com https://a.b/c) #57992 wasn't resolv.conf").words).toEqual(
      ["<version>", "<ip>", "<amount>", "<host>", "<url>", "<issue>", "wasnt", "resolv", "conf"],
    );
  });

  it("keeps offsets right after letters that change length in lower case", () => {
    const text = "İİ DNS";
    const tokens = tokenize(text);

    expect(text.slice(tokens.start[1], tokens.end[1])).toBe("DNS");
  });
});
