import { afterEach, describe, expect, it } from "vitest";

import { queryOf } from "../../src/features/digest/search-links.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const DAY_MS = 86_400_000;
/** A Wednesday; the digest is due on Mondays at 09:00 in Berlin. */
const START = "2026-11-04T10:00:00Z";
const CONFIG = `${TEAM_CONFIG}digest: { day: monday, time: "09:00", timezone: Europe/Berlin }\n`;

let stage: Stage;
afterEach(async () => stage.close());

async function begin(): Promise<void> {
  stage = await startStage({
    sandbox: { clock: START },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", CONFIG);
    },
  });
}

async function incident(title: string, body: string): Promise<number> {
  const author = stage.sandbox.as("tom");
  const number = author.createIssue("acme/shop", { title, body }).number;
  author.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
  return number;
}

function digests(): { number: number; title: string; body: string; state: string }[] {
  return (stage.sandbox.state().repositories.find(({ name }) => name === "acme/shop")?.issues ?? [])
    .filter(({ labels }) => labels.includes("postmortem-digest"))
    .map(({ number, title, body, state }) => ({ number, title, body: body ?? "", state }));
}

/** How many issues the sandbox's own search finds for a link of the digest. */
async function found(url: string): Promise<number> {
  const answer = await fetch(`${stage.sandbox.url}/search/issues?per_page=1&q=${encodeURIComponent(queryOf(url))}`, {
    headers: { authorization: "Bearer mia-token" },
  });
  const { total_count } = (await answer.json()) as { total_count: number };
  return total_count;
}

async function someWeeks(): Promise<void> {
  const dns = await incident(
    "CoreDNS out of memory",
    "CoreDNS was OOM killed under a spike of DNS queries. ndots:5 made it worse.\n\n## Preventive actions\n\n- [ ] Run node-local DNS caches @dora\n",
  );
  stage.sandbox.as("tom").comment(`acme/shop#${dns}`, "/pm category dns");
  await stage.pass(DAY_MS);
  const ingress = await incident(
    "Ingress controller would not reload",
    "A broken ingress object stopped nginx ingress from reloading.\n",
  );
  stage.sandbox.as("tom").comment(`acme/shop#${ingress}`, "/pm category ingress also multi-tenancy");
  const closed = await incident("Certificate at the edge ran out", "");
  stage.sandbox.as("tom").comment(`acme/shop#${closed}`, "/pm category ingress");
  await stage.pass(DAY_MS);
  stage.sandbox.as("mia").close(`acme/shop#${closed}`);
  await stage.settled();
}

describe("the weekly digest", () => {
  it("comes once for a week in which the job ran five times, and replaces the one before", async () => {
    await begin();
    await someWeeks();

    const accepted: string[] = [];
    for (let run = 0; run < 5; run += 1) accepted.push(...(await stage.pass(run === 0 ? 4 * DAY_MS : 60_000)));
    await stage.restart();
    accepted.push(...(await stage.pass(60_000)));
    expect(accepted.filter((id) => id.startsWith("digest:"))).toHaveLength(1);
    expect(digests()).toHaveLength(1);

    await stage.pass(7 * DAY_MS);

    expect(digests().map(({ title }) => title)).toEqual([
      "Hotspot digest, week 2026-W46",
      "Hotspot digest, week 2026-W47",
    ]);
    expect(digests().map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  it("counts what GitHub's own search counts, behind every link", async () => {
    await begin();
    await someWeeks();
    await stage.pass(4 * DAY_MS);

    const body = digests()[0]?.body ?? "";
    const links = [...body.matchAll(/\[(?<n>\d+)\]\((?<url>http[^)\s]+[?&]q=[^)\s]+)\)/gu)].map(({ groups }) => ({
      n: Number(groups?.["n"]),
      url: (groups?.["url"] ?? "").replaceAll("%29", ")").replaceAll("%28", "("),
    }));

    expect(links.length).toBeGreaterThan(10);
    for (const { n, url } of links)
      expect({ url: queryOf(url), n: await found(url) }).toEqual({ url: queryOf(url), n });
    console.log(`${links.length} counts of the digest, each equal to the search behind it`);
  });

  it("is brought up to date when a maintainer asks for it, and is not for others to ask", async () => {
    await begin();
    await someWeeks();
    await stage.pass(4 * DAY_MS);
    await incident("Another one", "");

    stage.sandbox.as("mia").comment("acme/shop#1", "/pm digest");
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm digest");
    await stage.settled();

    expect(digests()).toHaveLength(1);
    const reactions = stage
      .issue(1)
      .comments.slice(-3)
      .map(({ reactions: given }) => given.map(({ content }) => content));
    expect(reactions).toContainEqual(["eyes", "+1"]);
    expect(reactions).toContainEqual(["eyes", "confused"]);
  });
});
