import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { readmeWithCommands } from "../../scripts/command-docs.ts";

it("the README lists the commands as they are (npm run docs)", async () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

  // The formatter lines the columns up; what is said must be the same.
  expect(squeezed(readme)).toBe(squeezed(await readmeWithCommands(readme)));
});

function squeezed(text: string): string {
  return text.replaceAll(/ +/gu, " ").replaceAll(/-{3,}/gu, "---");
}
