import { describe, expect, it } from "vitest";
import { splitSections } from "../../../src/features/hotspots/sections.ts";
import { loadTaxonomy } from "../../../src/read/load-taxonomy.ts";

const taxonomy = await loadTaxonomy();

function sections(body: string): [string, string][] {
  return splitSections(body, taxonomy).map((part) => [part.section, body.slice(part.start, part.end).trim()]);
}

describe("splitSections", () => {
  it("takes the first words for the summary", () => {
    expect(sections("We were down.")).toEqual([["summary", "We were down."]]);
  });

  it("follows headings, with what stands below them", () => {
    const body = "## Root cause\nA\n### Detail\nB\n## Weather\nC";

    expect(sections(body).map(([section]) => section)).toEqual(["cause", "body"]);
  });

  it("follows labels in bold, in brackets and plain", () => {
    const body = "- **Impact**: all\n- **Resolution**: restart\n[Initial message] hm\nAction items: none";

    expect(sections(body).map(([section]) => section)).toEqual(["impact", "mitigation", "summary", "actions"]);
  });

  it("knows code, comments and timeline entries anywhere", () => {
    const body = "## Root cause\nA\n```\nB\n```\n<!-- C\nD -->\n- 10:42 E\nF";

    expect(sections(body).map(([section]) => section)).toEqual(["cause", "code", "comment", "timeline", "cause"]);
  });

  it("covers every character except line ends between parts", () => {
    const body = "# Impact\na\n\n## Timeline\nb\n```\nc";
    const covered = splitSections(body, taxonomy).reduce((sum, part) => sum + part.end - part.start, 0);

    expect(covered).toBe(body.length - (splitSections(body, taxonomy).length - 1));
  });
});
