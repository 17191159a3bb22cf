import { createHmac, randomUUID } from "node:crypto";
import { createRequire } from "node:module";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { isHeard } from "../../src/app.ts";
import { type Stage, startStage } from "../support/running-app.ts";

interface Example {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

const ALL = createRequire(import.meta.url)("@octokit/webhooks-examples") as {
  readonly default?: readonly Example[];
} & readonly Example[];
const EXAMPLES = (ALL.default ?? ALL)
  .flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })))
  .filter(({ name }) => isHeard(name));

let stage: Stage;
let installationId = 0;
let repositoryId = 0;
beforeAll(async () => {
  // The repository that most examples are of, with an issue of the number they name; its label starts a postmortem.
  stage = await startStage({
    build: (sandbox) => {
      sandbox.addUser("Codertocat");
      repositoryId = sandbox.addRepository("Codertocat/Hello-World", { visibility: "public" }).id;
      sandbox.addRepository("Codertocat/Other", { visibility: "public" });
      sandbox.setRole("Codertocat/Hello-World", "Codertocat", "admin");
      sandbox.putFile("Codertocat/Hello-World", ".github/postmortem.yml", "label: bug\n");
      installationId = sandbox.installApp("Codertocat", { repositories: "all" }).id;
      for (let n = 1; n <= 3; n += 1)
        sandbox
          .as("Codertocat")
          .createIssue("Codertocat/Hello-World", { title: `Issue ${n}`, body: "", labels: ["bug"] });
    },
  });
  await stage.settled();
}, 120_000);
afterAll(async () => stage.close());

async function send(name: string, payload: Record<string, unknown>): Promise<number> {
  // Under the ids that the sandbox gave: by another id it would be another repository of the same name.
  const here = repositoryOf(payload) === "Codertocat/Hello-World" ? { id: repositoryId } : {};
  const body = JSON.stringify({
    ...payload,
    ...(payload["repository"] ? { repository: { ...payload["repository"], ...here } } : {}),
    installation: { ...(payload["installation"] as object), id: installationId },
  });
  const signature = createHmac("sha256", stage.sandbox.app.webhookSecret).update(body).digest("hex");
  const answer = await fetch(`${stage.app.url}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": name,
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  });
  return answer.status;
}

function repositoryOf(payload: Record<string, unknown>): string | undefined {
  const repository = payload["repository"] as { full_name?: string } | undefined;
  return repository?.full_name;
}

describe("GitHub's own examples of every event we hear", () => {
  it("are taken in, crash nothing, and lead to no write outside their repository", async () => {
    const foreign: string[] = [];
    const answers = new Map<number, number>();
    let written = 0;
    for (const { name, payload } of EXAMPLES) {
      stage.newRequests();
      const status = await send(name, { ...payload, installation: payload["installation"] ?? { id: installationId } });
      answers.set(status, (answers.get(status) ?? 0) + 1);
      await stage.settled();
      const writes = stage.newRequests().filter((line) => !line.startsWith("GET") && !line.includes("/access_tokens"));
      written += writes.length;
      const home = repositoryOf(payload);
      foreign.push(
        ...writes
          .filter((line) => home === undefined || !line.toLowerCase().includes(` /repos/${home.toLowerCase()}/`))
          .map((line) => `${name}: ${line}`),
      );
    }

    console.log(
      `${EXAMPLES.length} examples of events we hear, answered ${JSON.stringify(Object.fromEntries(answers))}, ${written} writes`,
    );
    expect(EXAMPLES.length).toBeGreaterThan(50);
    expect([...answers.keys()]).toEqual([202]);
    expect(written).toBeGreaterThan(0);
    expect(foreign).toEqual([]);
    expect((await fetch(`${stage.app.url}/healthz`)).status).toBe(200);
  }, 300_000);
});
