/** One request with its answer: status 0 when none came. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

export interface HttpDeps {
  /** Per request, its answer included. */
  readonly timeoutMs: number;
  readonly seen: (exchange: Exchange) => void;
  /** Undefined: the global one, looked up at each request. */
  readonly fetch?: typeof globalThis.fetch;
}

/** GitHub names a move three times at most: a repository renamed, then its owner, then its place. */
const LONGEST_CHASE = 3;

/**
 * `fetch` for Octokit: ends after the time limit, counts each exchange, and follows a renamed repository with the
 * method and body unchanged, where plain `fetch` would turn a POST into a GET. Never sends anything twice by itself,
 * never follows to another host.
 */
export function createHttp({ timeoutMs, seen, fetch }: HttpDeps): typeof globalThis.fetch {
  async function exchange(url: string, init: RequestInit): Promise<Response> {
    const method = init.method ?? "GET";
    try {
      const response = await (fetch ?? globalThis.fetch)(url, init);
      seen({ method, url, status: response.status });
      return response;
    } catch (error) {
      seen({ method, url, status: 0 });
      throw error;
    }
  }

  return async function http(input, init) {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
    const options: RequestInit = { ...init, signal, redirect: "manual" };
    let url = input instanceof Request ? input.url : String(input);
    for (let moves = 0; ; moves += 1) {
      const response = await exchange(url, options);
      const next = movedTo(response, url);
      if (next === undefined || moves >= LONGEST_CHASE) return response;
      await response.body?.cancel();
      url = next;
    }
  };
}

function movedTo(response: Response, from: string): string | undefined {
  const location = response.headers.get("location");
  if (location === null || ![301, 302, 307, 308].includes(response.status)) return undefined;
  const next = URL.parse(location, from);
  return next !== null && next.origin === new URL(from).origin ? next.href : undefined;
}
