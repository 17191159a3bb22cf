import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { run } from "../../src/cli/config-check.ts";
import { parseConfig } from "../../src/read/config/parse-config.ts";
import { DEFAULT_CONFIG } from "../../src/domain/config.ts";

const folder = mkdtempSync(join(tmpdir(), "config-check-"));
let out = "";
let complaints = "";

beforeEach(() => {
  out = "";
  complaints = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    complaints += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

it("says ok to a file that is right", async () => {
  const file = write("right.yml", "mode: quiet\n");

  expect(await run([file])).toBe(0);
  expect(out).toBe(`${file}: ok\n`);
});

it("tells of a key that is left out, and says ok", async () => {
  const file = write("unknown.yml", "mode: quiet\nlabl: x\n");

  expect(await run([file])).toBe(0);
  expect(out).toBe(
    `${file}:2:1 \`labl\` is not a key of the configuration and is left out; did you mean \`label\`?\n${file}: ok\n`,
  );
});

it("fails when one of several files cannot be used", async () => {
  const wrong = write("wrong.yml", "mode: loud\n");
  const right = write("right.yml", "mode: quiet\n");

  expect(await run([wrong, right])).toBe(1);
  expect(out).toBe(`${wrong}:1:7 \`mode\` is "loud": write active, quiet or dry-run\n${right}: ok\n`);
});

it("shows the configuration that comes of it, in a form that can be read again", async () => {
  const file = write("right.yml", "mode: quiet\n");

  expect(await run(["--show", file])).toBe(0);
  const { config } = parseConfig(out.slice(out.indexOf("\n") + 1), "shown");
  expect(config).toEqual({ ...DEFAULT_CONFIG, mode: "quiet" });
});

it("checks templates too", async () => {
  const wrong = write("incident.md.hbs", "## A\n{{titel}}\n");
  const right = write("short.md.hbs", "## {{title}}\n");

  expect([await run([wrong]), await run([right])]).toEqual([1, 0]);
  expect(out).toContain(`${wrong}:2:1 \`titel\` is not known here`);
  expect(out).toContain(`${right}: ok`);
});

it("says what it cannot read", async () => {
  expect(await run([join(folder, "nowhere.yml")])).toBe(1);
  expect(complaints).toBe(`${join(folder, "nowhere.yml")}: cannot be read; give the path of a file\n`);
});
