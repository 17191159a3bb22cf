import { afterEach, describe, expect, it } from "vitest";

import { byLoad } from "../../src/features/team/choose.ts";
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../support/running-app.ts";

let stage: Stage;
afterEach(async () => stage.close());

const FUNCTIONS = [
  ["ana", "ben", "cleo"],
  ["dora", "eve", "finn"],
  ["gus", "hana", "ivan"],
];

/** 30 postmortems, all labelled at once in each of three batches: the choices of one batch run side by side. */
async function thirty(between: (batch: number) => Promise<void>): Promise<number[]> {
  const author = stage.sandbox.as("tom");
  const numbers: number[] = [];
  for (let batch = 0; batch < 3; batch += 1) {
    await between(batch);
    for (let n = 0; n < 10; n += 1) {
      const number = author.createIssue("acme/shop", { title: `Incident ${batch}.${n}`, body: "" }).number;
      author.label(`acme/shop#${number}`, "postmortem");
      numbers.push(number);
    }
    await stage.settled();
  }
  return numbers;
}

function counts(numbers: readonly number[]): number[][] {
  const assigned = numbers.flatMap((number) => stage.issue(number).assignees);
  return FUNCTIONS.map((members) => members.map((login) => assigned.filter((one) => one === login).length));
}

describe("a load-balanced team", () => {
  it("spreads 30 postmortems evenly and passes over who is away", async () => {
    stage = await startStage({ build: smallWorld });
    let hers = 0;

    const numbers = await thirty(async (batch) => {
      if (batch === 1) {
        hers = stage.sandbox.as("tom").createIssue("acme/shop", { title: "Says that eve is away", body: "" }).number;
        stage.sandbox.as("tom").label(`acme/shop#${hers}`, "postmortem");
        await stage.settled();
        stage.sandbox.as("mia").comment(`acme/shop#${hers}`, "/pm away @eve until 2099-12-31");
        await stage.settled();
      }
      if (batch === 2) {
        stage.sandbox.as("mia").comment(`acme/shop#${hers}`, "/pm away @eve back");
        await stage.settled();
      }
    });

    const away = numbers.slice(10, 20).flatMap((number) => stage.issue(number).assignees);
    expect(away).not.toContain("eve");
    for (const number of numbers) expect(new Set(stage.issue(number).assignees).size).toBe(3);
    const spread = counts([...numbers, hers]).map((each) => Math.max(...each) - Math.min(...each));
    console.log(`seats per person, by function: ${JSON.stringify(counts([...numbers, hers]))}`);
    expect(Math.max(...spread)).toBeLessThanOrEqual(1);
  });

  it("shows a ledger from which anybody gets the same people", async () => {
    stage = await startStage();
    const author = stage.sandbox.as("tom");
    for (let n = 1; n <= 4; n += 1) {
      author.createIssue("acme/shop", { title: `Incident ${n}`, body: "" });
      author.label(`acme/shop#${n}`, "postmortem");
      await stage.settled();
    }

    author.comment("acme/shop#4", "/postmortem why");
    await stage.settled();

    const reply = stage.issue(4).comments.at(-1)?.body ?? "";
    const rows = [
      ...reply.matchAll(/^\| `(?<login>[^`]+)` \| (?<open>\d+) \| (?<recent>\d+) \| `(?<draw>[0-9a-f]{8})` \|/gmu),
    ].map(({ groups }) => ({
      login: groups?.["login"] ?? "",
      open: Number(groups?.["open"]),
      recent: Number(groups?.["recent"]),
      draw: groups?.["draw"] ?? "",
    }));
    expect(rows).toHaveLength(9);
    const recomputed = FUNCTIONS.map(
      (members) => rows.filter(({ login }) => members.includes(login)).sort(byLoad)[0]?.login,
    );
    expect(new Set(recomputed)).toEqual(new Set(stage.issue(4).assignees));
    const loads = rows.map(({ login, open }) => ({
      login,
      open,
      counted: [1, 2, 3].filter((n) => stage.issue(n).assignees.includes(login)).length,
    }));
    for (const { open, counted } of loads) expect(open).toBe(counted);
  });

  it("labels needs-owner and says why when nobody is left, rather than choosing somebody away", async () => {
    const config = `${TEAM_CONFIG}  away:\n    - { who: ana, from: 2020-01-01, until: 2099-12-31 }\n    - { who: ben, from: 2020-01-01, until: 2099-12-31 }\n    - { who: cleo, from: 2020-01-01, until: 2099-12-31 }\n`;
    stage = await startStage({
      build: (sandbox) => {
        smallWorld(sandbox);
        sandbox.putFile("acme/shop", ".github/postmortem.yml", config);
      },
    });
    const author = stage.sandbox.as("tom");
    author.createIssue("acme/shop", { title: "Nobody home", body: "" });

    author.label("acme/shop#1", "postmortem");
    await stage.settled();

    expect(stage.issue(1).labels).toContain("needs-owner");
    expect(stage.issue(1).assignees).toHaveLength(2);
    expect(stage.issue(1).comments[0]?.body).toContain("Nobody of platform can take it");
  });

  it("leaves assignees alone after a person changed them", async () => {
    stage = await startStage();
    const author = stage.sandbox.as("tom");
    author.createIssue("acme/shop", { title: "Hands off", body: "" });
    author.label("acme/shop#1", "postmortem");
    await stage.settled();
    const [first = ""] = stage.issue(1).assignees;

    author.unassign("acme/shop#1", first);
    await stage.settled();
    author.comment("acme/shop#1", "/pm severity 1");
    author.label("acme/shop#1", "question");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).assignees).not.toContain(first);
  });

  it("says who GitHub would not assign", async () => {
    stage = await startStage({
      build: (sandbox) => {
        smallWorld(sandbox);
        sandbox.addUser("zoe");
        sandbox.putFile(
          "acme/shop",
          ".github/postmortem.yml",
          "team:\n  functions:\n    - { name: platform, members: [zoe] }\n",
        );
      },
    });
    const author = stage.sandbox.as("tom");
    author.createIssue("acme/shop", { title: "Outsider", body: "" });

    author.label("acme/shop#1", "postmortem");
    await stage.settled();
    await stage.later(60_000);

    expect(stage.issue(1).assignees).toEqual([]);
    expect(stage.issue(1).comments[0]?.body).toContain("GitHub would not assign `zoe`");
  });
});
