import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Stage, startStage } from "../support/running-app.ts";

const HOUR_MS = 3_600_000;
const ISSUES = 30;
const NOTES = 7;

let stage: Stage;
beforeEach(async () => {
  // With the clock comes the catching up, as in production.
  stage = await startStage({ overrides: { tickEveryMs: 60_000 } });
  await caughtUp();
});
afterEach(async () => stage.close());

/** The app is away for so long, while people go on; then it comes back. */
async function away(hours: number, people: (n: number) => void): Promise<void> {
  await stage.app.close();
  for (let n = 0; n < ISSUES; n += 1) {
    people(n);
    await stage.sandbox.idle();
    stage.sandbox.clock.advance((hours * HOUR_MS) / ISSUES);
  }
  await stage.later(hours * HOUR_MS);
  const before = stage.sandbox.countRequests({ path: /^\/app\/hook\/deliveries\?/u });
  await stage.restart();
  await caughtUp(before);
}

/** The first look at what GitHub could not deliver is over, and what it led to. */
async function caughtUp(looks = 0): Promise<void> {
  while (stage.sandbox.countRequests({ path: /^\/app\/hook\/deliveries\?/u }) <= looks) await sleep(10);
  for (let quiet = 0, seen = -1; quiet < 5; await sleep(20)) {
    await stage.settled();
    const requests = stage.sandbox.countRequests();
    quiet = requests === seen ? quiet + 1 : 0;
    seen = requests;
  }
}

function labelOne(n: number, login = n % 2 === 0 ? "wendy" : "mia"): void {
  const author = stage.sandbox.as(login);
  const { number } = author.createIssue("acme/shop", { title: `Incident ${n}`, body: `It broke, ${n}.\n` });
  author.label(`acme/shop#${String(number)}`, "postmortem");
}

/** Issues that are under care as a start leaves them. */
function started(): number {
  const issues = stage.sandbox.state().repositories.find(({ name }) => name === "acme/shop")?.issues ?? [];
  return issues.filter(({ body, comments, assignees }) => {
    const statuses = comments.filter((comment) => comment.body?.includes("slot=status") ?? false);
    return body?.includes("<!-- postmortem:begin -->") === true && statuses.length === 1 && assignees.length === 3;
  }).length;
}

describe("an app that was away", () => {
  it("for 24 hours takes in every webhook it missed, commands included", async () => {
    labelOne(0);
    await stage.settled();

    await away(24, (n) => {
      labelOne(n + 1);
      // Seven, or the budget of points would make the rest wait for a minute.
      if (n < NOTES) stage.sandbox.as("wendy").comment("acme/shop#1", `/pm note "look number ${n}."`);
    });

    expect(started()).toBe(ISSUES + 1);
    const body = stage.issue(1).body ?? "";
    const notes = Array.from({ length: NOTES }, (_, n) => body.split(`look number ${n}.`).length - 1);
    expect(notes).toEqual(Array.from({ length: NOTES }, () => 1));
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it("for five days finds every labelled issue by listing", async () => {
    await away(5 * 24, (n) => labelOne(n));

    expect(started()).toBe(ISSUES);
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it("for five days lets the role of who labelled decide, and leaves older labels alone", async () => {
    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", "label: incident-review\n");
    labelOne(100);
    await stage.settled();
    stage.sandbox.clock.advance(HOUR_MS);
    await stage.later(HOUR_MS);
    await stage.restart();
    await caughtUp(1);
    stage.sandbox.putFile("acme/shop", ".github/postmortem.yml", "label: postmortem\n");

    await away(5 * 24, (n) => {
      if (n > 0) return;
      const reader = stage.sandbox.as("rita");
      reader.createIssue("acme/shop", { title: "By a form", body: "text", labels: ["postmortem"], template: true });
      stage.sandbox.as("wendy").editIssue("acme/shop#1", { title: "Touched, not labelled again" });
    });

    expect(stage.issue(1).body).toBe("It broke, 100.\n");
    expect(stage.issue(2).body).toBe("text");
    expect(stage.issue(2).comments).toHaveLength(1);
  });

  it("asks for nothing but one list when nothing was missed", async () => {
    labelOne(0);
    await stage.settled();
    await stage.app.close();
    stage.newRequests();

    await stage.restart();
    await caughtUp(1);

    const asked = stage.newRequests().filter((line) => !line.startsWith("GET /app 200"));
    expect(asked).toEqual(["GET /app/hook/deliveries?per_page=100&status=failure 200"]);
  });

  it("starts an issue that was opened with the label, though only the label's own webhook is read", async () => {
    await stage.app.close();
    stage.sandbox.as("wendy").createIssue("acme/shop", { title: "Down", body: "text", labels: ["postmortem"] });
    await stage.sandbox.idle();
    stage.newRequests();
    await stage.restart();
    await caughtUp(1);

    expect(started()).toBe(1);
    expect(stage.newRequests().filter((line) => /deliveries\/\d/u.test(line))).toHaveLength(1);
  });

  it("looks once at what was missed and is nothing to it, however often it starts anew", async () => {
    stage.sandbox.clock.advance(HOUR_MS);
    await stage.app.close();
    const { number } = stage.sandbox.as("wendy").createIssue("acme/shop", { title: "No incident", body: "text" });
    stage.sandbox.as("wendy").lock(`acme/shop#${number}`);
    await stage.sandbox.idle();
    await stage.restart();
    await caughtUp(1);
    expect(stage.newRequests().filter((line) => /deliveries\/\d/u.test(line))).toHaveLength(1);

    await stage.app.close();
    await stage.restart();
    await caughtUp(2);

    expect(stage.newRequests().filter((line) => /deliveries\/\d/u.test(line))).toEqual([]);
  });

  it("does not take in twice what was kept although the answer was lost", async () => {
    labelOne(0);
    await stage.settled();
    const before = stage.issue(1);
    const { guid } = stage.sandbox.deliveries().find(({ action }) => action === "labeled") ?? { guid: "" };
    expect(guid).not.toBe("");

    await away(1, () => undefined);

    expect(stage.issue(1)).toEqual(before);
  });
});
