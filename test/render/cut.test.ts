import { assert, integer, property, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { cutToFit } from "../../src/render/cut.ts";
import { code, fence, quote } from "../../src/render/escape.ts";
import { marksIn, nodesOf } from "./github-marks.ts";

describe("cutToFit", () => {
  it("leaves alone what fits", () => {
    expect(cutToFit("a\n".repeat(100), 200)).toBe("a\n".repeat(100));
  });

  it("cuts between lines", () => {
    expect(cutToFit("`@ana` and `@ben`\n".repeat(20), 200)).toBe(
      `${"`@ana` and `@ben`\n".repeat(4)}\n(The rest does not fit into one comment.)\n`,
    );
  });

  it("closes a fold", () => {
    expect(cutToFit(`<details><summary>x</summary>\n\n${"- a\n".repeat(100)}</details>\n`, 200)).toMatch(
      /- a\n\n<\/details>\n\n\(The rest/u,
    );
  });

  it("cuts a fence anywhere, never within a character, and closes it", () => {
    expect(cutToFit(`${fence(`🔥${"🔥".repeat(200)}`)}\n`, 200)).toBe(
      `\`\`\`text\n${"🔥".repeat(36)}\n\`\`\`\n\n(The rest does not fit into one comment.)\n`,
    );
    expect(cutToFit(`${fence(`🔥${"🔥".repeat(200)}`)}\n`, 201)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/u);
  });

  it("is never longer than it may be, and mentions nobody wherever the cut falls", () => {
    assert(
      property(string({ maxLength: 40 }), integer({ min: 130, max: 900 }), (words, most) => {
        const line = `- ${quote(`@ana ${words}`)}: ${code(`@acme/all ${words} #1`)}\n`;
        const text = cutToFit(
          `${line.repeat(8)}\n<details><summary>x</summary>\n\n${fence(`@ana ${words}\n`.repeat(9))}\n\n</details>\n`,
          most,
        );

        expect(text.length).toBeLessThanOrEqual(most);
        expect(marksIn(text)).toEqual([]);
        expect(nodesOf(text).at(-1)?.value).toMatch(/\(The rest does not fit into one comment\.\)|<\/details>/u);
      }),
      { numRuns: 1000 },
    );
  });
});
