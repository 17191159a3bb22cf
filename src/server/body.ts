import type { IncomingMessage } from "node:http";

/** GitHub sends at most 25 MB; the rest is slack for whoever stands between. */
export const LARGEST_BODY = 26 * 1024 * 1024;

/** Nearly everything GitHub sends is far smaller; what is larger has to queue for memory of its own. */
const LARGE = 1024 * 1024;

/** So much of each body is nobody's to refuse: many a webhook is no larger, and there are never more than the gate lets in. */
const FREE = 64 * 1024;

/**
 * A large body is taken in at 8 MB a second at most, so that the largest takes three: taken in as fast as it comes, its
 * memory and its checksum would keep everybody else waiting, and nobody knows yet who sends it.
 */
const BYTES_A_MS = 8 * 1024;
/** A shorter rest costs more than it gives. */
const SHORTEST_REST_MS = 4;

/**
 * What a stranger's large body took, it took from everybody: every few megabytes cost a collection of garbage. No other
 * large one is let in before its bytes would have come at 1 MB a second. What GitHub sends meanwhile is refused, kept by
 * GitHub, and fetched.
 */
const STRANGERS_BYTES_A_MS = 1024;

/** Why a body was not read to its end. `status` is what to answer. */
export interface BodyFault {
  readonly status: 400 | 408 | 413 | 503;
  readonly reason: string;
}

/** Bytes of bodies held now, over all requests. */
interface Share {
  readonly limit: number;
  used: number;
}

/**
 * What bounds the memory strangers can take. Small bodies count as they arrive, after their first 64 kB; a large one is let
 * in only when all it announced is free, so that strangers with large bodies keep out large bodies alone.
 */
export interface BodyBudget {
  readonly small: Share;
  readonly large: Share & { /** On the clock of `performance.now()`. */ closedUntil: number };
}

export interface ReadLimits {
  readonly largest: number;
  readonly timeoutMs: number;
  readonly budget: BodyBudget;
  /** Told of each piece as it arrives. */
  readonly seen: (piece: Buffer) => void;
}

/**
 * The raw bytes of a request in pieces, or why they were refused. Stops at the cap, at the time limit, when the sender
 * goes away, and when all requests together hold too much. The bytes stay on the budget until `release` is called, which
 * is to say whether they were genuine.
 */
export async function readBody(
  request: IncomingMessage,
  { largest, timeoutMs, budget, seen }: ReadLimits,
): Promise<{ pieces: readonly Buffer[]; release: (isGenuine: boolean) => void } | BodyFault> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > largest) return tooLarge(largest);
  const room = takeRoom(budget, largest);
  const pieces: Buffer[] = [];
  if (announced > LARGE && !room.reserve(announced)) return TOO_MANY;
  const fault = await listen(request, timeoutMs, (piece) => {
    const full = room.add(piece.length);
    if (full === undefined) {
      seen(piece);
      pieces.push(piece);
    } else pieces.length = 0;
    return full;
  });
  if (fault === undefined) return { pieces, release: room.release };
  pieces.length = 0;
  room.release(false);
  return fault;
}

const TOO_MANY: BodyFault = { status: 503, reason: "too many bodies at once" };
/** The same, answered only when the sender's time is over: whoever sends without end is not to begin anew at once. */
const NO_ROOM: BodyFault = { status: 503, reason: "too many large bodies at once" };

/** Takes pieces until the end, the first fault or the time limit. */
async function listen(
  request: IncomingMessage,
  timeoutMs: number,
  take: (piece: Buffer) => BodyFault | undefined,
): Promise<BodyFault | undefined> {
  const { promise, resolve } = Promise.withResolvers<BodyFault | undefined>();
  const gone: BodyFault = { status: 400, reason: "the sender went away" };
  let atTheEnd: BodyFault = { status: 408, reason: "the body took too long" };
  const timer = setTimeout(() => resolve(atTheEnd), timeoutMs);
  const restAfter = pacing();
  let isOver = false;
  function goOn(): void {
    if (!isOver) request.resume();
  }
  function onPiece(piece: Buffer): void {
    const fault = take(piece);
    if (fault === NO_ROOM) {
      atTheEnd = NO_ROOM;
      request.pause();
      return;
    }
    if (fault !== undefined) resolve(fault);
    const rest = restAfter(piece.length);
    if (rest === 0) return;
    request.pause();
    setTimeout(goOn, rest);
  }
  request.on("data", onPiece);
  request.once("end", () => resolve(undefined));
  request.once("error", () => resolve(gone));
  request.once("close", () => resolve(gone));
  const fault = await promise;
  isOver = true;
  clearTimeout(timer);
  request.removeListener("data", onPiece);
  request.pause();
  return fault;
}

/** Milliseconds to rest after each piece. By the clock, not piece by piece: in a process that is late there is no rest. */
function pacing(): (bytes: number) => number {
  let size = 0;
  let largeSince: number | undefined;
  return function restAfter(bytes) {
    size += bytes;
    if (size <= LARGE) return 0;
    largeSince ??= performance.now();
    const rest = (size - LARGE) / BYTES_A_MS - (performance.now() - largeSince);
    return rest < SHORTEST_REST_MS ? 0 : rest;
  };
}

interface Room {
  /** Sets memory aside for a large body. False when there is not enough. */
  reserve(bytes: number): boolean;
  /** Counts what arrived. After a fault nothing of it is counted any more. */
  add(bytes: number): BodyFault | undefined;
  readonly release: (isGenuine: boolean) => void;
}

function takeRoom({ small, large }: BodyBudget, largest: number): Room {
  let size = 0;
  let counted = 0;
  let reserved = 0;
  function reserve(bytes: number): boolean {
    if (large.used + bytes > large.limit || performance.now() < large.closedUntil) return false;
    reserved = bytes;
    large.used += bytes;
    return true;
  }
  function release(isGenuine: boolean): void {
    small.used -= counted;
    large.used -= reserved;
    if (reserved > 0 && !isGenuine) {
      large.closedUntil = Math.max(performance.now(), large.closedUntil) + size / STRANGERS_BYTES_A_MS;
    }
    counted = 0;
    reserved = 0;
  }
  function count(bytes: number): BodyFault | undefined {
    size += bytes;
    if (size > largest) return tooLarge(largest);
    if (reserved > 0) return undefined;
    const more = Math.max(0, size - FREE) - counted;
    counted += more;
    small.used += more;
    if (small.used > small.limit) return TOO_MANY;
    return size > LARGE && !reserve(largest) ? NO_ROOM : undefined;
  }
  return {
    reserve,
    add(bytes) {
      const fault = count(bytes);
      if (fault !== undefined) release(false);
      return fault;
    },
    release,
  };
}

function tooLarge(largest: number): BodyFault {
  return { status: 413, reason: `the body is larger than ${largest} bytes` };
}
