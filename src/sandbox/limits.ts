import type { Clock } from "./clock.ts";

export interface LimitFigures {
  primaryPerHour: number;
  pointsPerMinute: number;
  contentPerMinute: number;
  contentPerHour: number;
  concurrent: number;
  searchPerMinute: number;
}

/** GitHub's published figures, as far as it publishes them. */
const GITHUB_LIMITS: LimitFigures = {
  primaryPerHour: 5000,
  pointsPerMinute: 900,
  contentPerMinute: 80,
  contentPerHour: 500,
  concurrent: 100,
  searchPerMinute: 30,
};

/** One request about to be counted. `key` is who pays: an installation, a person or the anonymous crowd. */
export interface Charge {
  key: string;
  write: boolean;
  content: boolean;
  search: boolean;
}

export interface Refusal {
  reason: "primary" | "points" | "content" | "concurrency" | "search";
  retryAfterS: number | undefined;
}

interface Bucket {
  at: number;
  sum: number;
}

interface Account {
  hourStart: number;
  used: number;
  searchStart: number;
  searchUsed: number;
  /** Sums by the second, oldest first. */
  points: Bucket[];
  content: Bucket[];
  underWay: number;
}

export interface Limits {
  enforced: boolean;
  figures: LimitFigures;
  /** Counts the request and says whether it is refused. Refused requests cost points too, as on GitHub. */
  enter(charge: Charge): Refusal | undefined;
  leave(key: string): void;
  /** A 304 costs nothing of the hourly quota. */
  giveBack(charge: Charge): void;
  headers(key: string, search: boolean): Record<string, string>;
  overview(key: string): { core: LimitLine; search: LimitLine; graphql: LimitLine };
  /** Refusals by key and reason since the start. */
  refusals: { at: string; key: string; reason: string }[];
}

interface LimitLine {
  limit: number;
  remaining: number;
  reset: number;
  used: number;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;

export function createLimits(clock: Clock): Limits {
  const accounts = new Map<string, Account>();
  const refusals: Limits["refusals"] = [];

  const limits: Limits = {
    enforced: false,
    figures: { ...GITHUB_LIMITS },
    refusals,
    enter(charge) {
      const account = accountOf(charge.key);
      account.underWay += 1;
      const now = clock.ms();
      roll(account, now);
      const refusal = limits.enforced ? refusalOf(account, charge, now) : undefined;
      addTo(account.points, now, charge.write ? 5 : 1);
      if (charge.search) account.searchUsed += 1;
      else account.used += 1;
      if (charge.content && refusal === undefined) addTo(account.content, now, 1);
      if (refusal !== undefined) refusals.push({ at: clock.now(), key: charge.key, reason: refusal.reason });
      return refusal;
    },
    leave(key) {
      accountOf(key).underWay -= 1;
    },
    giveBack(charge) {
      const account = accountOf(charge.key);
      if (!charge.search) account.used = Math.max(0, account.used - 1);
    },
    headers(key, search) {
      const line = lineOf(accountOf(key), search);
      return {
        "x-ratelimit-limit": String(line.limit),
        "x-ratelimit-remaining": String(line.remaining),
        "x-ratelimit-reset": String(line.reset),
        "x-ratelimit-used": String(line.used),
        "x-ratelimit-resource": search ? "search" : "core",
      };
    },
    overview(key) {
      const account = accountOf(key);
      const core = lineOf(account, false);
      return { core, search: lineOf(account, true), graphql: { ...core, used: 0, remaining: core.limit } };
    },
  };
  return limits;

  function accountOf(key: string): Account {
    let account = accounts.get(key);
    if (account === undefined) {
      account = {
        hourStart: clock.ms(),
        used: 0,
        searchStart: clock.ms(),
        searchUsed: 0,
        points: [],
        content: [],
        underWay: 0,
      };
      accounts.set(key, account);
    }
    return account;
  }

  function roll(account: Account, now: number): void {
    if (now - account.hourStart >= HOUR || now < account.hourStart) Object.assign(account, { hourStart: now, used: 0 });
    if (now - account.searchStart >= MINUTE || now < account.searchStart)
      Object.assign(account, { searchStart: now, searchUsed: 0 });
    while ((account.points[0]?.at ?? now) <= now - MINUTE) account.points.shift();
    while ((account.content[0]?.at ?? now) <= now - HOUR) account.content.shift();
  }

  // oxlint-disable-next-line max-params -- the account, what it wants and when
  function refusalOf(account: Account, charge: Charge, now: number): Refusal | undefined {
    const { figures } = limits;
    if (charge.search && account.searchUsed >= figures.searchPerMinute)
      return { reason: "search", retryAfterS: undefined };
    if (!charge.search && account.used >= figures.primaryPerHour) return { reason: "primary", retryAfterS: undefined };
    if (account.underWay > figures.concurrent) return { reason: "concurrency", retryAfterS: 60 };
    const points = sumOf(account.points) + (charge.write ? 5 : 1);
    if (points > figures.pointsPerMinute) return { reason: "points", retryAfterS: 60 };
    if (!charge.content) return undefined;
    const lately = account.content.filter((bucket) => bucket.at > now - MINUTE);
    if (sumOf(lately) >= figures.contentPerMinute)
      return { reason: "content", retryAfterS: secondsUntil((lately[0]?.at ?? now) + MINUTE, now) };
    if (sumOf(account.content) >= figures.contentPerHour)
      return { reason: "content", retryAfterS: secondsUntil((account.content[0]?.at ?? now) + HOUR, now) };
    return undefined;
  }

  function lineOf(account: Account, search: boolean): LimitLine {
    roll(account, clock.ms());
    const limit = search ? limits.figures.searchPerMinute : limits.figures.primaryPerHour;
    const used = search ? account.searchUsed : account.used;
    const reset = Math.ceil((search ? account.searchStart + MINUTE : account.hourStart + HOUR) / 1000);
    // Where nothing is enforced nothing may look used up, or clients would stop by themselves.
    const floor = limits.enforced ? 0 : Math.min(limit, 1000);
    return { limit, used: Math.min(used, limit), remaining: Math.max(floor, limit - used), reset };
  }
}

function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1000));
}

// oxlint-disable-next-line max-params -- a list, a moment and an amount
function addTo(buckets: Bucket[], now: number, amount: number): void {
  const last = buckets.at(-1);
  if (last !== undefined && now - last.at < 1000) last.sum += amount;
  else buckets.push({ at: now, sum: amount });
}

function sumOf(buckets: Bucket[]): number {
  return buckets.reduce((sum, bucket) => sum + bucket.sum, 0);
}
