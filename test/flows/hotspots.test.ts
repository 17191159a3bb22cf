import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

/** Another trade's categories: a newspaper's printing works. */
const OTHER_TRADE = `
categories:
  replace: true
  list:
    - key: paper-supply
      title: Paper supply
      terms: ["paper roll", "web break", { term: "newsprint", weight: 4 }]
    - key: ink
      title: Ink and colour
      terms: [{ weight: 4, any: ["ink", "misregistration", "colour drift"] }]
    - key: press-hall
      title: Press hall
      terms: ["gripper", "folder jam", "plate change"]
    - key: distribution
      title: Distribution
      terms: ["delivery truck", "route", "depot"]
`;

let stage: Stage;
afterEach(async () => stage.close());

async function incident(title: string, body: string): Promise<number> {
  const author = stage.sandbox.as("tom");
  const { number } = author.createIssue("acme/shop", { title, body });
  author.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
  return number;
}

function status(number: number): string {
  return stage.issue(number).comments[0]?.body ?? "";
}

describe("hotspots", () => {
  it("are another trade's where its configuration says so", async () => {
    stage = await startStage({
      build: (sandbox) => {
        smallWorld(sandbox);
        sandbox.putFile("acme/shop", ".github/postmortem.yml", OTHER_TRADE);
      },
    });

    const number = await incident(
      "Web break stopped press 2",
      "The paper roll tore at a splice. The newsprint of that lot was too dry.\n\n## Contributing factors\n\n- newsprint stored beside the heating\n",
    );
    const suggested =
      stage.issue(number).labels.includes("hotspot/paper-supply") ||
      status(number).includes("pm:category.paper-supply");
    stage.sandbox.as("tom").comment(`acme/shop#${number}`, "/pm category paper-supply\n/pm category dns");
    await stage.settled();

    expect(suggested).toBe(true);
    expect(stage.issue(number).labels).toContain("hotspot/paper-supply");
    expect(stage.issue(number).comments.at(-1)?.body).toContain("There is no such category");
    expect(stage.issue(number).comments.at(-1)?.body).toContain("`press-hall`");
  });

  it("come with the words that led to them, and one click confirms", async () => {
    stage = await startStage();

    const number = await incident(
      "CoreDNS out of memory",
      "CoreDNS pods were OOM killed when lookups doubled; ndots:5 multiplies each query.",
    );

    expect(status(number)).toMatch(/Networking and DNS[^\n]*because of `/u);
  });

  it("link postmortems that read alike, with the words in common and what became of their actions", async () => {
    stage = await startStage();
    const first = await incident(
      "Skipper ingress killed for memory",
      "A slow backend kept requests in flight; Skipper grew beyond its memory limit and was OOM killed.\n\n## Preventive actions\n\n- [ ] Limit concurrent requests in Skipper @ana\n",
    );

    const second = await incident(
      "Skipper ingress out of memory again",
      "Requests in flight piled up behind a slow backend, Skipper was OOM killed at its memory limit once more.",
    );

    expect(status(second)).toContain("Postmortems that read alike");
    expect(status(second)).toContain(`/issues/${first}`);
    expect(status(second)).toContain("0 of 1 actions settled");
    expect(status(second)).toContain("skipper");
  });

  it("follow upstream issues and say which version has the fix", async () => {
    stage = await startStage({
      build: (sandbox) => {
        smallWorld(sandbox);
        sandbox.addOrganization("kubernetes");
        sandbox.addUser("dev");
        sandbox.addRepository("kubernetes/kubernetes", { visibility: "public" });
        sandbox.setRole("kubernetes/kubernetes", "dev", "admin");
        sandbox.as("dev").createIssue("kubernetes/kubernetes", { title: "memory leak in the API server", body: "" });
      },
    });

    const number = await incident(
      "API server memory leak",
      "Upstream: kubernetes/kubernetes#1 (fixed in 1.11.4 and 1.12.0).",
    );

    expect(status(number)).toContain("kubernetes/kubernetes#1 (open)");
    expect(status(number)).toContain("fixed in 1.11.4, 1.12.0");
  });
});
