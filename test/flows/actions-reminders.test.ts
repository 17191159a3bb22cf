import { afterEach, describe, expect, it } from "vitest";

import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

const HOUR_MS = 3_600_000;
/** A Monday morning in Berlin, two weeks before the clocks go back. */
const START = "2026-10-12T06:00:00Z";
const CONFIG = `
team:
  functions:
    - { name: platform, members: [ana, ben], lead: mia }
digest: { timezone: Europe/Berlin }
reminders: { escalate-after: 1, holidays: [2026-10-16] }
`;

let stage: Stage;
afterEach(async () => stage.close());

async function begin(body: string): Promise<void> {
  stage = await startStage({
    sandbox: { clock: START },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", CONFIG);
    },
  });
  await incident(body);
}

async function incident(body: string): Promise<void> {
  const { number } = stage.sandbox.as("wendy").createIssue("acme/shop", { title: "Snapshots too old", body });
  stage.sandbox.as("wendy").label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
}

/** Hours pass, and the app's clock looks every six of them. */
async function pass(hours: number): Promise<void> {
  for (let gone = 0; gone < hours; gone += 6) {
    await stage.pass(6 * HOUR_MS);
  }
}

interface Mention {
  readonly who: string;
  readonly at: string;
  readonly id: number;
}

function mentions(number = 1): Mention[] {
  return stage.issue(number).comments.flatMap(({ id, body, createdAt }) =>
    [...body.replaceAll(/`[^`]*`/gu, "").matchAll(/(?<![\w`])@(?<who>[a-z]+)/gu)].map(({ groups }) => ({
      who: groups?.["who"] ?? "",
      at: createdAt,
      id,
    })),
  );
}

function slots(name: string, number = 1): number[] {
  return stage.issue(number).comments.flatMap(({ id, body }) => (body.includes(`slot=${name}`) ? [id] : []));
}

const ACTIONS = `## Preventive actions

- [ ] Alert on the age of snapshots @ana (due 2026-10-15)
- [ ] Rehearse the restore @ben (due 2026-10-15)
- [ ] Ask upstream @stranger (due 2026-10-15)
`;

describe("reminders", () => {
  it("are one comment that is replaced, then one escalation, then nothing; also after the issue is closed", async () => {
    await begin(ACTIONS);
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm action done 2 https://example.com/runbook");
    await stage.settled();
    stage.sandbox.as("mia").close("acme/shop#1", "not_planned");
    await stage.settled();

    await pass(24);
    const first = slots("reminder");
    expect(first).toHaveLength(1);
    expect(mentions().map(({ who }) => who)).toEqual(["ana"]);

    await pass(72);
    expect(slots("reminder")).toHaveLength(1);
    expect(slots("reminder")).not.toEqual(first);
    expect(mentions().map(({ who }) => who)).toEqual(["ana"]);

    await pass(14 * 24);
    expect(mentions().map(({ who }) => who)).toEqual(["ana", "mia"]);
    expect(stage.issue(1).labels).toContain("overdue");
    expect(stage.sandbox.violations()).toEqual([]);
    for (const { at } of mentions()) expect(at).toMatch(/^2026-10-(?:1[2-5]|19|2[0-3]|2[6-9]|30)T(?:0[789]|1[0-5]):/u);

    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm action drop 1 no more snapshots\n/pm action done 3");
    await stage.settled();
    expect(stage.issue(1).labels).not.toContain("overdue");
  });

  it("leave alone who asked for time, and a postmortem that is frozen or told to be quiet", async () => {
    await begin(ACTIONS);
    await incident(ACTIONS);
    await incident(ACTIONS);
    const wendy = stage.sandbox.as("wendy");
    wendy.comment("acme/shop#1", "/pm snooze 1 3d\n/pm snooze 2 until 2027-01-01");
    wendy.label("acme/shop#2", "lifecycle/frozen");
    wendy.comment("acme/shop#3", "/pm remind off");
    await stage.settled();

    await pass(48);
    expect([...mentions(1), ...mentions(2), ...mentions(3)]).toEqual([]);

    wendy.comment("acme/shop#3", "/pm remind 2");
    await stage.settled();
    await pass(72);
    expect(mentions(1).map(({ who }) => who)).toEqual(["ana"]);
    expect(mentions(2)).toEqual([]);
    expect(mentions(3).map(({ who }) => who)).toContain("ben");
  });

  it("are remembered when the store is lost: nobody hears it twice", async () => {
    await begin(ACTIONS);
    await pass(24);
    const before = slots("reminder");
    expect(before).toHaveLength(1);

    await stage.restart({ emptyStore: true });
    stage.sandbox.as("wendy").comment("acme/shop#1", "/pm status");
    await stage.settled();
    await stage.pass(0);

    expect(slots("reminder")).toEqual(before);
  });

  it.each([
    ["POST", "^/repos/acme/shop/issues/1/comments$"],
    ["DELETE", "^/repos/acme/shop/issues/comments/\\d+$"],
  ])("stay one comment when the answer to %s was lost", async (method, path) => {
    await begin(ACTIONS);
    await pass(24);
    expect(slots("reminder")).toHaveLength(1);
    stage.sandbox.faults.add({ kind: "applied-then-500", method, path, times: 1 });

    // What failed is tried again seconds later.
    for (let step = 0; step < 12; step += 1) {
      await pass(6);
      await stage.advance(10_000);
    }

    expect(slots("reminder")).toHaveLength(1);
    expect(mentions().filter(({ who }) => who === "ana")).toHaveLength(1);
  });
});
