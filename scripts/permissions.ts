/**
 * Writes `src/github/permissions.json`: every request the app can make, by GitHub's operation id, and the permission it
 * takes. Run `node scripts/permissions.ts` after adding a request; it stops when one has no row below.
 *
 * The operation ids come from `@octokit/openapi`. The permissions are in no package: the rows below were written by hand
 * and compared one by one with GitHub's own table for apps (docs.github.com, "Permissions required for GitHub Apps", API
 * version 2022-11-28), whose source is `server-to-server-permissions.json` in github/docs. Labels, comments and issues can
 * also be reached with `pull_requests`; the app asks for `issues`, so that is what stands here.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const ROOT = new URL("../", import.meta.url);
const TO = new URL("src/github/permissions.json", ROOT);
/** Programs of their own that sign in with a person's token, or are GitHub themselves. */
const NOT_THE_APP = /^(?:sandbox|demo|cli)\//u;

export interface Permission {
  /** GitHub's name of the permission, or `app` where the app signs in as itself and needs none. */
  readonly permission: "issues" | "metadata" | "members" | "single_file" | "app";
  readonly access: "read" | "write" | "none";
}

const REPO = "/repos/{owner}/{repo}";
const ISSUE = `${REPO}/issues/{issue_number}`;
const NONE: Permission = { permission: "app", access: "none" };

const ROWS: Readonly<Record<string, Permission>> = {
  "GET /app": NONE,
  "GET /app/hook/deliveries": NONE,
  "GET /app/hook/deliveries/{delivery_id}": NONE,
  "POST /app/hook/deliveries/{delivery_id}/attempts": NONE,
  "GET /app/installations": NONE,
  "POST /app/installations/{installation_id}/access_tokens": NONE,
  "GET /installation/repositories": { permission: "metadata", access: "read" },
  "GET /orgs/{org}/teams/{team_slug}/members": { permission: "members", access: "read" },
  [`GET ${REPO}`]: { permission: "metadata", access: "read" },
  [`GET ${REPO}/collaborators/{username}/permission`]: { permission: "metadata", access: "read" },
  [`GET ${REPO}/contents/{path}`]: { permission: "single_file", access: "read" },
  [`GET ${REPO}/issues`]: { permission: "issues", access: "read" },
  [`GET ${ISSUE}`]: { permission: "issues", access: "read" },
  [`GET ${ISSUE}/comments`]: { permission: "issues", access: "read" },
  [`GET ${ISSUE}/events`]: { permission: "issues", access: "read" },
  [`GET ${REPO}/labels`]: { permission: "issues", access: "read" },
  [`POST ${REPO}/issues`]: { permission: "issues", access: "write" },
  [`PATCH ${ISSUE}`]: { permission: "issues", access: "write" },
  [`POST ${ISSUE}/assignees`]: { permission: "issues", access: "write" },
  [`DELETE ${ISSUE}/assignees`]: { permission: "issues", access: "write" },
  [`POST ${ISSUE}/comments`]: { permission: "issues", access: "write" },
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: { permission: "issues", access: "write" },
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: { permission: "issues", access: "write" },
  [`POST ${REPO}/issues/comments/{comment_id}/reactions`]: { permission: "issues", access: "write" },
  [`POST ${ISSUE}/labels`]: { permission: "issues", access: "write" },
  [`DELETE ${ISSUE}/labels/{name}`]: { permission: "issues", access: "write" },
  [`POST ${ISSUE}/sub_issues`]: { permission: "issues", access: "write" },
  [`POST ${REPO}/labels`]: { permission: "issues", access: "write" },
};

/** The table as it should be on disk. Throws when a request of the app has no row, or a row no request. */
export function permissionTable(): string {
  const asked = new Set([...routesInSource(), "POST /app/installations/{installation_id}/access_tokens"]);
  const unknown = [...asked].filter((route) => ROWS[route] === undefined);
  if (unknown.length > 0)
    throw new Error(`No permission is known for ${unknown.join(", ")}: add a row, with its source.`);
  const unused = Object.keys(ROWS).filter((route) => !asked.has(route));
  if (unused.length > 0) throw new Error(`Nothing asks for ${unused.join(", ")} any more: remove the row.`);
  const ids = operationIds();
  const named = [...asked].map((route) => ({ id: ids.get(route) ?? route, route, ...ROWS[route] }));
  named.sort((a, b) => (a.id < b.id ? -1 : 1));
  const operations = Object.fromEntries(named.map(({ id, ...row }) => [id, row]));
  return `${JSON.stringify({ apiVersion: "2022-11-28", operations }, undefined, 2)}\n`;
}

/** Requests are written out as route strings, so they can be read out of the source. */
function routesInSource(): string[] {
  const src = new URL("src/", ROOT);
  const files = readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !NOT_THE_APP.test(name));
  return files.flatMap((name) =>
    [...readFileSync(new URL(name, src), "utf8").matchAll(/"(?<route>(?:GET|POST|PUT|PATCH|DELETE) \/[^"]*)"/gu)].map(
      ({ groups }) => (groups?.["route"] ?? "").replace("{+path}", "{path}"),
    ),
  );
}

function operationIds(): Map<string, string> {
  const url = import.meta.resolve("@octokit/openapi/generated/api.github.com.json");
  const { paths } = JSON.parse(readFileSync(new URL(url), "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [`${method.toUpperCase()} ${path}`, operationId]),
    ),
  );
}

if (import.meta.main) {
  writeFileSync(TO, permissionTable());
  console.log(`${Object.keys(ROWS).length} requests in ${TO.pathname}`);
}
