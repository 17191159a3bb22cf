import { z } from "zod";

/** GitHub, or our own budget, says: not now. Nothing is wrong with the request; send it again after the wait. */
export class LimitReached extends Error {
  override readonly name = "LimitReached";
  readonly permanent = false;
  /** Milliseconds to wait before anything more is sent for this installation. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * gone       it was there and will not come back (410, 451, the app was uninstalled)
 * not-found  404: deleted, never there, or not for us; right after an event perhaps not there yet
 * forbidden  403 or a refused sign-in that a new token does not cure
 * suspended  the installation is suspended: everything of it waits
 * limited    a rate limit, with the wait
 * server     GitHub failed to answer a read, or refused our token: ask again
 * network    nothing was sent, or only a read: ask again
 * ambiguous  a write went out and its end is unknown: look before sending it again
 * invalid    GitHub does not accept the request: sending it again is no use
 */
export interface GitHubFault {
  readonly kind:
    | "gone"
    | "not-found"
    | "forbidden"
    | "suspended"
    | "limited"
    | "server"
    | "network"
    | "ambiguous"
    | "invalid";
  readonly retryAfterMs?: number;
}

/** The form of Octokit's errors, as far as we look at it. No `response` means that none came. */
const RequestFault = z.object({
  status: z.number(),
  message: z.string(),
  request: z.object({ method: z.string(), url: z.string() }),
  response: z
    .object({ headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()), data: z.unknown() })
    .optional(),
  cause: z.unknown().optional(),
});
type RequestFault = z.infer<typeof RequestFault>;

/** What went wrong, for whoever has to decide what comes next. `now` is milliseconds since 1970, for reset times. */
export function classifyGitHubError(error: unknown, now: () => number = Date.now): GitHubFault {
  if (error instanceof LimitReached) return { kind: "limited", retryAfterMs: error.retryAfterMs };
  const parsed = RequestFault.safeParse(error);
  if (!parsed.success) return { kind: "network" };
  const fault = parsed.data;
  if (fault.response === undefined) return { kind: wasNeverSent(fault) ? "network" : "ambiguous" };
  const wait = limitWaitMs(fault, now());
  if (wait !== undefined) return { kind: "limited", retryAfterMs: wait };
  return { kind: byStatus(fault) };
}

/** Reading twice does no harm; a write did nothing if the connection never came to be. */
function wasNeverSent({ request, cause }: RequestFault): boolean {
  return isRead(request) || NEVER_CONNECTED.has(codeOf(cause) ?? "");
}

const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

function codeOf(cause: unknown, depth = 0): string | undefined {
  if (!(cause instanceof Error) || depth > 4) return undefined;
  return "code" in cause && typeof cause.code === "string" ? cause.code : codeOf(cause.cause, depth + 1);
}

function isRead({ method, url }: RequestFault["request"]): boolean {
  return method === "GET" || method === "HEAD" || url.endsWith("/access_tokens");
}

/** GitHub says it with 403 or 429: `retry-after` first, then the reset time, else a minute as its guide asks. */
function limitWaitMs({ status, message, response }: RequestFault, now: number): number | undefined {
  if (response === undefined || (status !== 403 && status !== 429)) return undefined;
  const { headers } = response;
  const after = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(after)) return Math.max(1_000, after * 1_000);
  const reset = Number(headers["x-ratelimit-reset"]) * 1_000;
  if (String(headers["x-ratelimit-remaining"]) === "0" && Number.isFinite(reset)) return Math.max(1_000, reset - now);
  return status === 429 || /rate limit|abuse detection/iu.test(message) ? 60_000 : undefined;
}

function byStatus({ status, message, request }: RequestFault): GitHubFault["kind"] {
  if (status === 403) return /suspended/iu.test(message) ? "suspended" : "forbidden";
  if (status === 404) return request.url.endsWith("/access_tokens") ? "gone" : "not-found";
  if (status === 410 || status === 451) return "gone";
  if (status === 401) return "server";
  if (status >= 500 || status === 408) return isRead(request) ? "server" : "ambiguous";
  return "invalid";
}
