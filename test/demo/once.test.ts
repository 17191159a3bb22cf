import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);

describe("npm run demo -- --once", { timeout: 120_000 }, () => {
  const out = mkdtempSync(join(tmpdir(), "postmortem-tour-"));
  let said = "";

  beforeAll(async () => {
    said = (await run(process.execPath, ["src/demo/main.ts", "--once", "--out", out])).stdout;
  }, 120_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  function read(name: string): string {
    return readFileSync(join(out, name), "utf8");
  }

  it("tells each call of the app in plain words and counts them", () => {
    expect(said).toContain("assigns @");
    expect(said).toContain("writes its status comment in #");
    expect(said).toContain("opens #");
    expect(said).toMatch(/opens the issue “Hotspot digest, week 2026-W\d\d”/u);
    expect(said).toMatch(/\d+ requests, \d+ of them change something/u);
    // What no pattern has words for would be told by its method.
    expect(said).not.toMatch(/^ {2}[·→] (?:GET|POST|PATCH|PUT|DELETE) /mu);
    expect(
      read("calls.txt")
        .split("\n")
        .filter((line) => /^\d+\. /u.test(line)).length,
    ).toBeGreaterThan(10);
  });

  it("needs five requests at most for the second start, from delivery to status comment", () => {
    const second = said.split(/^\d+\. /mu)[2] ?? "";

    expect(second).toContain("writes its status comment");
    expect(Number(/(?<n>\d+) requests/u.exec(second)?.groups?.["n"])).toBeLessThanOrEqual(5);
  });

  it("leaves the issue with the author's text, the sections and what became of the actions", () => {
    const issue = read("issue.md");

    expect(issue).toContain("For 31 minutes every fourth checkout failed.");
    for (const heading of ["Summary", "Impact", "Timeline", "Preventive actions", "Lessons learned"])
      expect(issue.split("\n").filter((line) => line === `## ${heading}`)).toHaveLength(1);
    expect(issue).toMatch(/- \[x\] Disruption budget/u);
    expect(issue).toMatch(/dropped: CoreDNS runs on every node/u);
    expect(issue).toContain("`severity/2`");
    expect(issue).toContain("closed.");
  });

  it("leaves the status comment, the ledger of the choice and the answers", () => {
    expect(read("status-comment.md")).toContain("2 of 2 settled");
    expect(read("status-comment.md")).toMatch(/- \[x\] .*lessons have been shared.*`ana`/u);
    for (const seat of ["platform", "network", "product"]) expect(read("why.md")).toContain(seat);
    expect(read("replies.md")).toContain("Did you mean `/postmortem severity`?");
    expect(read("replies.md")).toMatch(/needs triage access/u);
    expect(read("replies.md")).toContain("it is open again");
  });

  it("leaves a digest whose numbers are links that last longer than the demo", () => {
    const digest = read("digest.md");

    expect(digest).toContain("### Hotspots");
    expect(digest).toContain("Networking and DNS");
    expect(digest).toMatch(/\[\d+\]\(https:\/\/github\.example\/acme\/incidents\/issues\?q=/u);
    for (const name of ["issue.md", "status-comment.md", "why.md", "digest.md", "replies.md"])
      expect(read(name)).not.toContain("127.0.0.1");
  });
});

describe("npm run demo with a wrong flag", () => {
  it("ends with 1 and a sentence", async () => {
    await expect(
      run(process.execPath, ["src/demo/main.ts", "--once", "--port", "eighty", "--ouch"]),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("The demo stopped:"),
    });
  });
});
