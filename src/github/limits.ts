import { type Budget, createBudget } from "./budget.ts";
import { LimitReached } from "./errors.ts";
import { createSlots } from "./slots.ts";

export interface LimitSettings {
  /** Requests that create something people see. */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  /** A read costs 1 point, a write 5. */
  readonly pointsPerMinute: number;
  readonly searchesPerMinute: number;
  readonly readsAtOnce: number;
  /** The longest wait a request bears by itself; beyond it the delivery goes back to the inbox. */
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

/** The budgets of one installation. */
export interface Limits {
  /**
   * Runs a request when the budgets allow. Writes go one at a time, in order. Throws `LimitReached` when the wait
   * would be longer than is sensible, or while GitHub asked to be left alone.
   */
  run<T>(kind: RequestKind, send: () => Promise<T>): Promise<T>;
  /** Nothing more is sent for so long: GitHub said so. */
  park(ms: number): void;
}

interface Price {
  readonly budget: Budget;
  readonly cost: number;
  readonly name: string;
}

export interface LimitDeps {
  readonly clock: Clock;
  readonly settings?: Partial<LimitSettings>;
  /** Told which budget held a request back. */
  readonly held?: (budget: string) => void;
}

export function createLimits({ clock, settings, held }: LimitDeps): Limits {
  const limits = { ...LIMITS, ...settings };
  const pricesOf = createPrices(limits);
  const reads = createSlots(limits.readsAtOnce);
  const writes = createSlots(1);
  let parkedUntil = 0;

  async function afford(due: readonly Price[]): Promise<void> {
    for (;;) {
      const now = clock.now();
      if (now < parkedUntil) throw new LimitReached("GitHub asked to be left alone for a while", parkedUntil - now);
      const { name, wait } = longestWait(due, now);
      if (wait <= 0) return;
      held?.(name);
      if (wait > limits.longestWaitMs) throw new LimitReached(`The budget "${name}" is used up`, wait);
      await clock.sleep(wait);
    }
  }

  return {
    async run(kind, send) {
      return (isWrite(kind) ? writes : reads)(async () => {
        const due = pricesOf(kind);
        await afford(due);
        const spendings = due.map(({ budget, cost }) => budget.spend(cost));
        try {
          return await send();
        } finally {
          for (const spending of spendings) spending.at = clock.now();
        }
      });
    },
    park(ms) {
      parkedUntil = Math.max(parkedUntil, clock.now() + ms);
    },
  };
}

/** Which budgets a request draws on, and how much. */
function createPrices(limits: LimitSettings): (kind: RequestKind) => Price[] {
  const points = createBudget({ limit: limits.pointsPerMinute, spanMs: 60_000 });
  const searches = createBudget({ limit: limits.searchesPerMinute, spanMs: 60_000 });
  const perMinute = createBudget({ limit: limits.contentPerMinute, spanMs: 60_000 });
  const perHour = createBudget({ limit: limits.contentPerHour, spanMs: 3_600_000 });
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
