import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { Agent, request } from "node:https";
import type { Duplex } from "node:stream";

import type { Notice } from "../domain/change.ts";
import { isPublicAddress } from "./address.ts";
import { blocksOf } from "./slack-blocks.ts";

/** Tells a notice. Resolves when it was told, or could not be: it is a copy, and GitHub's work does not wait for it. */
export type Notify = (notice: Notice) => Promise<void>;

export interface SlackDeps {
  /** The operator's secret, from the environment and from nowhere else. */
  readonly url: string;
  readonly log: { warn(fields: object, message: string): void };
  /** All addresses of a name; replaced in tests. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Opens the connection; replaced in tests. */
  readonly connect?: (address: string) => Duplex;
}

const HOST = "hooks.slack.com";
const PATH = /^\/services\/[A-Za-z0-9]+\/[A-Za-z0-9]+\/[A-Za-z0-9]+$/u;
const TIMEOUT_MS = 3_000;
const MOST_ANSWER = 64 * 1024;

/**
 * Sends notices to a Slack webhook, once each: a failure is logged in one line without the address, and nothing is sent
 * again. The host is fixed; its name is resolved first, every address has to be public, and the one that was looked at
 * is the one that is connected to, so that no second answer of a name server can lead elsewhere. No redirects.
 */
export function createSlack(deps: SlackDeps): Notify {
  return async function notify(notice) {
    try {
      await send(notice, deps);
    } catch (error) {
      deps.log.warn({ slot: notice.slot, reason: reasonOf(error) }, "Slack was not told");
    }
  };
}

async function send(notice: Notice, { url, resolve = resolveAll, connect }: SlackDeps): Promise<void> {
  const { hostname, pathname } = allowed(url);
  const addresses = await resolve(hostname);
  const [address] = addresses;
  if (address === undefined || !addresses.every(isPublicAddress))
    throw new NotTold("its name leads to no public address");
  const status = await post(JSON.stringify(blocksOf(notice)), { pathname, address, connect });
  if (status !== 200) throw new NotTold(`it answered ${status}`);
}

/** The only addresses a notice may go to: `https://hooks.slack.com/services/T…/B…/…`. */
function allowed(url: string): URL {
  const parsed = URL.parse(url);
  const isAllowed =
    parsed !== null &&
    parsed.origin === `https://${HOST}` &&
    parsed.username === "" &&
    parsed.password === "" &&
    parsed.search === "" &&
    PATH.test(parsed.pathname) &&
    url.startsWith(`https://${HOST}/services/`);
  if (!isAllowed) throw new NotTold(`SLACK_WEBHOOK_URL is not of the form https://${HOST}/services/…`);
  return parsed;
}

interface Target {
  readonly pathname: string;
  readonly address: string;
  readonly connect: SlackDeps["connect"];
}

/** One request over one connection; the status of its answer. */
async function post(body: string, { pathname, address, connect }: Target): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request({
    host: HOST,
    path: pathname,
    method: "POST",
    agent: agentFor(address, connect),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) },
  });
  sent.once("error", reject);
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
function agentFor(address: string, connect: SlackDeps["connect"]): Agent {
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

/** Our own words for why; they never hold the address. */
class NotTold extends Error {
  override readonly name = "NotTold";
}

/** Messages of other libraries may quote what they were given: only their code is kept. */
function reasonOf(error: unknown): string {
  if (error instanceof NotTold) return error.message;
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
