import nock from "nock";

/** One exchange with github.com as a test wants it: what is asked, and what is answered each time. */
export interface Exchange {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly status: number;
  readonly answer: object;
}

/** Answers for github.com where the sandbox would be too much, and counts. Nothing else is reachable meanwhile. */
export function fakeGitHub(exchanges: readonly Exchange[]): {
  asked(path: string): number;
  headers(path: string): Record<string, string>;
  close(): void;
} {
  const seen: { path: string; headers: Record<string, string> }[] = [];
  nock.disableNetConnect();
  for (const { method, path, status, answer } of exchanges) {
    // A reply function of one parameter: nock takes one of two for a callback, and would never answer.
    nock("https://api.github.com")
      .persist()
      .intercept(path, method)
      .reply(status, async (request: Request) => {
        seen.push({ path, headers: Object.fromEntries(request.headers) });
        return answer;
      });
  }
  return {
    asked: (path) => seen.filter((one) => one.path === path).length,
    headers: (path) => seen.find((one) => one.path === path)?.headers ?? {},
    close() {
      nock.cleanAll();
      nock.enableNetConnect();
    },
  };
}
