import { ApiError, notFound } from "../api-error.ts";
import { atLeast, roleOf, tokenCovers } from "../access.ts";
import { ok, page, paged, type Answer, type Exchange, type Route } from "../exchange.ts";
import type { Repository, World } from "../model.ts";
import { fullPullShape, pullShape } from "../pull-shape.ts";
import { parseQuery, searchIssues } from "../search.ts";
import { issueShape } from "../shapes.ts";
import { fullNameOf } from "../world.ts";
import { issueOf, sorted } from "./issue-routes.ts";

const PULLS = [{ permission: "pull_requests", level: "read" }] as const;
const MAX_RESULTS = 1000;

/** Issue search, and pull requests to read. */
export function searchRoutes(world: World): Route[] {
  return [
    { id: "search/issues-and-pull-requests", method: "GET", path: "/search/issues", handle: search },
    {
      id: "pulls/list",
      method: "GET",
      path: "/repos/:owner/:repo/pulls",
      needs: [...PULLS],
      handle: (exchange) => {
        const state = exchange.query("state") ?? "open";
        const pulls = [...exchange.repository.issues.values()].filter(
          (issue) => issue.pull !== null && !issue.deleted && (state === "all" || issue.state === state),
        );
        return page(exchange, sorted(exchange, pulls), (issue) => pullShape(world, issue));
      },
    },
    {
      id: "pulls/get",
      method: "GET",
      path: "/repos/:owner/:repo/pulls/:pull_number",
      needs: [...PULLS],
      handle: (exchange) => {
        const issue = issueOf(exchange);
        if (issue.pull === null) throw notFound();
        return ok(fullPullShape(world, issue));
      },
    },
    {
      id: "pulls/list-files",
      method: "GET",
      path: "/repos/:owner/:repo/pulls/:pull_number/files",
      needs: [...PULLS],
      handle: (exchange) => {
        const { pull } = issueOf(exchange);
        if (pull === null) throw notFound();
        const url = `${world.base}/repos/${fullNameOf(world, exchange.repository)}/contents`;
        return page(exchange, pull.files, (filename) => ({
          sha: pull.headSha,
          filename,
          status: "modified",
          additions: 1,
          deletions: 0,
          changes: 1,
          blob_url: `${url}/${filename}`,
          raw_url: `${url}/${filename}`,
          contents_url: `${url}/${filename}?ref=${pull.headSha}`,
          patch: "",
        }));
      },
    },
  ];
}

function search(exchange: Exchange): Answer {
  const { world, actor } = exchange;
  const query = exchange.query("q");
  if (query === undefined || query.trim() === "")
    throw new ApiError(422, "Validation Failed", [{ resource: "Search", field: "q", code: "missing" }]);
  if (actor.kind === "installation" && !saysKind(query)) {
    throw new ApiError(422, "Validation Failed", [
      {
        message: "Query must include 'is:issue' or 'is:pull-request'",
        resource: "Search",
        field: "q",
        code: "invalid",
      },
    ]);
  }
  const found = searchIssues(world, query, (repository) => mayRead(exchange, repository));
  const inQuery =
    parseQuery(query)
      .find((term) => term.name === "sort")
      ?.values[0]?.split("-") ?? [];
  const ordered = inQuery.length > 0 ? sortedBy(exchange, found, inQuery) : sorted(exchange, found);
  const { entries, headers } = paged(exchange, ordered.slice(0, MAX_RESULTS));
  const shapes = entries.map((issue) => ({ ...issueShape(world, issue), score: 1 }));
  return ok({ total_count: found.length, incomplete_results: false, search_type: "lexical", items: shapes }, headers);
}

// oxlint-disable-next-line max-params -- `sort:created-asc` in the query stands in for two parameters
function sortedBy(
  exchange: Exchange,
  issues: Parameters<typeof sorted>[1],
  [by = "created", order = "desc"]: string[],
): Parameters<typeof sorted>[1] {
  const words: Record<string, string> = { sort: by, order };
  return sorted({ ...exchange, query: (name) => words[name] }, issues);
}

function saysKind(query: string): boolean {
  return parseQuery(query).some(
    (term) =>
      ["is", "type"].includes(term.name) &&
      term.values.some((value) => ["issue", "pr", "pull-request"].includes(value.toLowerCase())),
  );
}

function mayRead(exchange: Exchange, repository: Repository): boolean {
  const { actor, world } = exchange;
  if (repository.visibility === "public") return true;
  if (actor.kind === "user") return atLeast(roleOf(world, repository, actor.account).base, "read");
  if (actor.kind !== "installation" || !tokenCovers(actor.token, actor.installation, repository)) return false;
  return actor.token.permissions["issues"] !== undefined;
}
