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

/**
 * What was spent within the last span, so that no window of that length, wherever it starts, holds more than the limit.
 * A spending starts to age when its request is answered and not when it was sent: GitHub
 * counts at some time between the two.
 */
export class Budget {
  readonly #limit: number;
  readonly #spanMs: number;
  #spent: Spending[] = [];

  constructor({ limit, spanMs }: Allowance) {
    this.#limit = limit;
    this.#spanMs = spanMs;
  }

  /** Milliseconds until `cost` more may be spent: 0 when now. */
  waitMs(cost: number, now: number): number {
    this.#spent = this.#spent.filter(({ at }) => at === undefined || at + this.#spanMs > now);
    let over = this.#spent.reduce((sum, spending) => sum + spending.cost, cost) - this.#limit;
    if (over <= 0) return 0;
    for (const { at, cost: back } of this.#spent.filter(({ at }) => at !== undefined)) {
      over -= back;
      if (over <= 0 && at !== undefined) return at + this.#spanMs - now;
    }
    return this.#spanMs;
  }

  /** Spends, from now on and until the span after `at` is over. */
  spend(cost: number): Spending {
    const spending: Spending = { cost, at: undefined };
    this.#spent.push(spending);
    return spending;
  }
}
