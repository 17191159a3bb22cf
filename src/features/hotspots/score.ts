/** A record with its accepted answers and the answer that was given. */
export interface Judged {
  readonly id: string;
  readonly kind?: string | undefined;
  readonly accepted: readonly string[];
  readonly guess: string;
  readonly confidence: number;
}

export interface CategoryScore {
  readonly key: string;
  readonly n: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Scores {
  readonly n: number;
  readonly accuracy: number;
  readonly reports: number;
  readonly listings: number;
  /** Mean F1 over the categories with at least ten records. */
  readonly macroF1: number;
  readonly sureShare: number;
  readonly surePrecision: number;
  readonly categories: readonly CategoryScore[];
}

const SURE = 0.8;
const COUNTED = 10;

/** The figures of the corpus's own scoring: a guess is right when it is among the accepted answers. */
export function score(judged: readonly Judged[], keys: readonly string[]): Scores {
  const categories = keys.map((key) => scoreCategory(judged, key));
  const counted = categories.filter((category) => category.n >= COUNTED);
  const sure = judged.filter((one) => one.confidence >= SURE);
  return {
    n: judged.length,
    accuracy: accuracy(judged),
    reports: accuracy(judged.filter((one) => one.kind === "report")),
    listings: accuracy(judged.filter((one) => one.kind === "listing")),
    macroF1: counted.reduce((sum, category) => sum + category.f1, 0) / (counted.length || 1),
    sureShare: sure.length / (judged.length || 1),
    surePrecision: accuracy(sure),
    categories,
  };
}

function scoreCategory(judged: readonly Judged[], key: string): CategoryScore {
  const right = judged.filter((one) => truth(one) === key && one.guess === key).length;
  const wrongly = judged.filter((one) => truth(one) !== key && one.guess === key).length;
  const missed = judged.filter((one) => truth(one) === key && one.guess !== key).length;
  return {
    key,
    n: right + missed,
    precision: right / (right + wrongly || 1),
    recall: right / (right + missed || 1),
    f1: (2 * right) / (2 * right + wrongly + missed || 1),
  };
}

export function isRight(one: Judged): boolean {
  return one.accepted.includes(one.guess);
}

/** The guess when it is accepted, else the first accepted answer. */
function truth(one: Judged): string {
  return isRight(one) ? one.guess : (one.accepted[0] ?? "");
}

function accuracy(judged: readonly Judged[]): number {
  return judged.filter(isRight).length / (judged.length || 1);
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Mean confidence said, and share that was right. */
  readonly said: number;
  readonly right: number;
}

const EDGES = [0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.001] as const;

export function calibrationTable(judged: readonly Judged[]): CalibrationBin[] {
  return EDGES.slice(1).map((to, index) => {
    const from = EDGES[index] ?? 0;
    const within = judged.filter((one) => one.confidence >= from && one.confidence < to);
    const said = within.reduce((sum, one) => sum + one.confidence, 0) / (within.length || 1);
    return { from, to: Math.min(1, to), n: within.length, said, right: accuracy(within) };
  });
}

/** Rows are the truth, columns the guess, in the order of `keys`. */
export function confusions(judged: readonly Judged[], keys: readonly string[]): number[][] {
  return keys.map((row) =>
    keys.map((column) => judged.filter((one) => truth(one) === row && one.guess === column).length),
  );
}
