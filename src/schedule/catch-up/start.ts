import type { Octokit } from "../../github/octokit.ts";

import type { Instant } from "../../domain/ids.ts";
import { accept } from "../../inbox/inbox.ts";
import type { Log } from "../../inbox/worker.ts";
import type { Database } from "../../store/database.ts";
import { translateAll } from "../../webhook/translate.ts";
import { createCatchUp, type MissedWebhook } from "./catch-up.ts";

/** With nothing missing, one request in five minutes for the whole app. */
const CALM_MS = 300_000;
/**
 * Soon after the start, and while something is found, the next look comes soon. A webhook that fails while the app comes
 * back may do so ten seconds later, when GitHub's patience ends: the last of these looks sees it.
 */
const SOON_MS = 5_000;
const SOON_ROUNDS = 3;
/** GitHub could not be asked. */
const FAILED_MS = 15_000;

export interface CatchUpParts {
  readonly database: Database;
  readonly github: {
    appOctokit(): Octokit;
    self(): Promise<{ readonly appId: number; readonly login: string }>;
  };
  readonly log: Log;
  readonly now: () => Date;
}

/** Looks for what was missed: now, three times soon after, then every five minutes. */
export function startCatchUp({ database, github, log, now }: CatchUpParts): { close(): Promise<void> } {
  const instant = (): Instant => now().toISOString();
  const catchUp = createCatchUp({ database, octokit: github.appOctokit(), takeIn, now: instant, log });
  let closed = false;
  let rounds = 0;
  let timer: NodeJS.Timeout | undefined;
  let running = look();

  async function takeIn(webhook: MissedWebhook): Promise<void> {
    const { appId, login } = await github.self();
    for (const delivery of translateAll({ ...webhook, selfAppId: appId, selfLogin: login, receivedAt: instant() })) {
      await accept(database, delivery);
    }
  }

  async function look(): Promise<void> {
    const pause = await round();
    rounds += 1;
    if (closed) return;
    timer = setTimeout(() => (running = look()), rounds <= SOON_ROUNDS ? Math.min(pause, SOON_MS) : pause);
  }

  /** Returns how long to wait for the next one. */
  async function round(): Promise<number> {
    try {
      const done = await catchUp.round();
      if (done !== undefined && done.takenIn > 0)
        log.info({ webhooks: done.takenIn }, "caught up with missed webhooks");
      return done !== undefined && done.found > 0 ? SOON_MS : CALM_MS;
    } catch (error) {
      log.warn({ err: error }, "GitHub could not be asked for missed webhooks");
      return FAILED_MS;
    }
  }

  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
