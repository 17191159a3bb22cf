import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { exitCodeOf } from "../../src/cli/exit-code.ts";
import { answer } from "../../src/cli/sub-commands.ts";
import { smallWorld } from "../support/running-app.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";

const EMPTY = mkdtempSync(join(tmpdir(), "postmortem-cli-"));

let said = "";
let complained = "";
beforeEach(() => {
  said = "";
  complained = "";
  vi.spyOn(console, "log").mockImplementation((text) => void (said += `${text}\n`));
  vi.spyOn(console, "error").mockImplementation((text) => void (complained += `${text}\n`));
  for (const name of ["GITHUB_TOKEN", "GITHUB_API_URL", "DATABASE_URL"]) vi.stubEnv(name, "");
  vi.stubEnv("ENV_FILE", join(EMPTY, "none.env"));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("postmortem on the command line", () => {
  it.each([[], ["--help"], ["-h"], ["help"]])("lists its sub-commands when asked with %j", async (...words) => {
    expect(await answer(words)).toBe(0);
    expect(said).toMatch(/plan owner\/repo#7[^]*digest owner\/repo[^]*classify[^]*export[^]*config check/u);
  });

  it.each(["plan", "digest", "classify", "export", "config check"])("says how %s is used", async (name) => {
    expect(await answer([...name.split(" "), "--help"])).toBe(0);
    expect(said).toContain(`usage: npm run postmortem -- ${name} `);
  });

  it.each([
    ["planx", 'There is no sub-command "planx".'],
    ["config", 'There is no sub-command "config".'],
    ["plan", "Name one issue, as owner/repo#7."],
    ["plan acme/shop", "Name one issue, as owner/repo#7."],
    ["plan acme/shop#1 acme/shop#2", "Name one issue, as owner/repo#7."],
    ["plan acme/shop#1 --wat", "Unknown option '--wat'."],
    ["plan acme/shop#1 --say", "Option '--say <value>' argument missing."],
    ["plan acme/shop#1", "Set GITHUB_TOKEN to a token that can read the repository; a dry run writes nothing."],
    ["digest", "Name one repository, as owner/repo."],
    ["digest acme/shop --week 2026-W54", '--week: "2026-W54" is no week of the calendar: write it as 2026-W47.'],
    ["digest acme/shop", "Set GITHUB_TOKEN to a token that can read the repository; nothing is written."],
    ["classify", "Name one file."],
    ["classify --wat", "Name one file."],
    ["export", "Name one installation by its id, the number at the end of the address of its settings."],
    ["export abc", "Name one installation by its id, the number at the end of the address of its settings."],
    ["export 1 --wat", "Unknown option '--wat'."],
    [
      `export 1 --data-dir ${EMPTY}`,
      `There is no database in ${EMPTY}: name its directory with --data-dir, or set DATABASE_URL.`,
    ],
    ["config check", "Name a file, such as .github/postmortem.yml."],
    ["config check --wat", "Unknown option '--wat'."],
  ])("answers %j with what is wrong, the usage, and 2", async (line, sentence) => {
    expect(await answer(line.split(" "))).toBe(2);
    expect(complained.split("\n\n")[0]).toBe(sentence);
    expect(complained).toContain("\n\nusage: npm run postmortem -- ");
    expect(readdirSync(EMPTY)).toEqual([]);
  });

  it("names an address in the environment that is none", async () => {
    vi.stubEnv("GITHUB_TOKEN", "a-token");
    vi.stubEnv("GITHUB_API_URL", "nonsense");

    expect(await answer(["plan", "acme/shop#1"])).toBe(2);
    expect(complained).toContain("GITHUB_API_URL: write an address like https://api.github.com");
  });
});

describe("a sub-command that asks GitHub", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ build: smallWorld });
  });
  afterAll(async () => sandbox.close());

  it.each([
    ["plan acme/shop#99", "tom-token", "GitHub knows no acme/shop#99, or the token may not see it."],
    ["plan acme/nowhere#1", "tom-token", "GitHub knows no acme/nowhere, or the token may not see it."],
    ["plan acme/shop#1 --as nobody", "tom-token", "GitHub knows no person nobody, or the token may not see it."],
    ["digest acme/nowhere", "tom-token", "GitHub knows no acme/nowhere, or the token may not see it."],
    ["digest acme/shop", "wrong", "GitHub does not accept the token."],
  ])("answers %j of %s in a sentence, and with 1", async (line, token, sentence) => {
    vi.stubEnv("GITHUB_API_URL", sandbox.url);
    vi.stubEnv("GITHUB_TOKEN", token);

    expect(await answer(line.split(" "))).toBe(1);
    expect(complained).toMatch(/^[^\n]+\n$/u);
    expect(complained).toContain(sentence);
  });

  it("says when the token has used up its requests", async () => {
    vi.stubEnv("GITHUB_API_URL", sandbox.url);
    vi.stubEnv("GITHUB_TOKEN", "tom-token");
    sandbox.faults.add({ kind: "429-secondary", times: 1, retryAfter: 90 });

    expect(await answer(["digest", "acme/shop"])).toBe(1);
    expect(complained).toBe("The token has used up its requests. Try again in 2 minutes.\n");
  });

  it("says where nobody answers", async () => {
    const gone = await startSandbox();
    await gone.close();
    vi.stubEnv("GITHUB_API_URL", gone.url);
    vi.stubEnv("GITHUB_TOKEN", "tom-token");

    expect(await answer(["plan", "acme/shop#1"])).toBe(1);
    expect(complained).toContain(`${gone.url} does not answer`);
  });
});

describe("exitCodeOf", () => {
  it("tells the cause of a failure, and the place of a mistake", async () => {
    const failure = new Error("The database cannot be used.", { cause: new Error("connection refused") });

    expect(await exitCodeOf("", () => Promise.reject(failure))).toBe(1);
    expect(complained).toBe("The database cannot be used.\n  connection refused\n");
    expect(await exitCodeOf("", () => Promise.reject(new TypeError("x is not a function")))).toBe(1);
    expect(complained).toContain("sub-commands.test.ts");
  });

  it("ends quietly when whoever reads has seen enough", async () => {
    const many = join(mkdtempSync(join(tmpdir(), "postmortem-cli-")), "many.jsonl");
    writeFileSync(many, '{"id":1,"title":"DNS","body":"CoreDNS was down"}\n'.repeat(2_000));
    const child = spawn(process.execPath, ["src/cli/main.ts", "classify", many]);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.once("data", () => child.stdout.destroy());

    const code = await new Promise((resolve) => child.once("close", resolve));

    expect([code, errors]).toEqual([0, ""]);
  });
});
