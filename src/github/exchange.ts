import { z } from "zod";

import { LimitReached } from "./errors.ts";
import type { Clock, Limits, RequestKind, Sending } from "./limits.ts";
import { readAgain } from "./read-again.ts";

/** As much of an answer as says something about limits. */
interface Answer {
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** Without a word on when a limit ends, GitHub's guide asks for a minute. */
const MINUTE_MS = 60_000;

/** Puts budgets and one way to fail around a request: reads are repeated, limits are kept and noticed. */
export async function exchange<Prepared, Result extends Answer>(
  kind: RequestKind,
  sending: Sending<Prepared, Result>,
  { clock, limits }: { readonly clock: Clock; readonly limits: Limits },
): Promise<Result> {
  const run = async () => limits.run(kind, sending);
  const response = await (kind.method === "GET" ? readAgain(clock, run) : run());
  const wait = usedUpMs(response.headers, clock.now());
  if (wait !== undefined) limits.park(wait);
  if (!isGraphqlRefusal(response.data)) return response;
  limits.park(MINUTE_MS);
  throw new LimitReached("GraphQL answered RATE_LIMITED", MINUTE_MS);
}

/** The last request of the hour was just answered: milliseconds until GitHub takes more. */
function usedUpMs(headers: Answer["headers"], now: number): number | undefined {
  if (String(headers["x-ratelimit-remaining"]) !== "0" || headers["x-ratelimit-resource"] === "search")
    return undefined;
  const reset = Number(headers["x-ratelimit-reset"]) * 1_000;
  return Number.isFinite(reset) && reset > now ? reset - now : undefined;
}

const GraphqlRefusal = z.object({
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});

/** GraphQL refuses with status 200. */
function isGraphqlRefusal(answer: unknown): boolean {
  const parsed = GraphqlRefusal.safeParse(answer);
  if (!parsed.success) return false;
  return parsed.data.errors.some(({ type, message }) => type === "RATE_LIMITED" || /rate limit/iu.test(message));
}
