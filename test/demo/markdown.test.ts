import { describe, expect, it } from "vitest";

import { renderMarkdown } from "../../src/demo/page/markdown.ts";

async function shown(source: string, editable = true): Promise<string> {
  return String(
    await renderMarkdown(source, { editable, own: ["http://127.0.0.1:3300", "http://127.0.0.1:9"] }),
  ).replaceAll(/\s+/gu, " ");
}

describe("Markdown on the demo's page", () => {
  it("shows an author's HTML as text, but for a few tags without attributes", async () => {
    const page = await shown(
      '<script>alert(1)</script>\n\n<details onclick="x"><summary>more</summary>\n\n<img src=x onerror=alert(1)>\n\nA <sub>small</sub> word',
    );

    expect(page).not.toMatch(/<(?:script|img|details onclick)/u);
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("<summary>more</summary>");
    expect(page).toContain("<sub>small</sub>");
  });

  it("hides comments and leaves no details open or closed too often", async () => {
    const page = await shown(
      "<!-- postmortem:slot=status -->\n\n<details>\n\ninside\n\n</details>\n\n</details>\n\n<details>\n\nopen",
    );

    expect(page).not.toContain("postmortem:slot");
    expect(page.match(/<details>/gu)).toHaveLength(2);
    expect(page.match(/<\/details>/gu)).toHaveLength(2);
  });

  it("makes no link that is a script", async () => {
    const page = await shown(
      "[a](javascript:alert(1)) [b](data:text/html,x) [c](https://example.org/x?a=1&b=2) <javascript:alert(2)>",
    );

    expect(page).not.toMatch(/href="(?:javascript|data):/u);
    expect(page).toContain('href="https://example.org/x?a=1&amp;b=2"');
  });

  it("leads addresses of the sandbox to this page", async () => {
    const page = await shown(
      "[#3](http://127.0.0.1:9/acme/incidents/issues/3) http://127.0.0.1:3300/acme/incidents/issues?q=x",
    );

    expect(page).toContain('href="/acme/incidents/issues/3"');
    expect(page).toContain('href="/acme/incidents/issues?q=x"');
  });

  it("gives each box the offset of its mark", async () => {
    const source = "Text\r\n\r\n- [ ] one\r\n- no box [x]\r\n- [X] two `[ ]`\r\n";
    const offsets = [...(await shown(source)).matchAll(/name="box" value="(\d+)"/gu)].map(([, offset]) =>
      Number(offset),
    );

    expect(offsets.map((offset) => source.slice(offset - 1, offset + 2))).toEqual(["[ ]", "[X]"]);
    expect(offsets[1]).toBe(source.indexOf("[X]") + 1);
  });

  it("knows mentions, references and struck words, and leaves code alone", async () => {
    const page = await shown("@ana and #7, kubernetes/kubernetes#57992, ~~gone~~, mail@example.org, `@ben #8`");

    expect(page).toContain('<strong class="mention">@ana</strong>');
    expect(page).toContain('href="/acme/incidents/issues/7"');
    expect(page).toContain('href="https://github.com/kubernetes/kubernetes/issues/57992"');
    expect(page).toContain("<del>gone</del>");
    expect(page).toContain("mail@example.org");
    expect(page).toContain("<code>@ben #8</code>");
  });

  it("draws the bars of a chart, and shows any other drawing as it was written", async () => {
    const bars = await shown(
      '```mermaid\nxychart-beta horizontal\n  title "T"\n  x-axis ["a", "b"]\n  bar [1, 2]\n```',
    );
    const other = await shown("```mermaid\npie\n```");

    expect(bars.match(/<progress/gu)).toHaveLength(2);
    expect(other).toContain("<code>pie</code>");
  });
});
