import { afterEach, describe, expect, it } from "vitest";

import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const DAY_MS = 86_400_000;
const START = "2026-11-04T10:00:00Z";

let stage: Stage;
afterEach(async () => stage.close());

async function begin(build: (sandbox: Sandbox) => void): Promise<void> {
  stage = await startStage({ sandbox: { clock: START }, build });
}

async function incident(repository: string, title: string): Promise<number> {
  const { number } = stage.sandbox.as("wendy").createIssue(repository, { title, body: "The DNS resolver was slow." });
  stage.sandbox.as("wendy").label(`${repository}#${number}`, "postmortem");
  await stage.settled();
  return number;
}

function digests(repository: string): string[] {
  return (stage.sandbox.state().repositories.find(({ name }) => name === repository)?.issues ?? [])
    .filter(({ labels }) => labels.includes("postmortem-digest"))
    .map(({ body }) => body ?? "");
}

function world(configs: Record<string, { visibility?: "public" | "private"; config: string }>) {
  return (sandbox: Sandbox): void => {
    smallWorld(sandbox);
    for (const [name, { visibility = "public", config }] of Object.entries(configs)) {
      if (name !== "acme/shop") sandbox.addRepository(name, { visibility });
      sandbox.setRole(name, "wendy", "maintain");
      sandbox.putFile(name, ".github/postmortem.yml", `${TEAM_CONFIG}${config}`);
    }
  };
}

describe("the digest's home", () => {
  it("writes over nobody's issue when the home changes in the middle of a week", async () => {
    await begin(world({ "acme/shop": { config: "" }, "acme/cart": { config: "" } }));
    const first = await incident("acme/shop", "Resolver slow");
    stage.sandbox.as("wendy").comment(`acme/shop#${first}`, "/pm digest");
    await stage.settled();
    const bodies: string[] = [];
    for (const title of ["one", "two", "three"]) await incident("acme/cart", title);
    for (const number of [1, 2, 3]) bodies.push(stage.issue(number, "acme/cart").body ?? "");

    stage.sandbox.as("wendy").comment(`acme/shop#${first}`, "/pm digest");
    await stage.settled();

    expect([1, 2, 3].map((number) => stage.issue(number, "acme/cart").body)).toEqual(bodies);
    expect(digests("acme/cart")).toHaveLength(1);
  });

  it("opens another one when somebody deleted this week's", async () => {
    await begin(world({ "acme/shop": { config: "" } }));
    const first = await incident("acme/shop", "Resolver slow");
    stage.sandbox.addUser("ada");
    stage.sandbox.setRole("acme/shop", "ada", "admin");
    stage.sandbox.as("wendy").comment(`acme/shop#${first}`, "/pm digest");
    await stage.settled();
    stage.sandbox.as("ada").deleteIssue("acme/shop#2");
    await incident("acme/shop", "Another");
    stage.sandbox.as("wendy").comment(`acme/shop#${first}`, "/pm digest");
    await stage.settled();

    expect(stage.issue(4).labels).toEqual(["postmortem-digest"]);
  });

  it("sends nobody the postmortems of private repositories that did not name that home", async () => {
    await begin(
      world({
        "acme/secret": { visibility: "private", config: "" },
        "acme/willing": { visibility: "private", config: "digest: { repository: acme/toy }\n" },
        "acme/toy": { visibility: "private", config: "digest: { repository: acme/toy }\n" },
      }),
    );
    await incident("acme/secret", "Merger with Globex broke");
    await incident("acme/willing", "Willingly told");
    await incident("acme/toy", "Toy broke");

    await stage.pass(6 * DAY_MS);

    const [digest = ""] = digests("acme/toy");
    expect(digest).toMatch(/opened \[2\]/u);
    expect(digest).not.toContain("secret");
  });

  it("goes by who may read a repository now, not by who could when an event came last", async () => {
    await begin(world({ "acme/shop": { config: "digest: { repository: acme/shop }\n" }, "acme/cart": { config: "" } }));
    await incident("acme/shop", "Told");
    await incident("acme/cart", "Turned private since");
    await stage.pass(3_600_000);
    stage.sandbox.repository("acme/cart").setVisibility("private");

    await stage.pass(6 * DAY_MS);

    expect(digests("acme/shop").at(-1)).toMatch(/opened \[1\]/u);
  });

  it("is the repository with the most postmortems when the one that was named is gone", async () => {
    await begin(world({ "acme/shop": { config: "digest: { repository: acme/nowhere }\n" } }));
    await incident("acme/shop", "Resolver slow");

    await stage.pass(6 * DAY_MS);

    expect(digests("acme/shop")).toHaveLength(1);
  });
});
