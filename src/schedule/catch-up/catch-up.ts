import { randomUUID } from "node:crypto";

import type { Octokit } from "../../github/octokit.ts";

import type { Instant } from "../../domain/ids.ts";
import { later } from "../../inbox/instant.ts";
import { retryAfterMs } from "../../inbox/retry.ts";
import type { Log } from "../../inbox/worker.ts";
import type { Database } from "../../store/database.ts";
import { askForReconcile } from "./ask.ts";
import { findProgress, giveTurnBack, holdTurn, type Progress, saveProgress } from "./memory.ts";
import { listMissed, type MissedDelivery, readMissed, sendAgain } from "./missed.ts";

/** A webhook as it should have arrived. */
export interface MissedWebhook {
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
}

export interface CatchUpDeps {
  readonly database: Database;
  /** Signed in as the app. */
  readonly octokit: Octokit;
  /** Takes a webhook in as if it had just come: durable when it resolves. */
  readonly takeIn: (webhook: MissedWebhook) => Promise<void>;
  readonly now: () => Instant;
  readonly log: Log;
}

/** What a round did: webhooks found that had failed, and those taken in. Undefined: another process has the turn. */
export type Round = { readonly found: number; readonly takenIn: number } | undefined;

export interface CatchUp {
  round(): Promise<Round>;
}

const HOUR_MS = 3_600_000;
/** GitHub keeps failed deliveries for three days; what happened before is found by listing issues. */
const WINDOW_MS = 71 * HOUR_MS;
/** A try is logged when it began and fails up to ten seconds later: so far back is looked at again. */
const OVERLAP_MS = 30_000;
const AT_ONCE = 8;
/** A webhook that fails this often is not failing for our being away. */
const MOST_TRIES = 8;
/** Looked at again when there are more in half a minute: that costs requests and does no harm. */
const MOST_REMEMBERED = 5_000;

/** GitHub never sends a webhook again by itself: what failed while we were away is fetched. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const work = new Work(deps);
  return {
    async round() {
      try {
        return await work.round();
      } catch (error) {
        if (error instanceof TurnLost) return undefined;
        throw error;
      } finally {
        await work.giveTurnBack().catch((error: unknown) => {
          // It is free in twenty seconds all the same; what the round found out is of more interest.
          deps.log.warn({ err: error }, "the turn to catch up could not be given back");
        });
      }
    },
  };
}

class TurnLost extends Error {}

class Work {
  readonly #deps: CatchUpDeps;
  readonly #name = randomUUID();
  /** Tries that have been dealt with, and when they were made. */
  readonly #dealtWith = new Map<number, Instant>();
  readonly #tries = new Map<string, number>();

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  async round(): Promise<{ found: number; takenIn: number }> {
    const { octokit, now } = this.#deps;
    const turn = async (): Promise<void> => this.#turn();
    await turn();
    const begun = now();
    const known = await this.#progress(begun);
    const wholeAt = known?.wholeAt ?? begun;
    const horizon = later(begun, -WINDOW_MS);
    const from = known === undefined ? horizon : latest(later(known.upTo, -OVERLAP_MS), horizon);
    const { missed, asOf, isWhole } = await listMissed(octokit, from, turn);
    if (wholeAt < horizon || !isWhole)
      await askForReconcile(this.#deps, earliest(later(wholeAt, -OVERLAP_MS), from), turn);
    const open = await withoutAccepted(
      this.#deps.database,
      missed.filter((one) => this.#isOpen(one)),
    );
    const failed = await this.#takeIn(open, wholeAt);
    const upTo = earliest(begun, asOf, ...failed.map(({ at }) => at));
    await this.#save({ upTo, wholeAt: failed.length === 0 ? begun : wholeAt });
    return { found: open.length, takenIn: open.length - failed.length };
  }

  /** How far the one before has come, with what it had dealt with. */
  async #progress(begun: Instant): Promise<Progress | undefined> {
    const known = await findProgress(this.#deps.database);
    for (const id of known?.dealtWith ?? [])
      if (!this.#dealtWith.has(id)) this.#dealtWith.set(id, known?.upTo ?? begun);
    return known;
  }

  /** The next look begins shortly before `upTo`: only what was dealt with since then need be remembered. */
  async #save({ upTo, wholeAt }: { upTo: Instant; wholeAt: Instant }): Promise<void> {
    const { database, now } = this.#deps;
    const from = later(upTo, -OVERLAP_MS);
    for (const [id, at] of this.#dealtWith) if (at < from) this.#dealtWith.delete(id);
    const dealtWith = [...this.#dealtWith.keys()].slice(-MOST_REMEMBERED);
    await saveProgress(database, { upTo, wholeAt, dealtWith }, now());
  }

  async #turn(): Promise<void> {
    const { database, now } = this.#deps;
    if (!(await holdTurn(database, this.#name, now()))) throw new TurnLost("another process catches up");
  }

  async giveTurnBack(): Promise<void> {
    await giveTurnBack(this.#deps.database, this.#name);
  }

  #isOpen({ id, guid }: MissedDelivery): boolean {
    return !this.#dealtWith.has(id) && (this.#tries.get(guid) ?? 0) < MOST_TRIES;
  }

  /** Some at a time, oldest first. Returns those that could not be had this time. */
  async #takeIn(open: readonly MissedDelivery[], wholeAt: Instant): Promise<MissedDelivery[]> {
    const failed: MissedDelivery[] = [];
    for (let at = 0; at < open.length; at += AT_ONCE) {
      const some = open.slice(at, at + AT_ONCE);
      await this.#turn();
      failed.push(...(await this.#takeInSome(some)));
      const upTo = failed[0]?.at ?? some.at(-1)?.at;
      if (upTo !== undefined) await this.#save({ upTo, wholeAt });
    }
    return failed;
  }

  /** Read together, taken in one after the other: the order in which they happened stays. */
  async #takeInSome(some: readonly MissedDelivery[]): Promise<MissedDelivery[]> {
    const { octokit, takeIn, log } = this.#deps;
    const read = await Promise.allSettled(some.map(({ id }) => readMissed(octokit, id)));
    const failed: MissedDelivery[] = [];
    for (const [index, missed] of some.entries()) {
      const payload = read[index];
      if (payload?.status !== "fulfilled") {
        if (retryAfterMs(payload?.reason) !== undefined) throw payload?.reason;
        log.warn({ err: payload?.reason, delivery: missed.guid }, "a missed webhook could not be read");
        failed.push(missed);
        continue;
      }
      const { id, guid, event: name, at } = missed;
      if (payload.value === undefined) await sendAgain(octokit, id);
      else await takeIn({ id: guid, name, payload: payload.value });
      this.#dealtWith.set(id, at);
      this.#tries.set(guid, (this.#tries.get(guid) ?? 0) + 1);
    }
    return failed;
  }
}

/** The inbox knows what was kept although its answer never arrived. */
async function withoutAccepted(database: Database, missed: readonly MissedDelivery[]): Promise<MissedDelivery[]> {
  const accepted = new Set<string>();
  for (let from = 0; from < missed.length; from += 500) {
    const guids = missed.slice(from, from + 500).map(({ guid }) => guid);
    const rows = await database.across.selectFrom("inbox").select("id").where("id", "in", guids).execute();
    for (const { id } of rows) accepted.add(id);
  }
  return missed.filter(({ guid }) => !accepted.has(guid));
}

function latest(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

function earliest(first: Instant, ...others: readonly Instant[]): Instant {
  return others.reduce((a, b) => (b < a ? b : a), first);
}
