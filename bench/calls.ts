// Requests to GitHub per action against the least that would do, counted by the sandbox's own log.
import { smallWorld, type Stage, startStage, TEAM_CONFIG } from "../test/support/running-app.ts";

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly goal?: number;
  readonly ok?: boolean;
}

const DAY_MS = 86_400_000;
const PROMPTS = ["shared", "timeline", "factors", "mitigation", "detection"] as const;

/** Counts are exact: they do not depend on the machine. */
export async function bench(): Promise<Row[]> {
  return [...(await everyday()), ...(await weekly())];
}

async function everyday(): Promise<Row[]> {
  const stage = await startStage();
  try {
    const wendy = stage.sandbox.as("wendy");
    await start(stage, "First: token, configuration, team and labels are read");
    const started = await counted(stage, () => start(stage, "Second"));
    const noted = await counted(stage, () => void wendy.comment("acme/shop#1", '/pm note "failed over"'));
    const five = await counted(stage, () => click(stage, 5));
    const many = await counted(stage, () => click(stage, 25));
    wendy.comment("acme/shop#1", '/pm action add "Alert on it" @ana');
    const tracked = await counted(stage, () => void wendy.comment("acme/shop#1", "/pm track 1"));
    const idle = await counted(stage, () => stage.later(3_600_000));
    return [
      atMost("calls: start of a postmortem (least: 2)", started.calls, 5),
      { name: "calls: a note by command (least: 2)", value: noted.calls },
      { name: "calls: five clicks together (least: 1)", value: five.calls },
      atMost("writes: 25 clicks together (least: 1)", many.writes, 2),
      { name: "calls: an action becomes an issue of its own (least: 2)", value: tracked.calls },
      atMost("calls: an hour in which nothing happens", idle.calls, 0),
    ];
  } finally {
    await stage.close();
  }
}

/** The second digest closes the first. */
async function weekly(): Promise<Row[]> {
  const stage = await startStage({
    sandbox: { clock: "2026-11-04T10:00:00Z" },
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.putFile("acme/shop", ".github/postmortem.yml", `${TEAM_CONFIG}digest: { day: monday, time: "09:00" }\n`);
    },
  });
  try {
    for (let n = 0; n < 5; n += 1) await start(stage, `Incident ${n}`);
    await stage.pass(5 * DAY_MS);
    // A token lives an hour, so that a week later there is a new one: it is no write.
    const digest = await counted(stage, async () => void (await stage.pass(7 * DAY_MS)));
    return [
      atMost("writes: a weekly digest (least: 2)", digest.writes, 2),
      { name: "reads: a weekly digest (least: 0)", value: digest.calls - digest.writes },
    ];
  } finally {
    await stage.close();
  }
}

async function start(stage: Stage, title: string): Promise<void> {
  const wendy = stage.sandbox.as("wendy");
  const { number } = wendy.createIssue("acme/shop", { title, body: "It broke.\n" });
  wendy.label(`acme/shop#${number}`, "postmortem");
  await stage.settled();
}

/** Boxes of the first postmortem are ticked and unticked, one click after the other. */
function click(stage: Stage, times: number): void {
  for (let n = 0; n < times; n += 1) {
    const { id, body } = stage.issue(1).comments[0] ?? { id: 0, body: "" };
    const box = `<!-- pm:prompt.${PROMPTS[n % PROMPTS.length]}`;
    const isTicked = body.includes(`- [x] ${box}`);
    stage.sandbox
      .as("wendy")
      .editComment(id, body.replace(`- [${isTicked ? "x" : " "}] ${box}`, `- [${isTicked ? " " : "x"}] ${box}`));
  }
}

async function counted(stage: Stage, act: () => void | Promise<void>): Promise<{ calls: number; writes: number }> {
  await stage.settled();
  stage.newRequests();
  await act();
  await stage.settled();
  await stage.later(60_000);
  const calls = stage.newRequests();
  const writes = calls.filter((line) => !line.startsWith("GET ") && !line.includes("/access_tokens"));
  return { calls: calls.length, writes: writes.length };
}

function atMost(name: string, value: number, goal: number): Row {
  return { name, value, goal, ok: value <= goal };
}
