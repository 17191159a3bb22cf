import { readFileSync } from "node:fs";

import { afterAll, describe, expect, it } from "vitest";

import { type Config, DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import type { Issue } from "../../../src/domain/facts.ts";
import { InstallationId } from "../../../src/domain/ids.ts";
import { createTemplateReader } from "../../../src/read/template/read-template.ts";
import { createTemplateRenderer } from "../../../src/read/template/render-template.ts";
import { fakeFiles } from "../config/fake-files.ts";
import { viewOf } from "../../../src/read/template/view-of-issue.ts";

const INCIDENT = "acme/shop/.github/postmortem/incident.md.hbs";
const SHORT = "acme/shop/.github/postmortem/short.md.hbs";
const SHOP = { installationId: InstallationId.parse(1), repositoryId: 7, owner: "acme", repo: "shop", number: 7 };

const renderer = createTemplateRenderer({ timeLimitMs: 30_000 });
afterAll(async () => renderer.close());

function builtIn(name: string): string {
  return readFileSync(new URL(`../../../templates/postmortem/${name}.md.hbs`, import.meta.url), "utf8");
}

function set(files: Record<string, string | number>) {
  const held = new Map(Object.entries(files));
  const octokit = fakeFiles(held);
  const reader = createTemplateReader({ now: () => 0, ttlMs: 300_000, renderer });
  async function read(severity = 2, overrides: Partial<Config> = {}) {
    const config: Config = { ...DEFAULT_CONFIG, templates: "repository", ...overrides };
    return reader.readTemplate(octokit, SHOP, { config, issue: someIssue({ labels: [`severity/${severity}`] }) });
  }
  return { held, octokit, reader, read };
}

function someIssue(issue: Partial<Issue> = {}): Issue {
  return {
    ref: SHOP,
    title: "Checkout is down",
    body: "",
    labels: [],
    assignees: [],
    author: "ana",
    state: "open",
    createdAt: "2026-11-21T23:30:00.000Z",
    url: "https://github.test/acme/shop/issues/7",
    ...issue,
  };
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

describe("what a template is told", () => {
  it("is the issue as it was opened, by the configured clock", () => {
    const config = { ...DEFAULT_CONFIG, digest: { ...DEFAULT_CONFIG.digest, timezone: "Europe/Berlin" } };

    expect(viewOf(someIssue({ labels: ["dns"], assignees: ["bo"] }), config)).toEqual({
      title: "Checkout is down",
      number: 7,
      author: "ana",
      url: "https://github.test/acme/shop/issues/7",
      severity: 3,
      date: "2026-11-22",
      repository: "acme/shop",
      labels: ["dns"],
      assignees: ["bo"],
    });
  });
});
