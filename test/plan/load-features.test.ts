import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadFeatures } from "../../src/plan/load-features.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "features-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

const command = (name: string): string => `export default { name: "${name}", run: () => [] };\n`;
const rule = (name: string): string => `export default { name: "${name}", plan: () => [] };\n`;

describe("loadFeatures", () => {
  it("finds commands and rules of every feature, by name", async () => {
    write("b/commands/zoom.ts", command("zoom"));
    write("a/commands/ask.ts", command("ask"));
    write("b/rules/follow.ts", rule("follow"));
    write("b/other.ts", "throw new Error('not to be loaded');\n");

    const { commands, rules } = await loadFeatures(folder);

    expect([commands, rules].map((found) => found.map(({ name }) => name))).toEqual([["ask", "zoom"], ["follow"]]);
  });

  it("refuses a file that is not named for what is in it", async () => {
    write("a/commands/ask.ts", command("question"));

    await expect(loadFeatures(folder)).rejects.toThrow(
      'src/features/a/commands/ask.ts defines "question": name the file question.ts',
    );
  });

  it("refuses two of a name", async () => {
    write("a/commands/ask.ts", command("ask"));
    write("b/commands/ask.ts", command("ask"));

    await expect(loadFeatures(folder)).rejects.toThrow(
      'src/features/b/commands/ask.ts: there is another "ask" already',
    );
  });

  it("refuses a file without a command", async () => {
    write("a/commands/ask.ts", "export default 7;\n");

    await expect(loadFeatures(folder)).rejects.toThrow(
      "src/features/a/commands/ask.ts exports no command or rule as its default",
    );
  });

  it("finds all of this app, each of its own name", async () => {
    const { commands, rules } = await loadFeatures();

    expect(commands.length).toBeGreaterThanOrEqual(15);
    expect(rules.length).toBeGreaterThanOrEqual(14);
    for (const { usage, name, summary } of commands) {
      expect(summary).not.toBe("");
      for (const form of usage) expect(form.split(" ")[0]).toBe(name);
    }
  });
});
