import { ApiError } from "./api-error.ts";
import { issuePage, issuesPage } from "./issue-page.ts";
import type { Issue, World } from "./model.ts";
import { searchIssues } from "./search.ts";
import { submitManifest } from "./routes/app-routes.ts";

const ISSUE = /^\/([^/]+)\/([^/]+)\/(?:issues|pull)\/(\d+)$/u;
const ISSUES = /^\/([^/]+)\/([^/]+)\/?(?:issues)?$/u;
const MANIFEST = /^(?:\/organizations\/[^/]+)?\/settings\/apps\/new$/u;
const API = new Set([
  "repos",
  "repositories",
  "app",
  "apps",
  "installation",
  "user",
  "users",
  "orgs",
  "organizations",
  "search",
  "meta",
  "rate_limit",
  "api",
  "app-manifests",
  "graphql",
]);

/** The few pages a browser may ask for; `undefined` for anything that is the API's. */
export function pageFor(world: World, request: Request, pathname: string): Response | Promise<Response> | undefined {
  if (request.method === "POST" && MANIFEST.test(pathname)) return confirmManifest(world, request);
  if (request.method !== "GET") return undefined;
  const first = pathname.split("/")[1] ?? "";
  if (API.has(first)) return undefined;
  const query = new URL(request.url).searchParams.get("q");
  if (pathname === "/search") return html(issuesPage(world, "Search", { query, issues: found(world, query ?? "") }));
  const single = ISSUE.exec(pathname);
  if (single !== null) return showIssue(world, single);
  const list = ISSUES.exec(pathname);
  if (list === null || first === "") return undefined;
  const name = `${list[1]}/${list[2]}`;
  const id = world.repositoryNames.get(name.toLowerCase());
  const repository = id === undefined ? undefined : world.repositories.get(id);
  if (repository === undefined) return undefined;
  const issues =
    query === null
      ? [...repository.issues.values()].filter((issue) => !issue.deleted)
      : found(world, `repo:${name} ${query}`);
  return html(issuesPage(world, name, { query, issues }));
}

/** What a search link shows: everything, as this page has no visitors to tell apart. */
function found(world: World, query: string): Issue[] {
  try {
    return searchIssues(world, query, () => true);
  } catch (error) {
    // A query that makes no sense finds nothing; the API says why.
    if (error instanceof ApiError) return [];
    throw error;
  }
}

function showIssue(world: World, [, owner = "", name = "", number = ""]: RegExpExecArray): Response | undefined {
  const id = world.repositoryNames.get(`${owner}/${name}`.toLowerCase());
  const issue = id === undefined ? undefined : world.repositories.get(id)?.issues.get(Number(number));
  if (issue === undefined || issue.deleted) return undefined;
  return html(issuePage(world, issue));
}

/** Confirms an app manifest at once and sends the browser back with the code, as GitHub's form does. */
async function confirmManifest(world: World, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const manifest = form.get("manifest") ?? "{}";
  const parsed: unknown = JSON.parse(manifest);
  const target =
    typeof parsed === "object" && parsed !== null && "redirect_url" in parsed ? parsed.redirect_url : undefined;
  if (typeof target !== "string") return new Response("The manifest has no redirect_url.", { status: 422 });
  const location = new URL(target);
  location.searchParams.set("code", submitManifest(world, manifest));
  const state = new URL(request.url).searchParams.get("state");
  if (state !== null) location.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: location.href } });
}

function html(text: string): Response {
  return new Response(text, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}
