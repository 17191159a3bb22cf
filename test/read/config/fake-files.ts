import type { Requester } from "../../../src/read/config/file-reader.ts";

interface Asked {
  readonly file: string;
  readonly etag: string | undefined;
}

/** GitHub's contents API over a map of `owner/repo/path` → text, or a status to fail with. */
export function fakeFiles(files: Map<string, string | number>): Requester & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    async request(route, parameters = {}) {
      if (route !== "GET /repos/{owner}/{repo}/contents/{+path}") throw new Error(`unexpected ${route}`);
      const { owner, repo, path, headers } = parameters as Record<string, string> & {
        headers: Record<string, string | undefined>;
      };
      const file = `${owner}/${repo}/${path}`;
      asked.push({ file, etag: headers["if-none-match"] });
      if (headers["accept"] !== "application/vnd.github.raw+json") throw new Error("asked for no raw text");
      await Promise.resolve();
      const held = files.get(file) ?? 404;
      if (typeof held === "number") throw fault(held, file);
      const etag = `"${held.length}-${held.slice(0, 40)}"`;
      if (headers["if-none-match"] === etag) throw fault(304, file);
      return { status: 200, data: held, headers: { etag } };
    },
  };
}

/** An error as Octokit throws it. */
export function fault(status: number, file: string, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(`HTTP ${status}`), {
    status,
    request: { method: "GET", url: `https://api.github.test/${file}` },
    response: { headers, data: {} },
  });
}
