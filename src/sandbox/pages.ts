import { issuePage, issuesPage } from "./issue-page.ts";
import type { World } from "./model.ts";
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
  const single = ISSUE.exec(pathname);
  if (single !== null) return showIssue(world, single);
  const list = ISSUES.exec(pathname);
  if (list === null || first === "") return undefined;
  const id = world.repositoryNames.get(`${list[1]}/${list[2]}`.toLowerCase());
  const repository = id === undefined ? undefined : world.repositories.get(id);
  if (repository === undefined) return undefined;
  return html(
    issuesPage(
      `${list[1]}/${list[2]}`,
      [...repository.issues.values()].filter((issue) => !issue.deleted),
    ),
  );
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
