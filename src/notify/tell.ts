import { lookup } from "node:dns/promises";
import { Agent, request } from "node:https";
import type { LookupFunction } from "node:net";
import type { Duplex } from "node:stream";

import type { ChangeOf } from "../domain/change.ts";
import { isPublicAddress } from "./address.ts";

/** Tells a notice. Resolves when it was told, or could not be: it is a copy, and GitHub's work does not wait for it. */
export type Tell = (told: ChangeOf<"notify">) => Promise<void>;

export interface TellDeps {
  readonly log: { warn(fields: object, message: string): void };
  /** All addresses of a name; replaced in tests. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Opens the connection; replaced in tests. */
  readonly connect?: (address: string) => Duplex;
}

/** One request to somewhere outside. */
export interface Letter {
  /** `https:` only. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TIMEOUT_MS = 3_000;
const MOST_ANSWER = 64 * 1024;

/**
 * Sends each notice once, as the letter that `write` makes of it: a failure is logged in one line without the address,
 * and nothing is sent again. The name is resolved first, every address has to be public, and the one that was looked at
 * is the one that is connected to, so that no second answer of a name server can lead elsewhere. No redirects.
 */
export function createTell(place: string, write: (told: ChangeOf<"notify">) => Letter, deps: TellDeps): Tell {
  return async function tell(told) {
    try {
      const status = await send(write(told), deps);
      if (status < 200 || status > 299) throw new NotTold(`it answered ${status}`);
    } catch (error) {
      deps.log.warn({ slot: told.notice.slot, reason: reasonOf(error) }, `${place} was not told`);
    }
  };
}

/** Our own words for why; they never hold the address. */
export class NotTold extends Error {
  override readonly name = "NotTold";
}

async function send(letter: Letter, { resolve = resolveAll, connect }: TellDeps): Promise<number> {
  if (letter.url.protocol !== "https:") throw new NotTold("its address is not https");
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const addresses = await before(timeout, resolve(letter.url.hostname.replace(/^\[(?<ip>.*)\]$/u, "$<ip>")));
  const [address] = addresses;
  if (address === undefined || !addresses.every(isPublicAddress))
    throw new NotTold("its name leads to no public address");
  return post(letter, agentFor(address, connect), timeout);
}

/** A name server may never answer, and asking it cannot be broken off. */
async function before<Result>(timeout: AbortSignal, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  timeout.addEventListener("abort", () => reject(new NotTold("its name was not found in time")), { once: true });
  return Promise.race([work, promise]);
}

/** One request over one connection; the status of its answer. */
async function post({ url, headers, body }: Letter, agent: Agent, timeout: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(url, {
    method: "POST",
    agent,
    signal: timeout,
    headers: {
      ...headers,
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    },
  });
  sent.once("error", reject);
  // Some answers, as to speak another protocol, are neither an error nor a response.
  sent.once("close", () => reject(new NotTold("it closed the connection without a proper answer")));
  sent.once("response", (answer) => {
    let size = 0;
    answer.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_ANSWER) sent.destroy(new NotTold("its answer is too long"));
    });
    answer.once("end", () => resolve(answer.statusCode ?? 0));
    answer.once("error", reject);
  });
  sent.end(body);
  return promise;
}

/** An agent of its own for the one request: nothing is kept open, and no proxy of the environment is asked. */
function agentFor(address: string, connect: TellDeps["connect"]): Agent {
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0, lookup: pinned(address) });
  if (connect !== undefined) agent.createConnection = () => connect(address);
  return agent;
}

function pinned(address: string): LookupFunction {
  const family = address.includes(":") ? 6 : 4;
  return (_host, options, done) => {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}

async function resolveAll(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

/** Messages of other libraries may quote what they were given: only their code is kept. */
function reasonOf(error: unknown): string {
  if (error instanceof NotTold) return error.message;
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
