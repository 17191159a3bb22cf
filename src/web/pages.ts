import type { IncomingMessage, ServerResponse } from "node:http";

import type { Metrics } from "../server/metrics.ts";

/** Each check with what it found: undefined when all is well, else a sentence. */
export type Readiness = Readonly<Record<string, string | undefined>>;

export interface PageDeps {
  readonly ready: () => Promise<Readiness>;
  readonly metrics: Metrics;
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const TEXT = "text/plain; charset=utf-8";

/** `/healthz` (alive), `/readyz` (able to work), `/metrics` (Prometheus) and a word at `/`. */
export function createPages(deps: PageDeps): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async function pages(request, response) {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const page = await pageAt((request.url ?? "").split("?", 1)[0] ?? "", deps);
    if (page === undefined) return false;
    response.writeHead(page.status, {
      "content-type": page.type,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? "" : page.text);
    return true;
  };
}

async function pageAt(path: string, deps: PageDeps): Promise<Page | undefined> {
  if (path === "/") return { status: 200, type: TEXT, text: "postmortem-app is running.\n" };
  if (path === "/healthz") return { status: 200, type: TEXT, text: "alive\n" };
  if (path === "/readyz") return readyPage(await deps.ready());
  if (path !== "/metrics") return undefined;
  return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", text: await deps.metrics.print() };
}

function readyPage(readiness: Readiness): Page {
  const ready = Object.values(readiness).every((fault) => fault === undefined);
  const checks = Object.fromEntries(Object.entries(readiness).map(([check, fault]) => [check, fault ?? "ok"]));
  return { status: ready ? 200 : 503, type: "application/json", text: `${JSON.stringify({ ready, checks })}\n` };
}
