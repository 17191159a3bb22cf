import { setTimeout as sleep } from "node:timers/promises";

import { depthOf, untilWorkedOff } from "../crash/app-process.ts";
import { everydayPost, isAcknowledged, sendInTurn } from "./load.ts";
import { type Rig, type Row, startRig } from "./rig.ts";

export interface RestartOptions {
  /** Deliveries that wait when the app is killed. */
  readonly backlog: number;
  /** Deliveries taken in and worked off afterwards, for comparison. */
  readonly steady: number;
  readonly seed: number;
  readonly databaseUrl?: string | undefined;
  readonly say?: (line: string) => void;
}

export interface RestartResult {
  /** In the inbox when the process was killed. */
  readonly waiting: number;
  /** From the start of the process. */
  readonly listeningMs: number;
  readonly firstDoneMs: number;
  /** Of a request sent now and then while the backlog was worked off. */
  readonly slowestAnswerMs: number;
  /** Moments at which deliveries of the backlog were done, in milliseconds since 1970, in order. */
  readonly drained: readonly number[];
  /** The same of those that came afterwards. */
  readonly worked: readonly number[];
  /** Acknowledged, and not done in the end. */
  readonly undone: readonly string[];
  /** Handed out more than once, as those in hand at the kill are. */
  readonly again: number;
}

const TENANTS = 20;
/** Asking how much waits costs the app time: not often. */
const WORKING = { everyMs: 250, patienceMs: 120_000 };
/** Connections at once: GitHub waits for the answers of many. */
const AT_ONCE = 16;
const BETWEEN_LOOKS_MS = 30;

/**
 * Fills the inbox of an app that cannot work, as GitHub does not tell it who it is, and kills it. What waits costs no
 * call: it is the inbox that is measured, not GitHub.
 */
export async function measureRestart(options: RestartOptions): Promise<RestartResult> {
  const { backlog, steady, say = () => undefined } = options;
  const rig = await startRig({ seed: options.seed, tenants: TENANTS, databaseUrl: options.databaseUrl });
  try {
    await rig.app.kill("SIGKILL");
    await rig.sandbox.press("POST", "/faults", { kind: "stall", path: "^/app$" });
    await rig.start();
    say(`taking in ${backlog} deliveries while GitHub does not answer`);
    const kept = await send(rig, 0, backlog);
    const waiting = (await depthOf(rig.app.url))?.waiting ?? 0;
    await rig.app.kill("SIGKILL");
    await rig.sandbox.press("DELETE", "/faults");
    say(`killed with ${waiting} waiting`);
    const startedAt = performance.now();
    const app = await rig.start();
    const answers = watchAnswers(app.url);
    await untilWorkedOff(app, WORKING);
    const slowestAnswerMs = await answers.slowestMs();
    say(`${steady} more, taken in and worked off at once`);
    const live = await send(rig, backlog, steady);
    await untilWorkedOff(app, WORKING);
    const rows = new Map((await rig.inbox()).map((row) => [row.id, row]));
    return {
      waiting,
      listeningMs: app.startMs,
      firstDoneMs: (app.firstJobAt() ?? Number.NaN) - startedAt,
      slowestAnswerMs,
      drained: doneAt(kept, rows),
      worked: doneAt(live, rows),
      undone: [...kept, ...live].filter((id) => rows.get(id)?.state !== "done"),
      again: [...rows.values()].filter(({ attempts }) => attempts > 1).length,
    };
  } finally {
    await rig.stop();
  }
}

/** Asks the app whether it lives, one time after the other, until the slowest answer is asked for. */
function watchAnswers(url: string): { slowestMs(): Promise<number> } {
  let slowest = 0;
  let isOver = false;
  async function watch(): Promise<void> {
    for (;;) {
      if (isOver) return;
      const askedAt = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      slowest = Math.max(slowest, performance.now() - askedAt);
      await sleep(BETWEEN_LOOKS_MS);
    }
  }
  const watching = watch();
  return {
    async slowestMs() {
      isOver = true;
      await watching;
      return slowest;
    },
  };
}

/** Ids of those that were acknowledged. */
async function send({ hookUrl, tenants }: Rig, from: number, count: number): Promise<string[]> {
  const answers = await sendInTurn(hookUrl, (n) => everydayPost(from + n, tenants), { count, atOnce: AT_ONCE });
  return answers.filter(isAcknowledged).map(({ id }) => id);
}

function doneAt(ids: readonly string[], rows: ReadonlyMap<string, Row>): number[] {
  return ids
    .flatMap((id) => rows.get(id)?.finished_at ?? [])
    .map((at) => Date.parse(at))
    .toSorted((a, b) => a - b);
}
