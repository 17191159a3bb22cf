import { ApiError, forbidden, missing, notByIntegration, notFound } from "../api-error.ts";
import { allows, atLeast, mayAs, roleOf, tokenCovers } from "../access.ts";
import { stamp } from "../clock.ts";
import { doerOf, isRecord, noContent, ok, page, textOf, type Answer, type Exchange, type Route } from "../exchange.ts";
import type { CheckRun, PullFacts, Repository, World } from "../model.ts";
import { archiveRepository, changeVisibility, deleteRepository, renameRepository } from "../owner-actions.ts";
import {
  checkRunShape,
  fullRepositoryShape,
  legacyPermission,
  permissionsShape,
  userShape,
  type Shape,
} from "../shapes.ts";
import { accountNamed, blobSha, fullNameOf, newId, nodeId, putFile } from "../world.ts";

const METADATA = [{ permission: "metadata", level: "read" }] as const;
const ADMINISTRATION = [{ permission: "administration", level: "write" }] as const;
const CHECKS = [{ permission: "checks", level: "write" }] as const;

/** Repositories: facts, files, collaborators and check runs. */
export function repositoryRoutes(world: World): Route[] {
  return [
    { id: "repos/get", method: "GET", path: "/repos/:owner/:repo", handle: (exchange) => ok(repositoryFor(exchange)) },
    {
      id: "repos/update",
      method: "PATCH",
      path: "/repos/:owner/:repo",
      needs: [...ADMINISTRATION],
      handle: updateRepository,
    },
    {
      id: "repos/delete",
      method: "DELETE",
      path: "/repos/:owner/:repo",
      needs: [...ADMINISTRATION],
      handle: (exchange) => {
        requireAdmin(exchange);
        deleteRepository({ world, by: doerOf(exchange).by }, exchange.repository);
        return noContent();
      },
    },
    {
      id: "repos/get-content",
      method: "GET",
      path: "/repos/:owner/:repo/contents/:path{.+}",
      needs: [
        { permission: "contents", level: "read" },
        { permission: "single_file", level: "read" },
      ],
      handle: readContents,
    },
    {
      id: "repos/create-or-update-file-contents",
      method: "PUT",
      path: "/repos/:owner/:repo/contents/:path{.+}",
      needs: [
        { permission: "contents", level: "write" },
        { permission: "single_file", level: "write" },
      ],
      handle: writeContents,
    },
    {
      id: "repos/get-collaborator-permission-level",
      method: "GET",
      path: "/repos/:owner/:repo/collaborators/:username/permission",
      needs: [...METADATA],
      handle: (exchange) => {
        requireCollaboratorSight(exchange);
        const account = accountNamed(world, exchange.parameter("username"));
        const role = roleOf(world, exchange.repository, account);
        const user = { ...userShape(world, account), permissions: permissionsShape(role.base), role_name: role.name };
        return ok({ permission: legacyPermission(role.base), role_name: role.name, user });
      },
    },
    {
      id: "repos/list-collaborators",
      method: "GET",
      path: "/repos/:owner/:repo/collaborators",
      needs: [...METADATA],
      handle: (exchange) => {
        requireCollaboratorSight(exchange);
        const people = [...world.accounts.values()].filter((account) => {
          if (account.kind !== "User" || account.deleted) return false;
          const granted = exchange.repository.roles.get(account.id);
          return (
            (granted !== undefined && granted.base !== "none") ||
            atLeast(roleOf(world, exchange.repository, account).base, "admin")
          );
        });
        return page(exchange, people, (account) => {
          const role = roleOf(world, exchange.repository, account);
          return { ...userShape(world, account), permissions: permissionsShape(role.base), role_name: role.name };
        });
      },
    },
    {
      id: "repos/check-collaborator",
      method: "GET",
      path: "/repos/:owner/:repo/collaborators/:username",
      needs: [...METADATA],
      handle: (exchange) => {
        requireCollaboratorSight(exchange);
        const account = accountNamed(world, exchange.parameter("username"));
        const direct =
          exchange.repository.roles.has(account.id) ||
          atLeast(roleOf(world, exchange.repository, account).base, "admin");
        if (!direct) throw notFound();
        return noContent();
      },
    },
    {
      id: "checks/create",
      method: "POST",
      path: "/repos/:owner/:repo/check-runs",
      needs: [...CHECKS],
      handle: createCheckRun,
    },
    {
      id: "checks/get",
      method: "GET",
      path: "/repos/:owner/:repo/check-runs/:check_run_id",
      needs: [{ permission: "checks", level: "read" }],
      handle: (exchange) => ok(checkRunShape(world, exchange.repository, checkRunOf(exchange))),
    },
    {
      id: "checks/update",
      method: "PATCH",
      path: "/repos/:owner/:repo/check-runs/:check_run_id",
      needs: [...CHECKS],
      handle: updateCheckRun,
    },
    {
      id: "checks/list-for-ref",
      method: "GET",
      path: "/repos/:owner/:repo/commits/:ref/check-runs",
      needs: [{ permission: "checks", level: "read" }],
      handle: (exchange) => {
        const ref = exchange.parameter("ref");
        const sha = ref === exchange.repository.defaultBranch ? exchange.repository.headSha : ref;
        const named = exchange.query("check_name");
        const runs = exchange.repository.checkRuns.filter(
          (run) => run.headSha === sha && (named === undefined || run.name === named),
        );
        return ok({
          total_count: runs.length,
          check_runs: runs.slice(0, 100).map((run) => checkRunShape(world, exchange.repository, run)),
        });
      },
    },
  ];
}

function repositoryFor(exchange: Exchange): Shape {
  const { world, actor, repository } = exchange;
  const shape = fullRepositoryShape(world, repository);
  if (actor.kind === "user")
    return { ...shape, permissions: permissionsShape(roleOf(world, repository, actor.account).base) };
  return shape;
}

function updateRepository(exchange: Exchange): Answer {
  const { body, repository, world } = exchange;
  requireAdmin(exchange);
  const { actor } = exchange;
  const by = actor.kind === "user" ? actor.account : world.bot;
  const doer = { world, by };
  if (repository.archived && body["archived"] !== false) throw forbidden("Repository was archived so is read-only.");
  if (typeof body["archived"] === "boolean") archiveRepository(doer, repository, body["archived"]);
  if (typeof body["name"] === "string") renameRepository(doer, repository, body["name"]);
  if (typeof body["description"] === "string") repository.description = body["description"];
  const visibility =
    body["visibility"] ?? (typeof body["private"] === "boolean" ? (body["private"] ? "private" : "public") : undefined);
  if (visibility === "public" || visibility === "private" || visibility === "internal")
    changeVisibility(doer, repository, visibility);
  return ok(fullRepositoryShape(world, repository));
}

function requireAdmin(exchange: Exchange): void {
  if (exchange.actor.kind === "anonymous") throw new ApiError(401, "Requires authentication");
  if (!mayAs(exchange.world, exchange.actor, { repository: exchange.repository, role: "admin" })) throw forbidden();
}

/** People need push access to ask about collaborators; an installation needs the repository and Metadata. */
function requireCollaboratorSight(exchange: Exchange): void {
  const { actor, world, repository } = exchange;
  if (actor.kind === "anonymous") throw new ApiError(401, "Requires authentication");
  if (actor.kind === "installation" && !tokenCovers(actor.token, actor.installation, repository))
    throw notByIntegration();
  if (actor.kind === "user" && !mayAs(world, actor, { repository, role: "write" }))
    throw forbidden("Must have push access to view repository collaborators.");
}

function readContents(exchange: Exchange): Answer {
  const { world, repository } = exchange;
  const path = exchange.parameter("path").replace(/\/+$/u, "");
  const ref = exchange.query("ref");
  requireFileAccess(exchange, path, "read");
  const onMain =
    ref === undefined ||
    new Set([repository.defaultBranch, `refs/heads/${repository.defaultBranch}`, repository.headSha, "HEAD"]).has(ref);
  const branch = onMain ? undefined : branchOf(repository, ref ?? "");
  if (!onMain && branch === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const changed = branch?.content.get(path);
  const file = changed === undefined ? repository.files.get(path) : { text: changed, sha: blobSha(changed) };
  if (file === undefined) return listFolder(exchange, path);
  const accept = exchange.header("accept") ?? "";
  if (accept.includes("raw"))
    return {
      status: 200,
      text: file.text,
      headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" },
    };
  return ok({
    ...fileShape(world, repository, { path, sha: file.sha, size: Buffer.byteLength(file.text) }),
    encoding: "base64",
    content: wrap(Buffer.from(file.text).toString("base64")),
  });
}

function branchOf(repository: Repository, ref: string): PullFacts | undefined {
  const bare = ref.replace(/^refs\/heads\//u, "");
  return [...repository.issues.values()]
    .flatMap((issue) => issue.pull ?? [])
    .find((pull) => pull.headSha === ref || pull.headRef === bare);
}

function listFolder(exchange: Exchange, path: string): Answer {
  const { world, repository } = exchange;
  const below = [...repository.files].filter(([name]) => name.startsWith(`${path}/`));
  if (below.length === 0) throw notFound();
  const entries = new Map<string, Shape>();
  for (const [name, file] of below) {
    const [first = "", ...deeper] = name.slice(path.length + 1).split("/");
    const full = `${path}/${first}`;
    const shape = fileShape(world, repository, { path: full, sha: file.sha, size: Buffer.byteLength(file.text) });
    entries.set(full, deeper.length === 0 ? shape : { ...shape, type: "dir", size: 0, download_url: null });
  }
  return ok([...entries.values()]);
}

function writeContents(exchange: Exchange): Answer {
  const { world, body, repository } = exchange;
  const path = exchange.parameter("path");
  requireFileAccess(exchange, path, "write");
  const { by } = doerOf(exchange);
  if (!mayAs(world, exchange.actor, { repository, role: "write" })) throw notFound();
  const content = textOf(body["content"]);
  const message = textOf(body["message"]);
  if (content === undefined || message === undefined)
    throw missing("Contents", content === undefined ? "content" : "message");
  const held = repository.files.get(path);
  if (held !== undefined && body["sha"] === undefined)
    throw new ApiError(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (held !== undefined && body["sha"] !== held.sha)
    throw new ApiError(409, `${path} does not match ${String(body["sha"])}`);
  const text = Buffer.from(content, "base64").toString();
  putFile(world, repository, { path, text });
  const signature = { name: by.name, email: `${by.login}@users.noreply.localhost`, date: stamp(world.clock.ms()) };
  const url = `${world.base}/repos/${fullNameOf(world, repository)}/git/commits/${repository.headSha}`;
  const commit = {
    sha: repository.headSha,
    node_id: nodeId("C", repository.id),
    url,
    html_url: `${world.base}/${fullNameOf(world, repository)}/commit/${repository.headSha}`,
    author: signature,
    committer: signature,
    message,
    tree: { url, sha: blobSha(text) },
    parents: [],
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
  const shape = fileShape(world, repository, { path, sha: blobSha(text), size: Buffer.byteLength(text) });
  return { status: held === undefined ? 201 : 200, body: { content: shape, commit } };
}

/** Single file access opens only the paths the app named; everything else needs Contents. */
// oxlint-disable-next-line max-params -- where, what and how
function requireFileAccess(exchange: Exchange, path: string, level: "read" | "write"): void {
  const { actor, world, repository } = exchange;
  if (actor.kind !== "installation" || !tokenCovers(actor.token, actor.installation, repository)) return;
  if (allows(actor.token, { permission: "contents", level })) return;
  const named = world.app.singleFilePaths.includes(path) && allows(actor.token, { permission: "single_file", level });
  if (!named) throw notByIntegration();
}

function fileShape(world: World, repository: Repository, file: { path: string; sha: string; size: number }): Shape {
  const fullName = fullNameOf(world, repository);
  const ref = repository.defaultBranch;
  const url = `${world.base}/repos/${fullName}/contents/${file.path}?ref=${ref}`;
  const git = `${world.base}/repos/${fullName}/git/blobs/${file.sha}`;
  const html = `${world.base}/${fullName}/blob/${ref}/${file.path}`;
  return {
    name: file.path.split("/").at(-1) ?? file.path,
    path: file.path,
    sha: file.sha,
    size: file.size,
    url,
    html_url: html,
    git_url: git,
    download_url: `${world.base}/raw/${fullName}/${ref}/${file.path}`,
    type: "file",
    _links: { self: url, git, html },
  };
}

function wrap(text: string): string {
  return text.replaceAll(/.{60}/gu, "$&\n");
}

function checkRunOf(exchange: Exchange): CheckRun {
  const run = exchange.repository.checkRuns.find((held) => held.id === Number(exchange.parameter("check_run_id")));
  if (run === undefined) throw notFound();
  return run;
}

function createCheckRun(exchange: Exchange): Answer {
  const { world, body, repository } = exchange;
  if (exchange.actor.kind !== "installation") throw forbidden("You must authenticate via a GitHub App.");
  const name = textOf(body["name"]);
  const headSha = textOf(body["head_sha"]);
  if (name === undefined || headSha === undefined) throw missing("CheckRun", name === undefined ? "name" : "head_sha");
  const run: CheckRun = {
    id: newId(world),
    name,
    headSha,
    status: "queued",
    conclusion: null,
    startedAt: world.clock.ms(),
    completedAt: null,
    externalId: "",
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
  fillCheckRun(world, run, body);
  repository.checkRuns.push(run);
  return { status: 201, body: checkRunShape(world, repository, run) };
}

function updateCheckRun(exchange: Exchange): Answer {
  if (exchange.actor.kind !== "installation") throw forbidden("You must authenticate via a GitHub App.");
  const run = checkRunOf(exchange);
  fillCheckRun(exchange.world, run, exchange.body);
  return ok(checkRunShape(exchange.world, exchange.repository, run));
}

function fillCheckRun(world: World, run: CheckRun, body: Record<string, unknown>): void {
  run.status = textOf(body["status"]) ?? run.status;
  run.externalId = textOf(body["external_id"]) ?? run.externalId;
  run.detailsUrl = textOf(body["details_url"]) ?? run.detailsUrl;
  const conclusion = textOf(body["conclusion"]);
  if (conclusion !== undefined) Object.assign(run, { conclusion, status: "completed", completedAt: world.clock.ms() });
  const { output } = body;
  if (!isRecord(output)) return;
  run.output = {
    title: textOf(output["title"]) ?? run.output.title,
    summary: textOf(output["summary"]) ?? run.output.summary,
    text: textOf(output["text"]) ?? run.output.text,
  };
  const { annotations } = output;
  if (!Array.isArray(annotations)) return;
  if (annotations.length > 50)
    throw new ApiError(422, "Validation Failed", [
      { resource: "CheckRun", field: "annotations", code: "invalid", message: "At most 50 annotations per request." },
    ]);
  run.annotations.push(...(annotations as unknown[]));
}
