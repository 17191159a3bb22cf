import { readFileSync } from "node:fs";

import { afterAll, describe, expect, it } from "vitest";

import { createTemplateReader } from "../../../src/read/template/read-template.ts";
import { createTemplateRenderer } from "../../../src/read/template/render-template.ts";
import { fakeFiles } from "../config/fake-files.ts";
import { someView } from "./some-view.ts";

const INCIDENT = "acme/shop/.github/postmortem/incident.md.hbs";
const SHORT = "acme/shop/.github/postmortem/short.md.hbs";
const SHOP = { installationId: 1, owner: "acme", repo: "shop" };

const renderer = createTemplateRenderer({ timeLimitMs: 30_000 });
afterAll(async () => renderer.close());

function builtIn(name: string): string {
  return readFileSync(new URL(`../../../templates/postmortem/${name}.md.hbs`, import.meta.url), "utf8");
}

function set(files: Record<string, string | number>) {
  const held = new Map(Object.entries(files));
  const octokit = fakeFiles(held);
  const reader = createTemplateReader({ now: () => 0, ttlMs: 300_000, renderer });
  async function read(severity = 2, config = {}) {
    const whole = { templates: "repository", "short-form-from": 4, ...config } as const;
    return reader.readTemplate(octokit, SHOP, { config: whole, view: someView({ severity }) });
  }
  return { held, octokit, reader, read };
}

describe("the app's own templates", () => {
  it("are used without a request unless the configuration says otherwise", async () => {
    const { octokit, read } = set({ [INCIDENT]: "## Ours\n" });

    expect(await read(3, { templates: "built-in" })).toEqual({ markdown: builtIn("sections") });
    expect(await read(4, { templates: "built-in" })).toEqual({ markdown: builtIn("short") });
    expect(await read(3, { templates: "built-in", "short-form-from": 3 })).toEqual({ markdown: builtIn("short") });
    expect(octokit.asked).toEqual([]);
  });

  it("stand in for a repository's that is missing", async () => {
    const { markdown, problem } = await set({}).read();

    expect(markdown).toBe(builtIn("sections"));
    expect(problem).toBe(".github/postmortem/incident.md.hbs is missing; add it, or set `templates: built-in`");
  });

  it("stand in for a repository's that is wrong", async () => {
    const { markdown, problem } = await set({ [INCIDENT]: "## A\n{{titel}}" }).read();

    expect(markdown).toBe(builtIn("sections"));
    expect(problem).toMatch(/^\.github\/postmortem\/incident\.md\.hbs:2:1 `titel` is not known here/u);
  });
});

describe("a repository's templates", () => {
  it("are used, the short one for the lowest severity", async () => {
    const { read } = set({ [INCIDENT]: "## Long {{severity}}", [SHORT]: "## Short {{severity}}" });

    expect([await read(3), await read(4)]).toEqual([{ markdown: "## Long 3" }, { markdown: "## Short 4" }]);
  });

  it("need no short one", async () => {
    const { octokit, read } = set({ [INCIDENT]: "## Long {{severity}}" });

    expect(await read(4)).toEqual({ markdown: "## Long 4" });
    expect(octokit.asked.map(({ file }) => file)).toEqual([SHORT, INCIDENT]);
  });

  it("are asked for once while fresh, a missing one included", async () => {
    const { octokit, read } = set({ [INCIDENT]: "## Long" });

    for (const severity of [4, 4, 2, 1]) await read(severity);

    expect(octokit.asked).toHaveLength(2);
  });

  it("are read again after a push", async () => {
    const { held, reader, read } = set({ [INCIDENT]: "## Before" });
    await read();
    held.set(INCIDENT, "## After");

    reader.invalidate("acme", "shop");

    expect(await read()).toEqual({ markdown: "## After" });
  });
});
