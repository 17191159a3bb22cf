import type { Octokit } from "../../github/octokit.ts";

import type { Instant } from "../../domain/ids.ts";
import { accept } from "../../inbox/inbox.ts";
import type { Log } from "../../inbox/worker.ts";
import type { Database } from "../../store/database.ts";
import { translateAll } from "../../webhook/translate.ts";
import { createCatchUp, type MissedWebhook } from "./catch-up.ts";

/** With nothing missing, one request in five minutes from each process. */
const CALM_MS = 300_000;
/**
 * Soon after the start, and while something is found, the next look comes soon. A webhook that fails while the app comes
 * back may do so ten seconds later, when GitHub's patience ends: the last of these looks sees it.
 */
const SOON_MS = 5_000;
const SOON_ROUNDS = 3;
/** GitHub could not be asked, or did not give out what was found; twice as long each time, up to the calm's pause. */
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
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running = look();

  async function takeIn(webhook: MissedWebhook): Promise<void> {
    const { appId, login } = await github.self();
    for (const delivery of translateAll({ ...webhook, selfAppId: appId, selfLogin: login, receivedAt: instant() })) {
      await accept(database, delivery);
    }
  }

  async function look(): Promise<void> {
    const outcome = await round();
    rounds += 1;
    failures = outcome === "failed" && rounds > SOON_ROUNDS ? failures + 1 : 0;
    if (closed) return;
    timer = setTimeout(() => (running = look()), pauseMs(outcome, { rounds, failures }));
  }

  async function round(): Promise<Outcome> {
    try {
      const { found = 0, takenIn = 0 } = (await catchUp.round()) ?? {};
      if (takenIn > 0) log.info({ webhooks: takenIn }, "caught up with missed webhooks");
      if (found === 0) return "nothing";
      return takenIn > 0 ? "some" : "failed";
    } catch (error) {
      log.warn({ err: error }, "GitHub could not be asked for missed webhooks");
      return "failed";
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

type Outcome = "nothing" | "some" | "failed";

function pauseMs(outcome: Outcome, { rounds, failures }: { rounds: number; failures: number }): number {
  if (rounds <= SOON_ROUNDS || outcome === "some") return SOON_MS;
  return outcome === "failed" ? Math.min(CALM_MS, FAILED_MS * 2 ** (failures - 1)) : CALM_MS;
}
