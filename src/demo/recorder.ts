import type { Sandbox } from "../sandbox/sandbox.ts";

/** One request of the app to GitHub, as it went over the wire. */
export interface Call {
  readonly n: number;
  /** By the demo's clock. */
  readonly at: string;
  readonly method: string;
  /** With its query, without `/api/v3`. */
  readonly path: string;
  readonly status: number;
  /** The JSON that was sent, for writes. */
  readonly sent: unknown;
  /** The JSON that came back, for writes. */
  readonly got: unknown;
  /** The issue's body before this call, where the call writes one. */
  readonly bodyBefore: string | undefined;
}

export interface Recorder {
  readonly calls: readonly Call[];
  /** Passes a request for `/api/v3/…` on to the sandbox, and writes down what it was. */
  pass(request: Request): Promise<Response>;
  /** Told of each call as it happens. */
  listen(hear: (call: Call) => void): void;
}

/** What is said from one end of a connection to its other end only. */
const OF_CONNECTION = ["connection", "keep-alive", "transfer-encoding", "content-length"];
const DROPPED = [...OF_CONNECTION, "host", "accept-encoding"];

/** Stands between app and sandbox: the app believes this address to be its GitHub. */
export function createRecorder(sandbox: Sandbox, baseUrl: () => string): Recorder {
  const calls: Call[] = [];
  const hearers: ((call: Call) => void)[] = [];
  let count = 0;

  return {
    calls,
    listen: (hear) => void hearers.push(hear),
    async pass(request) {
      const { pathname, search } = new URL(request.url);
      const path = `${pathname.replace(/^\/api\/v3/u, "")}${search}`;
      const text = request.method === "GET" ? undefined : await request.text();
      const sent = json(text);
      const bodyBefore = bodyToChange(request.method, path, sent);
      const answer = await fetch(`${sandbox.url}/api/v3${path}`, {
        method: request.method,
        headers: without(request.headers, DROPPED),
        redirect: "manual",
        ...(text === undefined || text === "" ? {} : { body: text }),
      });
      const got = await answer.text();
      count += 1;
      const isRead = request.method === "GET";
      const call: Call = {
        n: count,
        at: sandbox.clock.now(),
        method: request.method,
        path,
        status: answer.status,
        sent,
        got: isRead ? undefined : json(got),
        bodyBefore,
      };
      calls.push(call);
      for (const hear of hearers) hear(call);
      const headers = without(answer.headers, [...OF_CONNECTION, "content-encoding"]);
      const link = headers.get("link");
      // The next page shall come through here as well.
      if (link !== null) headers.set("link", link.replaceAll(sandbox.url, `${baseUrl()}/api/v3`));
      const isBare = answer.status === 204 || answer.status === 304;
      return new Response(isBare ? null : got, { status: answer.status, headers });
    },
  };

  // oxlint-disable-next-line max-params -- a request is these three
  function bodyToChange(method: string, path: string, sent: unknown): string | undefined {
    const place = /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/u.exec(path);
    if (method !== "PATCH" || place === null || !isRecord(sent) || typeof sent["body"] !== "string") return undefined;
    const repository = sandbox.state().repositories.find(({ name }) => name === place[1]);
    return repository?.issues.find(({ number }) => number === Number(place[2]))?.body ?? "";
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function json(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function without(headers: Headers, names: readonly string[]): Headers {
  const rest = new Headers(headers);
  for (const name of names) rest.delete(name);
  return rest;
}
