/**
 * The largest count that is still usual when `expected` come by chance alone: a larger one turns up in fewer than one
 * period of twenty (one-sided 95 % bound, exact tail of the Poisson distribution). 2 → 5, 4 → 8, 6 → 10, 10 → 15.
 */
export function usualMost(expected: number): number {
  if (!(expected >= 0 && expected <= MOST)) {
    throw new RangeError(`${expected} incidents expected: a count between 0 and ${MOST} has a bound`);
  }
  if (expected === 0) return 0;
  let count = 0;
  // By logarithms: e^-expected alone would vanish above 745.
  let logTerm = -expected;
  let atMost = Math.exp(logTerm);
  while (atMost < LEVEL) {
    count += 1;
    logTerm += Math.log(expected / count);
    atMost += Math.exp(logTerm);
  }
  return count;
}

const LEVEL = 0.95;
/** Far above any real count of incidents; keeps the sum short and exact enough. */
const MOST = 100_000;
