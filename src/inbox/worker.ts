import { randomUUID } from "node:crypto";
import { setImmediate as turnOfOthers } from "node:timers/promises";

import type { Delivery } from "../domain/delivery.ts";
import type { Instant } from "../domain/ids.ts";
import { PermanentFailure } from "../domain/refusal.ts";
import type { Database } from "../store/database.ts";
import { claim, type Claimed } from "./claim.ts";
import { bury, finish, heartbeat, reclaim, release, retryLater } from "./inbox.ts";
import { nextDueAt } from "./keeping.ts";

/** A dead worker's row is free when its lease runs out, and found at the next beat of a living one: within 13 s. */
const LEASE_MS = 10_000;
const HEARTBEAT_MS = 3_000;
const POLL_MS = 2_000;
/** Nearly all of a delivery's time is waiting for GitHub, so there may be many. */
const AT_ONCE = 40;
/**
 * To see that none of many deliveries may run, all of them are looked at. This costs one part in so many of the time at
 * most, or the flood of one installation that is parked or waits for its retries slows the looks for everybody.
 */
const REST_PARTS = 10;

/** Databases of which rows left running by an earlier process were put back. */
const takenOver = new WeakSet<Database>();

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Worker {
  /** Looks at the inbox now. */
  wake(): void;
  /** Claims no more, and resolves when what runs is done and settled. */
  drain(): Promise<void>;
  /** Resolves when nothing can run now and nothing of this worker runs. Rows due later don't count. */
  idle(): Promise<void>;
}

export interface WorkerOptions {
  database: Database;
  handle: (delivery: Delivery, attempt: number) => Promise<void>;
  now: () => Instant;
  log: Log;
  /** Told of what was buried or given up, after that. */
  lost?: (delivery: Delivery, error: unknown) => Promise<void>;
  /** Deliveries in work at once. */
  concurrency?: number;
  /** Of one installation; a tenth of `concurrency` by default, so that nobody can take all places. */
  perInstallation?: number;
}

/** Works through the inbox until drained. */
export function startWorker(options: WorkerOptions): Worker {
  const work = new Work(options);
  work.start();
  return { wake: () => work.wake(), drain: () => work.drain(), idle: () => work.idle() };
}

class Work {
  readonly #options: Required<WorkerOptions>;
  readonly #name = randomUUID();
  readonly #running = new Map<Claimed, Promise<void>>();
  #stopListening: () => void = () => undefined;
  #poll: NodeJS.Timeout | undefined;
  #heart: NodeJS.Timeout | undefined;
  #turn: Promise<void> | undefined;
  #again = false;
  #turning = false;
  #after = 0;
  /** Installations of which nothing more may run, and until when (`performance.now()`) they are not looked at. */
  readonly #resting = new Map<number, number>();
  /** When the first rest ends of those that the last look left out. */
  #restedAt = Number.POSITIVE_INFINITY;
  #draining = false;
  #quiet: (() => void)[] = [];

  constructor(options: WorkerOptions) {
    const { concurrency = AT_ONCE, perInstallation = Math.max(1, Math.ceil(concurrency / 10)) } = options;
    this.#options = { lost: async () => undefined, ...options, concurrency, perInstallation };
  }

  start(): void {
    this.#stopListening = this.#options.database.wake.listen(() => this.wake());
    this.#heart = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.wake();
  }

  wake(): void {
    if (this.#draining) return;
    this.#again = true;
    if (this.#turning) return;
    this.#turning = true;
    this.#turn = this.#turns();
  }

  async idle(): Promise<void> {
    if (this.#draining) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#quiet.push(resolve);
    this.wake();
    await promise;
  }

  async drain(): Promise<void> {
    this.#draining = true;
    this.#stopListening();
    clearTimeout(this.#poll);
    await this.#turn;
    await Promise.all(this.#running.values());
    clearInterval(this.#heart);
    this.#tellQuiet();
  }

  async #turns(): Promise<void> {
    clearTimeout(this.#poll);
    let seen: { dueAt: Instant | undefined } | undefined;
    while (this.#again && !this.#draining) {
      this.#again = false;
      seen = await this.#claimAll().catch((error: unknown) => {
        this.#options.log.error({ err: error }, "the inbox cannot be read");
        return undefined;
      });
    }
    // From here on nothing waits, so that a wake-up either was seen above or starts the next turn.
    this.#turning = false;
    if (this.#draining) return;
    this.#pollLater(seen?.dueAt);
    if (seen !== undefined && this.#running.size === 0) this.#tellQuiet();
  }

  async #claimAll(): Promise<{ dueAt: Instant | undefined }> {
    const { database, now, concurrency } = this.#options;
    await this.#takeOver();
    this.#restedAt = Number.POSITIVE_INFINITY;
    while (!this.#draining && this.#running.size < concurrency) {
      // SQLite answers at once, so that a backlog of what needs no request would let nobody else's turn come.
      await turnOfOthers();
      const claimed = await this.#claim(concurrency - this.#running.size);
      if (claimed.length === 0) return { dueAt: await nextDueAt(database, now()) };
      for (const each of claimed) await this.#begin(each);
    }
    return { dueAt: undefined };
  }

  async #claim(limit: number): Promise<Claimed[]> {
    const { database, now, perInstallation } = this.#options;
    const exhausted: number[] = [];
    const began = performance.now();
    const claimed = await claim(database, {
      worker: this.#name,
      now: now(),
      leaseMs: LEASE_MS,
      limit,
      perInstallation,
      after: this.#after,
      except: (installation) => this.#rests(installation),
      exhausted: (installation) => exhausted.push(installation),
    });
    const ended = performance.now();
    const until = ended + Math.min(POLL_MS, (ended - began) * REST_PARTS);
    for (const installation of exhausted) this.#resting.set(installation, until);
    return claimed;
  }

  /** Nobody rests while somebody asks whether all is quiet. */
  #rests(installation: number): boolean {
    const until = this.#resting.get(installation);
    if (until === undefined) return false;
    if (until > performance.now() && this.#quiet.length === 0) {
      this.#restedAt = Math.min(this.#restedAt, until);
      return true;
    }
    this.#resting.delete(installation);
    return false;
  }

  /** SQLite belongs to one process: whatever still runs at the start was its predecessor's, and is free at once. */
  async #takeOver(): Promise<void> {
    const { database, now } = this.#options;
    if (takenOver.has(database)) return;
    this.#tell(await reclaim(database, { now: now(), alone: database.kind === "sqlite" }));
    takenOver.add(database);
  }

  #tell(deliveries: number): void {
    if (deliveries > 0) this.#options.log.warn({ deliveries }, "took over from a worker that died");
  }

  async #begin(claimed: Claimed): Promise<void> {
    // Claimed while the order to drain came: somebody else may have it.
    if (this.#draining) return release(this.#options.database, claimed);
    this.#after = claimed.delivery.installationId;
    const done = this.#run(claimed).finally(() => {
      this.#running.delete(claimed);
      this.#resting.delete(claimed.delivery.installationId);
      this.wake();
    });
    this.#running.set(claimed, done);
  }

  async #run(claimed: Claimed): Promise<void> {
    const { delivery, attempt } = claimed;
    const { log } = this.#options;
    try {
      const failed = await this.#handle(claimed).then(() => undefined, failure);
      const held = failed === undefined ? await this.#finish(claimed) : await this.#fail(claimed, failed.error);
      if (!held) log.warn({ delivery: delivery.id, attempt }, "delivery was taken over or deleted while it ran");
    } catch (error) {
      // Its lease runs out and it is done again: carrying out a plan twice equals once.
      log.error({ err: error, delivery: delivery.id, attempt }, "delivery could not be settled");
    }
  }

  async #handle({ delivery, attempt }: Claimed): Promise<void> {
    await this.#options.handle(delivery, attempt);
  }

  #finish(claimed: Claimed): Promise<boolean> {
    return finish(this.#options.database, claimed, this.#options.now());
  }

  async #fail(claimed: Claimed, error: unknown): Promise<boolean> {
    const { database, log } = this.#options;
    const now = this.#options.now();
    const fields = { err: error, delivery: claimed.delivery.id, attempt: claimed.attempt };
    if (error instanceof PermanentFailure) {
      log.warn(fields, "delivery buried");
      const isOurs = await bury(database, claimed, { reason: error.message, now });
      if (isOurs) await this.#options.lost(claimed.delivery, error);
      return isOurs;
    }
    const next = await retryLater(database, claimed, { error, now });
    if (next === "give-up") {
      log.error(fields, "delivery given up");
      await this.#options.lost(claimed.delivery, error);
    } else log.warn({ ...fields, afterMs: next.afterMs }, "delivery failed");
    return true;
  }

  async #beat(): Promise<void> {
    const { database, now, log } = this.#options;
    const claimed = [...this.#running.keys()];
    try {
      await heartbeat(database, claimed, { now: now(), leaseMs: LEASE_MS });
      const back = await reclaim(database, { now: now(), holding: [...this.#running.keys()] });
      this.#tell(back);
      if (back > 0) this.wake();
    } catch (error) {
      log.error({ err: error, deliveries: claimed.length }, "leases could not be looked after");
    }
  }

  /** The net under the wake-ups, and the alarm for what waits for its time. */
  #pollLater(dueAt: Instant | undefined): void {
    const ms = dueAt === undefined ? POLL_MS : Date.parse(dueAt) - Date.parse(this.#options.now());
    const restMs = this.#restedAt - performance.now();
    this.#poll = setTimeout(() => this.wake(), Math.max(1, Math.min(ms, restMs, POLL_MS)));
  }

  #tellQuiet(): void {
    for (const resolve of this.#quiet.splice(0)) resolve();
  }
}

function failure(error: unknown): { error: unknown } {
  return { error };
}
