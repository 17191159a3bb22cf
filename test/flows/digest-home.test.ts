import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

const HOUR_MS = 3_600_000;

let stage: Stage;
afterEach(async () => stage.close());

/** Repositories of acme, oldest first, each with its file; `undefined` has none. */
async function begin(files: Record<string, string | undefined>): Promise<void> {
  stage = await startStage({
    build: (sandbox) => {
      smallWorld(sandbox);
      for (const [name, text] of Object.entries({ "acme/shop": "", ...files })) {
        if (name !== "acme/shop") sandbox.addRepository(name, { visibility: "public" });
        sandbox.setRole(name, "wendy", "write");
        sandbox.setRole(name, "mia", "maintain");
        sandbox.setRole(name, "tom", "triage");
        if (text !== undefined) sandbox.putFile(name, ".github/postmortem.yml", text);
      }
    },
  });
}

async function incident(repository: string): Promise<void> {
  const { number } = stage.sandbox.as("wendy").createIssue(repository, { title: "DNS was slow", body: "Slow.\n" });
  stage.sandbox.as("wendy").label(`${repository}#${number}`, "postmortem");
  await stage.settled();
}

async function schedule(): Promise<unknown> {
  const [row] = await stage.app.database.across.selectFrom("tenants").select("schedule").execute();
  const { reminders: _, ...digest } = JSON.parse(row?.schedule ?? "{}") as Record<string, unknown>;
  return digest;
}

const BERLIN = 'digest: { day: friday, time: "15:00", timezone: Europe/Berlin }\n';
const ELSEWHERE = 'digest: { day: sunday, time: "23:00", timezone: Pacific/Chatham }\n';

describe("the day and hour of the digest", () => {
  it("are those of the repository with the most postmortems, whatever others say", async () => {
    await begin({ "acme/shop": BERLIN, "acme/blog": ELSEWHERE });
    await incident("acme/shop");
    await incident("acme/blog");
    expect(await schedule()).toEqual({ day: "friday", time: "15:00", timezone: "Europe/Berlin" });

    await incident("acme/blog");
    await stage.later(2 * HOUR_MS);
    await incident("acme/shop");
    await incident("acme/blog");
    await incident("acme/blog");
    await stage.later(2 * HOUR_MS);
    await incident("acme/shop");
    expect(await schedule()).toMatchObject({ timezone: "Pacific/Chatham" });
  });

  it("are those of the home that is named, which is asked though nothing happens there", async () => {
    await begin({ "acme/shop": `digest: { repository: acme/incidents, day: sunday }\n`, "acme/incidents": BERLIN });
    await incident("acme/shop");
    const home = { repository: "acme/incidents", time: "15:00", timezone: "Europe/Berlin" };
    expect(await schedule()).toEqual({ ...home, day: "friday" });

    stage.sandbox.putFile("acme/incidents", ".github/postmortem.yml", BERLIN.replace("friday", "monday"));
    await stage.later(2 * HOUR_MS);
    await incident("acme/shop");
    expect(await schedule()).toEqual({ ...home, day: "monday" });
  });

  it("do not move to a younger repository that names itself, until the older one says nothing any more", async () => {
    await begin({
      "acme/shop": BERLIN.replace("{ ", "{ repository: acme/shop, "),
      "acme/blog": ELSEWHERE.replace("{ ", "{ repository: acme/blog, "),
    });
    await incident("acme/blog");
    expect(await schedule()).toMatchObject({ repository: "acme/blog", timezone: "Pacific/Chatham" });
    await incident("acme/shop");
    await stage.later(2 * HOUR_MS);
    await incident("acme/blog");
    expect(await schedule()).toMatchObject({ repository: "acme/shop", timezone: "Europe/Berlin" });

    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", BERLIN);
    await stage.later(2 * HOUR_MS);
    await incident("acme/shop");
    expect(await schedule()).toMatchObject({ repository: "acme/blog", timezone: "Pacific/Chatham" });
  });

  it("are the owner's before any repository's", async () => {
    await begin({
      "acme/shop": ELSEWHERE.replace("{ ", "{ repository: acme/shop, "),
      "acme/.github": BERLIN.replace("{ ", "{ repository: acme/incidents, "),
      "acme/incidents": undefined,
      "acme/blog": undefined,
    });
    await incident("acme/shop");
    await incident("acme/blog");
    await stage.later(2 * HOUR_MS);
    await incident("acme/shop");
    expect(await schedule()).toMatchObject({ repository: "acme/incidents", timezone: "Europe/Berlin" });

    stage.sandbox.putFile("acme/.github", ".github/postmortem.yml", "mode: active\n");
    await stage.later(2 * HOUR_MS);
    await incident("acme/blog");
    expect(await schedule()).toMatchObject({ repository: "acme/shop", timezone: "Pacific/Chatham" });
  });

  it("are those of where there is most to tell when the named home is not to be seen", async () => {
    await begin({ "acme/shop": BERLIN.replace("{ ", "{ repository: acme/nowhere, ") });
    await incident("acme/shop");

    expect(await schedule()).toEqual({
      repository: "acme/nowhere",
      day: "friday",
      time: "15:00",
      timezone: "Europe/Berlin",
    });
  });
});
