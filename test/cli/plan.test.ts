import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => stage.close());

async function dryRun(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["src/cli/main.ts", "plan", ...args], {
    env: { ...process.env, GITHUB_API_URL: stage.sandbox.url, GITHUB_TOKEN: "tom-token" },
  });
  return stdout;
}

describe("postmortem plan", () => {
  it("shows a start without doing it, then what a command would change", async () => {
    const author = stage.sandbox.as("tom");
    author.createIssue("acme/shop", { title: "CoreDNS out of memory", body: "It was killed under load." });
    const before = stage.issue(1);

    const start = await dryRun("acme/shop#1");

    expect(start).toContain("write the body of acme/shop#1");
    expect(start).toContain("+priority/high");
    expect(stage.issue(1)).toEqual(before);

    author.label("acme/shop#1", "postmortem");
    await stage.settled();
    const command = await dryRun("acme/shop#1", "--say", "/severity 1");

    expect(command).toContain("labels of acme/shop#1: +severity/1 -severity/3");
    expect(stage.issue(1).labels).toContain("severity/3");
  });
});

describe("postmortem digest", () => {
  it("prints the digest that existing postmortems would have given, and writes nothing", async () => {
    const author = stage.sandbox.as("tom");
    author.createIssue("acme/shop", {
      title: "Ingress controller broke",
      body: "## Action items\n\n- [ ] Validate objects @ana\n",
    });
    stage.sandbox.clearLog();

    const { stdout } = await promisify(execFile)(process.execPath, ["src/cli/main.ts", "digest", "acme/shop"], {
      env: { ...process.env, GITHUB_API_URL: stage.sandbox.url, GITHUB_TOKEN: "tom-token" },
    });

    expect(stdout).toContain("### Hotspots");
    expect(stage.sandbox.requests({ actor: "tom" }).every(({ method }) => method === "GET")).toBe(true);
  });
});
