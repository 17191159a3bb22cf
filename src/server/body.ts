import type { IncomingMessage } from "node:http";

/** GitHub sends at most 25 MB; the rest is slack for whoever stands between. */
export const LARGEST_BODY = 26 * 1024 * 1024;

/** Why a body was not read to its end. `status` is what to answer. */
export interface BodyFault {
  readonly status: 400 | 408 | 413 | 503;
  readonly reason: string;
}

/** Bytes of bodies being read now, over all requests: what bounds the memory strangers can take. */
export interface BodyBudget {
  readonly limit: number;
  used: number;
}

export interface ReadLimits {
  readonly largest: number;
  readonly timeoutMs: number;
  readonly budget: BodyBudget;
}

/**
 * The raw bytes of a request, or why they were refused. Counts what arrives and not what is announced;
 * stops at the cap, at the time limit, when the sender goes away, and when all requests together hold too much.
 * The bytes stay on the budget until `release` is called.
 */
export async function readBody(
  request: IncomingMessage,
  limits: ReadLimits,
): Promise<{ body: Buffer; release: () => void } | BodyFault> {
  const { largest, budget } = limits;
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > largest) return tooLarge(largest);
  const chunks: Buffer[] = [];
  let size = 0;
  function release(): void {
    budget.used -= size;
    size = 0;
  }
  const fault = await new Promise<BodyFault | undefined>((resolve) => {
    const timer = setTimeout(() => settle({ status: 408, reason: "the body took too long" }), limits.timeoutMs);
    function settle(outcome: BodyFault | undefined): void {
      clearTimeout(timer);
      request.removeListener("data", take);
      request.pause();
      resolve(outcome);
    }
    function take(chunk: Buffer): void {
      size += chunk.length;
      budget.used += chunk.length;
      chunks.push(chunk);
      if (size > largest) settle(tooLarge(largest));
      else if (budget.used > budget.limit) settle({ status: 503, reason: "too many bodies at once" });
    }
    request.on("data", take);
    request.once("end", () => settle(undefined));
    request.once("error", () => settle({ status: 400, reason: "the sender went away" }));
    request.once("close", () => settle({ status: 400, reason: "the sender went away" }));
  });
  if (fault === undefined) return { body: Buffer.concat(chunks), release };
  release();
  return fault;
}

function tooLarge(largest: number): BodyFault {
  return { status: 413, reason: `the body is larger than ${largest} bytes` };
}
