import type { Instant } from "../domain/ids.ts";

/** The point in time `ms` after `now`, in the one spelling that sorts as text. */
export function later(now: Instant, ms: number): Instant {
  return new Date(Date.parse(now) + ms).toISOString();
}
