import { setTimeout as sleep } from "node:timers/promises";

import type { LogEntry } from "../../src/sandbox/front.ts";
import type { Apps } from "./apps.ts";
import type { Skill } from "./check.ts";
import type { SandboxProcess } from "./sandbox-process.ts";

/** The longest pause between two requests of the app that has something to do: a refusal, or a look at a settled copy. */
const FETCHED_WITHIN_MS = 4_000;

interface Patience {
  readonly kills: number;
  readonly patienceMs?: number;
  readonly skill?: Skill;
}

interface AfterAll {
  readonly sandbox: SandboxProcess;
  readonly apps: Apps;
  /** When the last process that was killed was back. */
  readonly backAt: string;
  /** The number of the last request before the run. */
  readonly before: number;
}

/** Until GitHub has sent all, the app has caught up with what it missed, and the inbox is empty. */
export async function settle(
  { kills, patienceMs = 600_000, skill = "app" }: Patience,
  { sandbox, apps, backAt, before }: AfterAll,
): Promise<boolean> {
  const until = performance.now() + patienceMs;
  await sandbox.press("GET", "/idle?quietMs=500");
  if (skill === "baseline") {
    await sandbox.press("GET", "/idle?quietMs=12000");
    return true;
  }
  while (performance.now() < until) {
    await quiet(apps, skill);
    await sandbox.press("GET", "/idle?quietMs=300");
    const depth = await apps.depth();
    const isAtRest = depth?.waiting === 0 && depth.running === 0;
    if (kills === 0 && isAtRest) return true;
    const made = await requestsMade(sandbox);
    if (isAtRest && isCaughtUp(await sandbox.log(before, "&path=^/app/hook/deliveries"), backAt)) {
      // What the last look has found may not have been asked for yet.
      await sleep(FETCHED_WITHIN_MS);
      if ((await requestsMade(sandbox)) === made) return true;
    }
    await sleep(200);
  }
  return false;
}

async function requestsMade(sandbox: SandboxProcess): Promise<number> {
  return ((await sandbox.press("GET", "")) as { requests: number }).requests;
}

/**
 * A webhook fails at once when nobody listens or the connection breaks, so the second look after a process came back,
 * seconds later, sees the last of them. A look is a list of however many pages; the last one has to be one that led to
 * nothing, as one that broke off fetches the rest later.
 */
export function isCaughtUp(requests: readonly Request[], backAt: string): boolean {
  const looks = requests.filter((request) => isLook(request) && request.at > backAt).length;
  const sinceThen = requests.slice(requests.findLastIndex(isLook));
  return looks >= 2 && !sinceThen.some(({ path }) => path.startsWith("/app/hook/deliveries/"));
}

type Request = Pick<LogEntry, "at" | "path" | "status">;

function isLook({ path, status }: Request): boolean {
  return status === 200 && path.startsWith("/app/hook/deliveries?") && !path.includes("cursor=");
}

export async function quiet(apps: Apps, skill: Skill): Promise<void> {
  if (skill === "baseline") return;
  for (let tries = 0; tries < 1_200; tries += 1) {
    const depth = await apps.depth();
    if (depth?.waiting === 0 && depth.running === 0) return;
    await sleep(250);
  }
}
