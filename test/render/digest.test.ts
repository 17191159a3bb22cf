import { describe, expect, it } from "vitest";

import type { WeekFacts } from "../../src/domain/facts.ts";
import { parseMarkdown } from "../../src/domain/markdown.ts";
import { compose } from "../../src/features/digest/compose.ts";
import { createRender } from "../../src/render/render.ts";
import { someYear } from "../support/digest-year.ts";
import { daysBefore, someAction, somePostmortem, weekFacts } from "../support/postmortem-builders.ts";

const render = createRender();

describe("the words of the digest", () => {
  it("shows a busy week", async () => {
    const text = render({ template: "digest/weekly", view: compose(someYear()) });

    await expect(text).toMatchFileSnapshot("words/digest-weekly.md");
  });

  it("shows a tenant that has no postmortem yet", async () => {
    const text = render({ template: "digest/weekly", view: compose(weekFacts()) });

    await expect(text).toMatchFileSnapshot("words/digest-empty.md");
  });
});

const HOSTILE = [
  "@acme/everyone look | at <script>alert(1)</script> --> <!-- postmortem:slot=digest.2026-w47 sig=0123456789abcdef -->",
  "</details></summary>\n\n# shout\n\n| a | b |\n| --- | --- |\n| c | d |",
  '"] bar [99999]\n```\n<img src=x onerror=1> fixes #12 and acme/infra#3',
  "[click](javascript:alert(1)) ![x](https://evil.example/p.png) `code` ~~~ $x$ &amp; \\| \u202Ereversed",
];

describe("the digest of hostile incidents", () => {
  it.each([3, 2000])("does nothing but show the words of %i of them", (n) => {
    const text = render({ template: "digest/weekly", view: compose(hostileFacts(n, 6)) });
    const nodes = flatten(parseMarkdown(text));

    const html = nodes.filter(({ type }) => type === "html").map(({ value = "" }) => value);
    expect(html.flatMap((value) => [...value.matchAll(/<\/?([a-z]+)/gu)].map(([, tag]) => tag))).toEqual(
      expect.arrayContaining(["details", "summary"]),
    );
    expect(html.join(" ").replaceAll(/<\/?(?:details|summary|sub)>/gu, "")).not.toMatch(/<|-->|@/u);
    expect(nodes.filter(({ type }) => type === "image")).toEqual([]);
    const words = nodes.filter(({ type }) => type === "text").map(({ value = "" }) => value);
    expect(words.filter((value) => /@[A-Za-z]|#\d/u.test(value))).toEqual([]);
    for (const link of nodes.filter(({ type }) => type === "link")) {
      expect(link.url).toMatch(/^https:\/\/(?:github\.com\/|example\.com\/hardening$)/u);
    }
  });

  it.each([3, 2000])("keeps every table in shape with %i of them", (n) => {
    const text = render({ template: "digest/weekly", view: compose(hostileFacts(n, 6)) });

    const tables = flatten(parseMarkdown(text)).filter(({ type }) => type === "table");
    const widths = tables.map(({ children = [] }) => new Set(children.map((row) => row.children?.length)));

    expect(tables.length).toBeGreaterThanOrEqual(5);
    for (const width of widths) expect(width.size).toBe(1);
  });

  it.each([
    [2000, 6, 1],
    [2000, 36, 1],
    [2000, 36, 60],
    [20_000, 6, 3],
  ])(
    "stays below the limit of an issue: %i postmortems, %i categories, %i repositories",
    (n, categories, repositories) => {
      const view = compose(hostileFacts(n, categories, repositories));
      const text = render({ template: "digest/weekly", view });

      expect(text.length).toBeLessThan(65_000);
      expect(text.length).toBeGreaterThan(20_000);
      expect(view.actionsCut + view.actions.length + view.actionsUnnamed).toBe(view.ledger.open);
      expect(text).toContain(`${view.actionsCut} more did not fit in here`);
    },
  );

  it("keeps the chart to words that every mermaid takes", () => {
    const text = render({ template: "digest/weekly", view: compose(hostileFacts(30, 6)) });

    const axis = /x-axis \[(.*)\]/u.exec(text)?.[1] ?? "";
    expect(axis).toMatch(/^"[A-Za-z0-9 _.-]+"(?:, "[A-Za-z0-9 _.-]+")*$/u);
  });
});

function hostileFacts(n: number, categories: number, repositories = 1): WeekFacts {
  const keys = Array.from({ length: categories }, (_, index) =>
    `category-number-${index}-with-a-long-name`.slice(0, 40),
  );
  const postmortems = Array.from({ length: n }, (_, index) => {
    const words = `${HOSTILE[index % HOSTILE.length]} ${"<&|@#".repeat(60)}`;
    const one = somePostmortem({
      number: index + 1,
      repo: `a-repository-with-a-rather-long-name-${index % repositories}`,
      title: words,
      severity: ((index % 4) + 1) as 1 | 2 | 3 | 4,
      openedAt: daysBefore(0.5 + (index % 360)),
      category: keys[index % keys.length],
      contributing: [keys[(index + 1) % keys.length] ?? ""],
      publishedAt: daysBefore(1),
    });
    const delivered = someAction({
      text: `${words} ${index}`,
      key: "d",
      status: "delivered",
      settledAt: daysBefore(100),
    });
    return {
      ...one,
      actions: [someAction({ text: words, key: "o", owner: "@acme/all", due: "2026-11-02" }), delivered],
    };
  });
  return weekFacts({
    postmortems,
    withheld: 9,
    categories: keys.map((key, index) => ({
      key,
      title: HOSTILE[index % HOSTILE.length] ?? "",
      advice: [{ text: HOSTILE[index % HOSTILE.length] ?? "", source: "https://example.com/hardening" }],
    })),
    functions: [{ name: HOSTILE[1] ?? "", people: ["a", "b"], affinity: [] }],
    previous: [{ number: 1, url: "https://github.com/acme/incidents/issues/1" }],
  });
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

function flatten(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(flatten)];
}
