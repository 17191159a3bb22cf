/**
 * Writes `src/github/permissions.json`: every request the app can make, by GitHub's operation id, and the permission it
 * takes. Run `node scripts/permissions.ts` after adding a request; it stops when GitHub's table has no row for it.
 *
 * The requests are read out of the source, the operation ids come from `@octokit/openapi`, and the permissions from
 * GitHub's own table for apps, of which `test/security/github-permissions.json` keeps the rows of these requests. To
 * take those rows again from another version of GitHub's file (`server-to-server-permissions.json` in github/docs):
 *
 *   node scripts/permissions.ts --from <file> --api-version 2022-11-28 --commit <hash> [--read "<how much of it>"]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { parse } from "yaml";
import { z } from "zod";

import { API_VERSION } from "../src/github/client.ts";

const ROOT = new URL("../", import.meta.url);
const TABLE = new URL("src/github/permissions.json", ROOT);
const ROWS = new URL("test/security/github-permissions.json", ROOT);
/** Programs of their own that sign in with a person's token, or are GitHub themselves. */
const NOT_THE_APP = /^(?:sandbox|demo|cli)\//u;
/** Asked for by the library that signs the app in, so no line of ours names it. */
const SIGN_IN = "POST /app/installations/{installation_id}/access_tokens";

interface Permission {
  /** GitHub's name of the permission, `app` where the app signs in as itself, `none` where any installation may ask. */
  readonly permission: string;
  readonly access: "read" | "write" | "none";
  /** What GitHub's table asks for, where the app asks for less. */
  readonly insteadOf?: string;
}

/**
 * The requests of an installation that GitHub's table does not settle. The table lists what takes a permission, and
 * this one it lists nowhere, though any installation may ask for its own repositories.
 */
const WITHOUT_PERMISSION: ReadonlySet<string> = new Set(["GET /installation/repositories"]);
/**
 * The table knows no `single_file`; GitHub's description of app permissions calls it enough "to manage just a single
 * file". It opens the named paths of the same request, so the app asks for it instead of all contents.
 */
const SMALLER: Readonly<Record<string, { readonly permission: string; readonly insteadOf: string }>> = {
  "GET /repos/{owner}/{repo}/contents/{path}": { permission: "single_file", insteadOf: "contents" },
};

const Access = z.enum(["read", "write"]);
/** GitHub's own file, as far as it is used. */
const GitHubFile = z.record(
  z.string(),
  z.object({
    permissions: z.array(
      z.object({
        verb: z.string(),
        requestPath: z.string(),
        access: z.string(),
        "server-to-server": z.boolean(),
        "additional-permissions": z.boolean(),
      }),
    ),
  }),
);
const Row = z.object({
  verb: z.string(),
  requestPath: z.string(),
  permission: z.string(),
  access: Access,
  /** GitHub: "Multiple permissions are required, or a different permission may be used." */
  additionalPermissions: z.boolean(),
});
type Row = z.infer<typeof Row>;
const Kept = z.object({
  source: z.record(z.string(), z.string()),
  versions: z.record(
    z.string(),
    z.object({ path: z.string(), commit: z.string(), read: z.string(), rows: z.array(Row) }),
  ),
});

const SOURCE = {
  repository: "https://github.com/github/docs",
  licence: "GitHub Docs, (c) GitHub, Inc.: documentation under CC-BY-4.0, everything else in its repository under MIT.",
  changes:
    "Only the rows of requests this app makes, with the fields that matter here, written by scripts/permissions.ts.",
};

/** GitHub's rows for a request in one version of its API: any one of their permissions is enough. */
export function rowsOf(route: string, version: string = API_VERSION): Row[] {
  const kept = keptVersions()[version];
  if (kept === undefined) throw new Error(`${ROWS.pathname} has no rows of API version ${version}.`);
  return kept.rows.filter((row) => routeOf(row) === route);
}

/** The table as it should be on disk. Throws when a request of the app has no row of GitHub's. */
export function permissionTable(routes: readonly string[] = routesInSource()): string {
  const ids = operationIds();
  const asked = permissionsAsked();
  const named = routes.map((route) => ({ id: ids.get(route) ?? route, route, ...permissionOf(route, asked) }));
  named.sort((a, b) => (a.id < b.id ? -1 : 1));
  const operations = Object.fromEntries(named.map(({ id, ...row }) => [id, row]));
  return `${JSON.stringify({ apiVersion: API_VERSION, operations }, undefined, 2)}\n`;
}

/** What one request takes: of several permissions that would do, the one the app asks for. */
function permissionOf(route: string, asked: ReadonlySet<string>): Permission {
  const rows = rowsOf(route);
  const isSettled = rows.length === 0 && (isOfAppItself(route) || WITHOUT_PERMISSION.has(route));
  if (isSettled) return { permission: isOfAppItself(route) ? "app" : "none", access: "none" };
  const smaller = SMALLER[route];
  const row = rows.find(({ permission }) => asked.has(permission) || permission === smaller?.insteadOf);
  if (row === undefined) {
    const known = rows.map(({ permission, access }) => `${permission}: ${access}`).join(" or ");
    throw new Error(`${route} takes ${known || "a permission that is not known"}; app.yml asks for none such.`);
  }
  return { permission: row.permission, access: row.access, ...smaller };
}

/** Signed in as the app, with its key: these take no permission, and GitHub's table of permissions has none of them. */
function isOfAppItself(route: string): boolean {
  return / \/app(?:\/|$)/u.test(route);
}

/** Takes the rows of the app's requests out of GitHub's file, each once, in the order of their routes. */
export function rowsFrom(file: unknown, routes: readonly string[]): Row[] {
  const wanted = new Set(routes);
  const rows = Object.entries(GitHubFile.parse(file)).flatMap(([permission, { permissions }]) =>
    permissions
      .filter((row) => row["server-to-server"] && wanted.has(routeOf(row)))
      .map(({ verb, requestPath, access, "additional-permissions": additionalPermissions }) =>
        Row.parse({ verb, requestPath, permission, access, additionalPermissions }),
      ),
  );
  const once = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return [...once.values()].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ requestPath, verb, permission }: Row): string {
  return `${requestPath} ${verb} ${permission}`;
}

function routeOf({ verb, requestPath }: Pick<Row, "verb" | "requestPath">): string {
  return `${verb.toUpperCase()} ${requestPath}`;
}

/** Requests are written out as route strings, so they can be read out of the source. */
export function routesInSource(): string[] {
  const src = new URL("src/", ROOT);
  const files = readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !NOT_THE_APP.test(name));
  const routes = files.flatMap((name) =>
    [...readFileSync(new URL(name, src), "utf8").matchAll(/"(?<route>(?:GET|POST|PUT|PATCH|DELETE) \/[^"]*)"/gu)].map(
      ({ groups }) => (groups?.["route"] ?? "").replace("{+path}", "{path}"),
    ),
  );
  return [...new Set([...routes, SIGN_IN])];
}

function permissionsAsked(): ReadonlySet<string> {
  const manifest: unknown = parse(readFileSync(new URL("app.yml", ROOT), "utf8"));
  return new Set(
    Object.keys(z.object({ default_permissions: z.record(z.string(), Access) }).parse(manifest).default_permissions),
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

/** Replaces the rows of one version of the API by those of the file. */
function keepRows(options: { from: string; apiVersion: string; commit: string; read: string }): void {
  const { from, apiVersion, commit, read } = options;
  const rows = rowsFrom(JSON.parse(readFileSync(from, "utf8")), routesInSource());
  const path = `src/github-apps/data/fpt-${apiVersion}/server-to-server-permissions.json`;
  const versions = { ...keptVersions(), [apiVersion]: { path, commit, read, rows } };
  const ordered = Object.fromEntries(Object.entries(versions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(ROWS, `${JSON.stringify({ source: SOURCE, versions: ordered }, undefined, 2)}\n`);
  console.log(`${rows.length} of GitHub's rows of ${apiVersion} in ${ROWS.pathname}`);
}

function keptVersions(): z.infer<typeof Kept>["versions"] {
  return existsSync(ROWS) ? Kept.parse(JSON.parse(readFileSync(ROWS, "utf8"))).versions : {};
}

if (import.meta.main) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { from: text, "api-version": text, commit: text, read: text } });
  if (values.from !== undefined) {
    const { from, commit, "api-version": apiVersion = API_VERSION, read = "the whole file" } = values;
    if (commit === undefined) throw new Error("Say which commit of github/docs the file is from: --commit <hash>.");
    keepRows({ from, apiVersion, commit, read });
  }
  writeFileSync(TABLE, permissionTable());
  console.log(`${routesInSource().length} requests in ${TABLE.pathname}`);
}
