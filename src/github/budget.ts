/** So much within any span of this length. */
interface Allowance {
  readonly limit: number;
  readonly spanMs: number;
}

interface Spending {
  readonly cost: number;
  /** When it counts from: undefined while the request is on its way. */
  at: number | undefined;
}

/** What was spent within the last span, so that no window of that length, wherever it starts, holds more than the limit. */
export interface Budget {
  /** Milliseconds until `cost` more may be spent: 0 when now. */
  waitMs(cost: number, now: number): number;
  /** Spends, from now on and until the span after `settle` is over. */
  spend(cost: number): Spending;
}

/**
 * A sliding window. A spending starts to age when its request is answered and not when it was sent: GitHub
 * counts at some time between the two.
 */
export function createBudget({ limit, spanMs }: Allowance): Budget {
  let spent: Spending[] = [];
  return {
    waitMs(cost, now) {
      spent = spent.filter(({ at }) => at === undefined || at + spanMs > now);
      let over = spent.reduce((sum, spending) => sum + spending.cost, cost) - limit;
      if (over <= 0) return 0;
      for (const { at, cost: back } of spent.filter(({ at }) => at !== undefined)) {
        over -= back;
        if (over <= 0 && at !== undefined) return at + spanMs - now;
      }
      return spanMs;
    },
    spend(cost) {
      const spending: Spending = { cost, at: undefined };
      spent.push(spending);
      return spending;
    },
  };
}
