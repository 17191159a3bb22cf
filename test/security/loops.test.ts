import { afterEach, describe, expect, it } from "vitest";

import { BREAKER_LIMITS } from "../../src/apply/breaker.ts";
import { createHandle, type HandleDeps } from "../../src/handling.ts";
import { smallWorld, type Stage, startStage } from "../support/running-app.ts";

const HOUR_MS = 3_600_000;
const ROUNDS = 1_000;
const ISSUE = "acme/shop#1";

interface Write {
  readonly route: string;
  /** The write says what is there already. */
  readonly isNoOp: boolean;
}

let stage: Stage;
let writes: Write[] = [];
let aheadMs = 0;
afterEach(async () => stage.close());

/** The world with a machine that has a person's account and write access, and a list of what the app sends. */
async function begin(): Promise<void> {
  writes = [];
  aheadMs = 0;
  stage = await startStage({
    logLevel: "silent",
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.addUser("loop-bot");
      sandbox.setRole("acme/shop", "loop-bot", "write");
    },
    overrides: {
      now: () => new Date(Date.now() + aheadMs),
      createHandle: async (deps) => createHandle(watched(deps)),
      // GitHub's own limits out of the way: what stops the app here is the breaker alone.
      github: { limits: { pointsPerMinute: 100_000, contentPerMinute: 10_000, contentPerHour: 10_000 } },
    },
  });
  const tom = stage.sandbox.as("tom");
  tom.createIssue("acme/shop", { title: "Checkout is slow", body: "Since 09:10.\n" });
  tom.label(ISSUE, "postmortem");
  await stage.settled();
}

function watched(deps: HandleDeps): HandleDeps {
  const octokitFor: HandleDeps["github"]["octokitFor"] = async (installationId) => {
    const octokit = await deps.github.octokitFor(installationId);
    const request = new Proxy(octokit.request, {
      apply(target, self, [route, options]: [string, Record<string, unknown>]) {
        if (!route.startsWith("GET ")) writes.push({ route, isNoOp: isNoOp(route, options) });
        return Reflect.apply(target, self, [route, options]);
      },
    });
    return Object.assign(Object.create(octokit) as typeof octokit, { request });
  };
  return { ...deps, github: { ...deps.github, octokitFor } };
}

function isNoOp(route: string, { body, comment_id: id, labels, name }: Record<string, unknown>): boolean {
  const issue = stage.issue(1);
  if (route.endsWith("/{issue_number}/labels")) return (labels as string[]).every((one) => issue.labels.includes(one));
  if (route.includes("/labels/{name}")) return !issue.labels.includes(String(name));
  if (!route.startsWith("PATCH ") || body === undefined) return false;
  const now = id === undefined ? issue.body : issue.comments.find((one) => one.id === id)?.body;
  return now === body;
}

function shown(): Write[] {
  return writes.filter(({ route }) => !route.endsWith("/reactions"));
}

function ourComments(): { id: number; body: string }[] {
  return stage.issue(1).comments.filter(({ author }) => author === "postmortem[bot]");
}

describe("loops", () => {
  it("a bot that answers every comment with a command and edits every write gets no more than the breaker lets through", async () => {
    await begin();
    const bot = stage.sandbox.as("loop-bot");
    let answered = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const last = ourComments().at(-1)?.body ?? "";
      bot.comment(ISSUE, `> ${last.slice(0, 80).replaceAll("\n", " ")}\n\n/pm help`);
      if (writes.length !== answered) bot.editIssue(ISSUE, { body: `${stage.issue(1).body ?? ""}\nround ${round}\n` });
      answered = writes.length;
      if (round % 10 === 0) await stage.settled();
    }
    await stage.settled();

    const reactions = writes.length - shown().length;
    console.log(`${ROUNDS} rounds of a hostile bot in an hour: ${shown().length} writes, ${reactions} reactions`);
    expect(shown().length).toBeLessThanOrEqual(BREAKER_LIMITS.writesPerHour);
    expect(shown().length).toBeGreaterThan(10);
    expect(reactions).toBeLessThanOrEqual(BREAKER_LIMITS.reactionsPerHour);
    expect(writes.filter(({ isNoOp }) => isNoOp)).toEqual([]);

    aheadMs += HOUR_MS;
    const before = shown().length;
    await stage.settled();
    expect(shown().length - before).toBeLessThanOrEqual(BREAKER_LIMITS.writesPerHour);
  });

  it("a bot that removes our comments gets three of them a day", async () => {
    await begin();
    const bot = stage.sandbox.as("loop-bot");
    for (let round = 0; round < 50; round += 1) {
      for (const { id } of ourComments()) bot.deleteComment(id);
      bot.editIssue(ISSUE, { title: `Checkout is slow, ${round}` });
      await stage.settled();
      aheadMs += 60_000;
      await stage.settled();
    }

    const created = writes.filter(({ route }) => route.endsWith("/{issue_number}/comments"));
    console.log(`50 removals in 50 minutes: ${created.length} comments that nobody asked for`);
    expect(created.length).toBeLessThanOrEqual(BREAKER_LIMITS.commentsPerDay);
    expect(created.length).toBeGreaterThan(1);
  });

  it("our own writes, told back to us, lead to nothing", async () => {
    await begin();
    await stage.later(60_000);
    const before = writes.length;

    stage.sandbox.redeliver("all");
    await stage.later(60_000);

    expect(writes.slice(before)).toEqual([]);
  });

  it("a burst of commands is all worked off, later where it has to be", async () => {
    await begin();
    for (let count = 1; count <= 100; count += 1) stage.sandbox.as("wendy").comment(ISSUE, `/pm note step ${count}`);
    await stage.settled();
    const inTheHour = shown().length;
    for (let hour = 0; hour < 4; hour += 1) {
      aheadMs += HOUR_MS + 10_000;
      await stage.settled();
    }

    expect(inTheHour).toBeLessThanOrEqual(BREAKER_LIMITS.writesPerHour);
    const body = stage.issue(1).body ?? "";
    const noted = [...body.matchAll(/step (?<n>\d+)/gu)].map(({ groups }) => Number(groups?.["n"]));
    expect(noted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});
