import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { type GitHub, githubFor, type GitHubDeps } from "../../src/github/client.ts";
import type { Octokit } from "../../src/github/octokit.ts";
import { createLog } from "../../src/server/log.ts";
import { someEnv } from "../server/support.ts";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (request: Seen, response: ServerResponse) => void;

/** A server that hands out tokens, `ghs_<installation>_<count>`, and answers the rest as the test says. */
export interface SomeServer {
  /** All requests, and those that did not ask for a token. */
  readonly seen: Seen[];
  readonly api: () => Seen[];
  answer: Answer;
  /** Of tokens: gives one unless the test says otherwise. */
  answerToken: Answer;
  tokens: number;
  /** Milliseconds since 1970 for the clients: sleeping moves it at once. */
  time: number;
  client(deps?: Partial<GitHubDeps>): GitHub;
  close(): void;
}

export async function startSomeServer(): Promise<SomeServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const asked = { method, url, headers, body };
      seen.push(asked);
      if (url.endsWith("/access_tokens")) some.answerToken(asked, response);
      else some.answer(asked, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const some: SomeServer = {
    seen,
    api: () => seen.filter(({ url }) => !url.endsWith("/access_tokens")),
    answer: (_, response) => json(response, 200, {}),
    answerToken: ({ url }, response) => {
      some.tokens += 1;
      const token = `ghs_${url.split("/")[3]}_${some.tokens}`;
      json(response, 201, { token, expires_at: "2099-01-01T00:00:00Z", permissions: {} });
    },
    tokens: 0,
    time: Date.parse("2026-11-21T07:00:00.000Z"),
    client(deps = {}) {
      const { port } = server.address() as AddressInfo;
      const env = someEnv({ GITHUB_API_URL: `http://127.0.0.1:${port}` });
      const clock = { now: () => some.time, sleep: async (ms: number) => void (some.time += ms) };
      return githubFor({ env, log: createLog(env), clock, ...deps });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return some;
}

// oxlint-disable-next-line max-params -- an answer has these four parts
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

const ISSUE = { owner: "acme", repo: "incidents", issue_number: 3 };

export function read(octokit: Octokit): ReturnType<Octokit["request"]> {
  return octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", ISSUE);
}

export function comment(octokit: Octokit, body: string = "hello"): ReturnType<Octokit["request"]> {
  return octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...ISSUE, body });
}

/** What the work failed with; undefined when it did not. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
