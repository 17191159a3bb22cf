import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { readmeWithCommands } from "../../scripts/command-docs.ts";

it("the README lists the commands as they are (npm run docs)", async () => {
  const readme = read("README.md");

  // The formatter lines the columns up; what is said must be the same.
  expect(squeezed(readme)).toBe(squeezed(await readmeWithCommands(readme)));
});

it("CONTRIBUTING shows a command as it is", () => {
  const [, path = "", code = ""] = /```ts\n\/\/ (src\S+)\n(.*?)\n```/su.exec(read("CONTRIBUTING.md")) ?? [];

  expect(code).toBe(read(path).trimEnd());
});

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

function squeezed(text: string): string {
  return text.replaceAll(/ +/gu, " ").replaceAll(/-{3,}/gu, "---");
}
