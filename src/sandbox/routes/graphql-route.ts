import type { Context } from "hono";
import { mayAs, type Actor } from "../access.ts";
import { isRecord, type Env, type Machinery } from "../exchange.ts";
import { setPin } from "../issue-actions.ts";
import type { Issue, World } from "../model.ts";
import { nodeId, repositoryOf } from "../world.ts";

/** The two mutations REST does not have: pinning and unpinning an issue. Refusals come with status 200, as on GitHub. */
export function registerGraphql(machinery: Machinery): void {
  for (const path of ["/graphql", "/api/graphql"])
    machinery.api.post(path, (context) => answerGraphql(machinery.world, context));
}

async function answerGraphql(world: World, context: Context<Env>): Promise<Response> {
  context.env.operation = "graphql";
  const { actor } = context.env;
  if (actor.kind === "anonymous")
    return Response.json(
      { message: "This endpoint requires you to be authenticated.", status: "401" },
      { status: 401 },
    );
  const body: unknown = await context.req.json().catch(() => undefined);
  if (!isRecord(body) || typeof body["query"] !== "string")
    return refuse("INVALID", "A query attribute must be specified and must be a string.");
  const mutation = /\b(pinIssue|unpinIssue)\s*\(/u.exec(body["query"])?.[1];
  if (mutation === undefined)
    return refuse("UNSUPPORTED", "The sandbox knows only the mutations pinIssue and unpinIssue.");
  const issue = issueNamedIn(world, body["query"], body["variables"]);
  if (issue === undefined || issue.deleted)
    return refuse("NOT_FOUND", "Could not resolve to a node with the global id given.");
  if (!mayPin(world, actor, issue)) return refuse("FORBIDDEN", "Resource not accessible by integration");
  const by = actor.kind === "user" ? actor.account : world.bot;
  setPin({ world, by }, issue, mutation === "pinIssue");
  return Response.json({
    data: { [mutation]: { issue: { id: nodeId("I", issue.id), number: issue.number, isPinned: issue.pinned } } },
  });
}

// oxlint-disable-next-line max-params -- the query and its variables belong together
function issueNamedIn(world: World, query: string, variables: unknown): Issue | undefined {
  const named = new Set([...JSON.stringify([query, variables ?? {}]).matchAll(/I_kwDO[\w-]+/gu)].map(([id]) => id));
  return [...world.issues.values()].find((issue) => named.has(nodeId("I", issue.id)));
}

function mayPin(world: World, actor: Actor, issue: Issue): boolean {
  const repository = repositoryOf(world, issue);
  if (actor.kind === "installation")
    return actor.token.permissions["issues"] === "write" && actor.installation.accountId === repository.ownerId;
  return mayAs(world, actor, { repository, role: "write" });
}

function refuse(type: string, message: string): Response {
  return Response.json({ data: null, errors: [{ type, message }] });
}
