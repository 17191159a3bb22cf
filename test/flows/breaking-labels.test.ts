import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

async function started(options: Parameters<typeof startStage>[0] = {}): Promise<string> {
  stage = await startStage(options);
  const { number } = stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
  stage.sandbox.as("wendy").label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
  return `acme/shop#${number}`;
}

function labels(): string[] {
  return stage.issue(1).labels;
}

function withConfig(text: string): Parameters<typeof startStage>[0] {
  return {
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", text);
    },
  };
}

describe("labels that people put on and take off", () => {
  it("ends with the severity that was chosen last, however quickly it was chosen", async () => {
    const at = await started();
    const wendy = stage.sandbox.as("wendy");
    wendy.label(at, "severity/1");
    wendy.unlabel(at, "severity/1");
    wendy.label(at, "severity/2");

    await stage.settled();
    await stage.later(60_000);

    expect(labels().filter((label) => label.startsWith("severity/"))).toEqual(["severity/2"]);
    expect(stage.issue(1).comments[0]?.body).toContain("severity 2");
  });

  it("keeps the last of two severities that were put on one after the other", async () => {
    const at = await started();
    const wendy = stage.sandbox.as("wendy");
    wendy.label(at, "severity/1");
    wendy.label(at, "severity/2");

    await stage.settled();
    await stage.later(60_000);

    expect(labels().filter((label) => label.startsWith("severity/"))).toEqual(["severity/2"]);
    expect(stage.issue(1).comments[0]?.body).toContain("severity 2");
  });

  it("takes the label in whatever case the repository writes it", async () => {
    stage = await startStage();
    stage.sandbox.as("wendy").createIssue("acme/shop", { title: "DNS was slow", body: "Slow.\n" });
    stage.sandbox.as("wendy").label("acme/shop#1", "Postmortem");
    await stage.settled();

    expect(stage.issue(1).body).toContain("## Impact");
    expect(labels()).toContain("Postmortem");
    expect(labels()).not.toContain("postmortem");

    stage.sandbox.as("wendy").unlabel("acme/shop#1", "Postmortem");
    await stage.settled();

    expect(stage.issue(1).comments[0]?.body).toContain("Postmortem: stopped");
  });

  it("tells at the start of a category whose label GitHub would not take, and the way out", async () => {
    const prefix = "a-prefix-of-thirty-characters/";
    const config = `${TEAM_CONFIG}labels: { hotspot: "${prefix}" }\ncategories: { list: [{ key: a-category-of-thirty-one-characters, title: Long }] }\n`;
    await started(withConfig(config));

    const comment = stage.issue(1).comments[0]?.body ?? "";
    expect(comment).toContain("has 65 characters and GitHub takes 50; shorten the key");
    expect(labels()).toContain("severity/3");
  });

  it("takes a label whose name has a space too many in the configuration", async () => {
    await started(withConfig(`${TEAM_CONFIG}label: " postmortem "\n`));

    expect(stage.issue(1).body).toContain("## Impact");
  });

  it("starts on an issue that has as many labels as GitHub takes", async () => {
    stage = await startStage();
    const full = Array.from({ length: 99 }, (_, n) => `label-${n}`);
    const wendy = stage.sandbox.as("wendy");
    wendy.createIssue("acme/shop", { title: "Much labelled", body: "", labels: full });
    wendy.label("acme/shop#1", "postmortem");
    await stage.settled();
    await stage.later(10_000);

    expect(stage.issue(1).body).toContain("## Impact");
    expect(stage.issue(1).comments).toHaveLength(1);
    wendy.comment("acme/shop#1", "/pm why");
    await stage.settled();
    expect(stage.issue(1).comments).toHaveLength(3);
  });

  it("changes the severity of an issue that has as many labels as GitHub takes", async () => {
    const at = await started();
    for (let n = labels().length; n < 100; n += 1) stage.sandbox.as("wendy").label(at, `label-${n}`);
    stage.sandbox.as("wendy").comment(at, "/pm severity 1\n/pm review");
    await stage.settled();

    expect(labels()).toHaveLength(100);
    expect(labels()).toEqual(expect.arrayContaining(["severity/1", "stage/in-review"]));
    expect(labels().filter((label) => /^(?:severity|stage)/u.test(label))).toHaveLength(2);
  });

  it("counts an incident as restricted whoever says so, and in whatever case", async () => {
    const at = await started();
    stage.sandbox.as("wendy").label(at, "Restricted");
    await stage.settled();
    expect(await isRestricted()).toBe(true);

    stage.sandbox.as("wendy").unlabel(at, "Restricted");
    await stage.settled();
    expect(await isRestricted()).toBe(false);
  });
});

async function isRestricted(): Promise<boolean> {
  const [row] = await stage.app.database.across.selectFrom("postmortems").select("state").execute();
  return (JSON.parse(row?.state ?? "{}") as { restricted: boolean }).restricted;
}
