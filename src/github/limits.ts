import { Budget } from "./budget.ts";
import { classifyGitHubError, LimitReached } from "./errors.ts";
import { Slots } from "./slots.ts";

export interface LimitSettings {
  /** Requests that create something people see. */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  /** A read costs 1 point, a write 5. */
  readonly pointsPerMinute: number;
  readonly searchesPerMinute: number;
  readonly readsAtOnce: number;
  /** The longest wait a request bears by itself, whoever asks for it; beyond it the delivery goes back to the inbox. */
  readonly longestWaitMs: number;
}

/**
 * GitHub allows 80 and 500 creations, 900 points and 30 searches. We keep below: other tools share the limits of an account,
 * and lower ones hold for some requests without being written down.
 */
const LIMITS: LimitSettings = {
  contentPerMinute: 70,
  contentPerHour: 400,
  pointsPerMinute: 850,
  searchesPerMinute: 25,
  readsAtOnce: 10,
  longestWaitMs: 2_000,
};

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface RequestKind {
  readonly method: string;
  /** Path or address, with or without its base. */
  readonly url: string;
}

/** A request in two steps: what has to be at hand for it (a token), and the request itself. */
export interface Sending<Prepared, Result> {
  readonly prepare: () => Promise<Prepared>;
  readonly send: (prepared: Prepared) => Promise<Result>;
}

/** The budgets of one installation. */
export interface Limits {
  /**
   * Runs a request when the budgets allow. Writes go one at a time, in order. A request that GitHub refused for a short
   * while keeps its place, waits and goes again: GitHub did not carry it out. Throws `LimitReached` when the wait would
   * be longer than is sensible.
   */
  run<Prepared, Result>(kind: RequestKind, sending: Sending<Prepared, Result>): Promise<Result>;
  /** Nothing more is sent for so long: GitHub said so. */
  park(ms: number): void;
}

interface Price {
  readonly budget: Budget;
  readonly cost: number;
  readonly name: string;
}

/** How often one request may be refused and go again. */
const MOST_REFUSALS = 3;

export interface LimitDeps {
  readonly clock: Clock;
  readonly settings?: Partial<LimitSettings>;
  /** Told which budget held a request back. */
  readonly held?: (budget: string) => void;
}

export function createLimits(deps: LimitDeps): Limits {
  const { clock } = deps;
  const limits = { ...LIMITS, ...deps.settings };
  const pricesOf = createPrices(limits);
  const reads = new Slots(limits.readsAtOnce);
  const writes = new Slots(1);
  const gate = createGate(deps, limits.longestWaitMs);

  /** Returns when the request waits for its turn again; throws when it failed, or was refused for long or too often. */
  function parkOrThrow(error: unknown, refusals: number): void {
    if (error instanceof LimitReached) throw error;
    const { kind, retryAfterMs = 60_000 } = classifyGitHubError(error, clock.now);
    if (kind !== "limited") throw error;
    gate.park(retryAfterMs);
    if (retryAfterMs <= limits.longestWaitMs && refusals <= MOST_REFUSALS) return;
    throw new LimitReached("GitHub's limit is reached", retryAfterMs, { cause: error });
  }

  return {
    async run(kind, sending) {
      return (isWrite(kind) ? writes : reads).run(async () => {
        const due = pricesOf(kind);
        for (let refusals = 1; ; refusals += 1) {
          try {
            return await gate.sendOnce(due, sending);
          } catch (error) {
            parkOrThrow(error, refusals);
          }
        }
      });
    },
    park: (ms) => gate.park(ms),
  };
}

interface Gate extends Pick<Limits, "park"> {
  sendOnce<Prepared, Result>(due: readonly Price[], sending: Sending<Prepared, Result>): Promise<Result>;
}

/** Holds requests back while GitHub asked for it or a budget is used up. */
function createGate({ clock, held }: LimitDeps, longestWaitMs: number): Gate {
  let parkedUntil = 0;

  async function afford(due: readonly Price[]): Promise<void> {
    for (;;) {
      const now = clock.now();
      const { name, wait } = longestWait(due, now);
      const parkedMs = parkedUntil - now;
      if (Math.max(wait, parkedMs) <= 0) return;
      held?.(parkedMs > wait ? "retry-after" : name);
      if (parkedMs > longestWaitMs) throw new LimitReached("GitHub asked to be left alone for a while", parkedMs);
      if (wait > longestWaitMs) throw new LimitReached(`The budget "${name}" is used up`, wait);
      await clock.sleep(Math.max(wait, parkedMs));
    }
  }

  return {
    /** Asks twice whether there is room: GitHub may refuse another request while this one gets ready. */
    async sendOnce(due, { prepare, send }) {
      await afford(due);
      const prepared = await prepare();
      await afford(due);
      const spendings = due.map(({ budget, cost }) => budget.spend(cost));
      try {
        return await send(prepared);
      } finally {
        for (const spending of spendings) spending.at = clock.now();
      }
    },
    park(ms) {
      parkedUntil = Math.max(parkedUntil, clock.now() + ms);
    },
  };
}

/** Which budgets a request draws on, and how much. */
function createPrices(limits: LimitSettings): (kind: RequestKind) => Price[] {
  const points = new Budget({ limit: limits.pointsPerMinute, spanMs: 60_000 });
  const searches = new Budget({ limit: limits.searchesPerMinute, spanMs: 60_000 });
  const perMinute = new Budget({ limit: limits.contentPerMinute, spanMs: 60_000 });
  const perHour = new Budget({ limit: limits.contentPerHour, spanMs: 3_600_000 });
  return function pricesOf(kind) {
    const prices: Price[] = [{ budget: points, cost: isWrite(kind) ? 5 : 1, name: "points" }];
    if (kind.url.includes("/search/")) prices.push({ budget: searches, cost: 1, name: "search" });
    if (!createsContent(kind)) return prices;
    prices.push({ budget: perMinute, cost: 1, name: "content-minute" });
    prices.push({ budget: perHour, cost: 1, name: "content-hour" });
    return prices;
  };
}

function longestWait(due: readonly Price[], now: number): { name: string; wait: number } {
  return due
    .map(({ budget, cost, name }) => ({ name, wait: budget.waitMs(cost, now) }))
    .reduce((a, b) => (b.wait > a.wait ? b : a));
}

function isWrite({ method }: RequestKind): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** What people see appear: issues, comments, sub-issues, dependencies. Labels, assignees and reactions are plain writes. */
const CONTENT = /\/(?:issues|comments|sub_issues|blocked_by)(?:$|\?)/u;

function createsContent({ method, url }: RequestKind): boolean {
  return method === "POST" && CONTENT.test(url);
}
