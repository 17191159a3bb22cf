import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../src/sandbox/start-sandbox.ts";
import { TEAM_CONFIG } from "../support/running-app.ts";
import { type AppProcess, startAppProcess, untilWorkedOff } from "./app-process.ts";

/**
 * `CRASH_POINTS=all` crashes at every point. Otherwise at those with a change before them: from one change to the next
 * everything on disk and at GitHub is as it was, so a crash at any point between them leaves the same behind.
 */
const ALL_POINTS = process.env["CRASH_POINTS"] === "all";
const PRELOAD = new URL("./crash-at.ts", import.meta.url).href;
const PEOPLE = ["ana", "ben", "cleo", "dora", "eve", "finn", "gus", "hana", "ivan"];
const BODY = "## Impact\n\nThe ingress controller would not reload for 20 minutes.\n";

/** Caused by the looking at /metrics of this test, not by the work. */
const LOOKING = /^sql (?:select 'waiting' as state|select delivery from inbox where state = 'waiting' and run_at)/u;
/** Beats of the worker: they come by the clock, so only the first of each kind is a point of its own, or none this time. */
const BEATS =
  /^sql (?:with recursive waiting|select min\(run_at\)|update "inbox" set "lease_until"|update "inbox" set "state" = case)/u;

/** What changes neither the store nor anything at GitHub; a transaction changes the store when it is committed. */
const READING = /^(?:sql (?:select|with recursive|begin|pragma)|send GET|answered)/u;

interface Point {
  readonly label: string;
  readonly occurrence: number;
  readonly isAfterChange: boolean;
}

/** What happens to one issue: `before` is worked off in peace, `fire` is the event under test. */
export interface Story {
  readonly name: string;
  readonly before?: (at: string) => void;
  readonly fire: (at: string) => void;
}

let sandbox: Sandbox;
let dataDir = "";
let app: AppProcess;
let worlds = 0;

async function open(): Promise<void> {
  sandbox = await startSandbox();
  for (const login of [...PEOPLE, "wendy"]) sandbox.addUser(login);
  dataDir = mkdtempSync(join(tmpdir(), "postmortem-crash-"));
  await startApp();
}

async function shut(): Promise<void> {
  await app.kill("SIGKILL");
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
}

export const start: Story = {
  name: "the start of a postmortem by a label",
  fire: (at) => sandbox.as("wendy").label(at, "postmortem"),
};

export const commands: Story = {
  name: "a comment with two commands",
  before: start.fire,
  fire: (at) => {
    const text = '/postmortem severity 1\n/postmortem action add "Validate ingress objects on admission" @ana';
    sandbox.as("wendy").comment(at, text);
  },
};

export const close: Story = {
  name: "a close with open prompts",
  before: start.fire,
  fire: (at) => sandbox.as("wendy").close(at),
};

/**
 * A test of its own: the story is crashed at its points, one after the other, and has to end as it does without. A long
 * story is shared out among files, which run beside each other: of so many points each takes one.
 */
export function endsAsIfNothingHadHappened(story: Story, { every = 1, from = 0 } = {}): void {
  beforeAll(open);
  afterAll(shut);

  it(`${story.name} ends as if nothing had happened`, { timeout: 900_000 }, async () => {
    const { points, outcome } = await undisturbed(story);
    const ofInterest = ALL_POINTS ? points : points.filter(({ isAfterChange }) => isAfterChange);
    const tried = ofInterest.filter((_, index) => index % every === from);
    const violations: string[] = [];
    const missed: string[] = [];
    for (const point of tried) {
      const { crashed, outcome: after } = await disturbedAtLast(story, point);
      if (!crashed) missed.push(`${point.label} (${point.occurrence})`);
      if (JSON.stringify(after) === JSON.stringify(outcome)) continue;
      violations.push(
        `${point.label} (${point.occurrence})\n${JSON.stringify(after)}\ninstead of\n${JSON.stringify(outcome)}`,
      );
    }
    console.log(
      `${story.name}: ${points.length} points, ${tried.length} tried, ${missed.length} not reached, ${violations.length} violations`,
    );

    expect(violations).toEqual([]);
    expect(sandbox.violations()).toEqual([]);
    expect(points.length).toBeGreaterThan(20);
    expect(tried.length).toBeGreaterThan(15);
    expect(missed.length, missed.join("\n")).toBeLessThanOrEqual(tried.length / 10);
    const unexplained = missed.filter((label) => !BEATS.test(label));
    expect(unexplained.length, unexplained.join("\n")).toBeLessThanOrEqual(tried.length / 20);
  });
}

/** The story without a crash: where it could have been crashed, and how it ends. */
async function undisturbed(story: Story): Promise<{ points: Point[]; outcome: unknown }> {
  const at = await newWorld(story);
  await app.tell({ order: "record" });
  story.fire(at);
  await settled();
  const answer = await app.tell({ order: "steps" });
  if (answer.answer !== "steps") throw new Error("The app did not tell its steps");
  return { points: pointsIn(answer.steps), outcome: outcomeOf(at) };
}

/** What comes by the clock may not come this time: such a point is tried once more. */
async function disturbedAtLast(story: Story, point: Point): Promise<{ crashed: boolean; outcome: unknown }> {
  const first = await disturbed(story, point);
  return first.crashed ? first : disturbed(story, point);
}

/** The story crashed at one point, gone on with by a fresh process. */
async function disturbed(story: Story, point: Point): Promise<{ crashed: boolean; outcome: unknown }> {
  const at = await newWorld(story);
  await app.tell({ order: "crash", ...point });
  story.fire(at);
  const crashed = !(await settledOrCrashed());
  if (crashed) {
    await app.ended;
    await sandbox.idle();
    await startApp();
    await settled();
  } else await app.tell({ order: "record" });
  return { crashed, outcome: outcomeOf(at) };
}

function pointsIn(steps: readonly string[]): Point[] {
  const counts = new Map<string, number>();
  const points: Point[] = [];
  let isChanged = true;
  for (const label of steps) {
    const occurrence = (counts.get(label) ?? 0) + 1;
    counts.set(label, occurrence);
    const isReading = READING.test(label);
    if (!LOOKING.test(label) && !(BEATS.test(label) && occurrence > 1)) {
      // A request changes something between its being sent and its being answered, whatever comes between the two.
      const isAnswered = /^answered (?!GET)/u.test(label);
      points.push({ label, occurrence, isAfterChange: isChanged || isAnswered });
      isChanged = false;
    }
    isChanged ||= !isReading;
  }
  return points;
}

async function startApp(): Promise<void> {
  app = await startAppProcess({ app: sandbox.app, githubUrl: sandbox.url, dataDir, preload: PRELOAD });
  sandbox.hookTo(`${app.url}/api/github/webhooks`);
}

/** An organisation, a repository and an issue of their own, so that no point profits from what another left in a cache. */
async function newWorld(story: Story): Promise<string> {
  worlds += 1;
  const organization = `org${worlds}`;
  const repository = `${organization}/shop`;
  sandbox.addOrganization(organization);
  sandbox.addRepository(repository);
  for (const login of [...PEOPLE, "wendy"]) sandbox.setRole(repository, login, "write");
  for (const login of ["dora", "eve", "finn"]) sandbox.setMembership(organization, login, "member");
  sandbox.addTeam(organization, "network", ["dora", "eve", "finn"]);
  sandbox.putFile(repository, ".github/postmortem.yml", TEAM_CONFIG.replace("acme", organization));
  sandbox.installApp(organization, { repositories: "all" });
  const { number } = sandbox.as("wendy").createIssue(repository, { title: "Ingress would not reload", body: BODY });
  const at = `${repository}#${String(number)}`;
  await settled();
  if (story.before === undefined) return at;
  story.before(at);
  await settled();
  return at;
}

async function settled(): Promise<void> {
  if (!(await settledOrCrashed())) throw new Error(`The app ended unasked:\n${app.output()}`);
}

/** Until all webhooks are taken in (GitHub's button "Redeliver" where one failed) and worked off. */
async function settledOrCrashed(): Promise<boolean> {
  for (let round = 0; round < 2; round += 1) {
    await sandbox.idle();
    if (!(await untilWorkedOff(app))) return false;
    const failed = unanswered();
    for (const id of failed) sandbox.redeliver(id);
    if (failed.length > 0) round = -1;
  }
  return true;
}

function unanswered(): number[] {
  const latest = new Map(sandbox.deliveries().map((delivery) => [delivery.guid, delivery]));
  return [...latest.values()].filter(({ statusCode }) => statusCode < 200 || statusCode > 299).map(({ id }) => id);
}

/** All that people see of an issue, with what differs from world to world made alike. */
function outcomeOf(at: string): unknown {
  const [repository, number] = at.split("#");
  const organization = repository?.split("/")[0] ?? "";
  const issue = sandbox
    .state()
    .repositories.find(({ name }) => name === repository)
    ?.issues.find((one) => String(one.number) === number);
  if (issue === undefined) throw new Error(`There is no ${at}`);
  const alike = (text: string | null): string =>
    (text ?? "")
      .replaceAll(organization, "acme")
      .replaceAll(/<!--[^]*?-->/gu, "")
      .replaceAll(/\b(?:ana|ben|cleo)\b/gu, "platform")
      .replaceAll(/\b(?:dora|eve|finn)\b/gu, "network")
      .replaceAll(/\b(?:gus|hana|ivan)\b/gu, "product")
      .replaceAll(/\d\d:\d\d/gu, "time");
  return {
    body: alike(issue.body),
    state: issue.state,
    labels: issue.labels.toSorted(),
    assignees: issue.assignees.map(alike).toSorted(),
    comments: issue.comments.map(({ author, body, reactions }) => ({
      author,
      body: alike(body),
      reactions: reactions.map(({ user, content }) => `${user} ${content}`).toSorted(),
    })),
  };
}
