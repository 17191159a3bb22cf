import { ApiError, forbidden, missing, notFound } from "../api-error.ts";
import { stamp } from "../clock.ts";
import {
  created,
  isRecord,
  noContent,
  ok,
  page,
  paged,
  wholeNumber,
  type Answer,
  type Exchange,
  type Route,
} from "../exchange.ts";
import { hookConfigShape, type Delivery, type HookSender } from "../hook-sender.ts";
import type { Installation, World } from "../model.ts";
import { coveredRepositories, suspendInstallation, uninstallApp } from "../owner-actions.ts";
import { appShape, installationShape, repositoryShape, type Shape } from "../shapes.ts";
import { accountNamed } from "../world.ts";
import { installationCovers } from "../access.ts";

const TOKEN_LIFE_MS = 3_600_000;

/** The app about itself: installations, tokens, its webhook and what was delivered. */
export function appRoutes(world: World, sender: HookSender): Route[] {
  return [
    {
      id: "apps/get-authenticated",
      method: "GET",
      path: "/app",
      as: "app",
      handle: () => ok({ ...appShape(world), installations_count: world.installations.size }),
    },
    {
      id: "apps/get-by-slug",
      method: "GET",
      path: "/apps/:app_slug",
      as: "any",
      handle: (exchange) => {
        if (exchange.parameter("app_slug") !== world.app.slug) throw notFound();
        return ok(appShape(world));
      },
    },
    {
      id: "apps/list-installations",
      method: "GET",
      path: "/app/installations",
      as: "app",
      handle: (exchange) =>
        page(exchange, [...world.installations.values()], (installation) => installationShape(world, installation)),
    },
    {
      id: "apps/get-installation",
      method: "GET",
      path: "/app/installations/:installation_id",
      as: "app",
      handle: (exchange) => ok(installationShape(world, installationOf(exchange))),
    },
    {
      id: "apps/delete-installation",
      method: "DELETE",
      path: "/app/installations/:installation_id",
      as: "app",
      handle: (exchange) => {
        uninstallApp(world, installationOf(exchange));
        return noContent();
      },
    },
    {
      id: "apps/suspend-installation",
      method: "PUT",
      path: "/app/installations/:installation_id/suspended",
      as: "app",
      handle: (exchange) => {
        suspendInstallation(world, installationOf(exchange), true);
        return noContent();
      },
    },
    {
      id: "apps/unsuspend-installation",
      method: "DELETE",
      path: "/app/installations/:installation_id/suspended",
      as: "app",
      handle: (exchange) => {
        suspendInstallation(world, installationOf(exchange), false);
        return noContent();
      },
    },
    {
      id: "apps/create-installation-access-token",
      method: "POST",
      path: "/app/installations/:installation_id/access_tokens",
      as: "app",
      handle: createToken,
    },
    {
      id: "apps/get-repo-installation",
      method: "GET",
      path: "/repos/:owner/:repo/installation",
      as: "app",
      handle: (exchange) => {
        const found = [...world.installations.values()].find((installation) =>
          installationCovers(installation, exchange.repository),
        );
        if (found === undefined) throw notFound();
        return ok(installationShape(world, found));
      },
    },
    {
      id: "apps/get-org-installation",
      method: "GET",
      path: "/orgs/:org/installation",
      as: "app",
      handle: (exchange) => ok(installationShape(world, installationOn(world, exchange.parameter("org")))),
    },
    {
      id: "apps/get-user-installation",
      method: "GET",
      path: "/users/:username/installation",
      as: "app",
      handle: (exchange) => ok(installationShape(world, installationOn(world, exchange.parameter("username")))),
    },
    {
      id: "apps/list-repos-accessible-to-installation",
      method: "GET",
      path: "/installation/repositories",
      handle: listRepositories,
    },
    {
      id: "apps/revoke-installation-access-token",
      method: "DELETE",
      path: "/installation/token",
      handle: (exchange) => {
        if (exchange.actor.kind !== "installation") throw forbidden("Resource not accessible by personal access token");
        world.tokens.delete(exchange.actor.token.token);
        return noContent();
      },
    },
    {
      id: "apps/get-webhook-config-for-app",
      method: "GET",
      path: "/app/hook/config",
      as: "app",
      handle: () => ok(hookConfigShape(world)),
    },
    {
      id: "apps/update-webhook-config-for-app",
      method: "PATCH",
      path: "/app/hook/config",
      as: "app",
      handle: (exchange) => {
        if (typeof exchange.body["url"] === "string") world.app.webhookUrl = exchange.body["url"];
        if (typeof exchange.body["secret"] === "string") world.app.webhookSecret = exchange.body["secret"];
        return ok(hookConfigShape(world));
      },
    },
    {
      id: "apps/list-webhook-deliveries",
      method: "GET",
      path: "/app/hook/deliveries",
      as: "app",
      handle: (exchange) => listDeliveries(exchange, sender),
    },
    {
      id: "apps/get-webhook-delivery",
      method: "GET",
      path: "/app/hook/deliveries/:delivery_id",
      as: "app",
      handle: (exchange) => {
        const { delivery, request, response } = sender.find(Number(exchange.parameter("delivery_id")));
        return ok({
          ...deliveryShape(delivery),
          url: world.app.webhookUrl ?? world.base,
          request: { headers: request.headers, payload: JSON.parse(request.body) as unknown },
          response,
        });
      },
    },
    {
      id: "apps/redeliver-webhook-delivery",
      method: "POST",
      path: "/app/hook/deliveries/:delivery_id/attempts",
      as: "app",
      handle: (exchange) => {
        sender.redeliver(Number(exchange.parameter("delivery_id")));
        return { status: 202, body: {} };
      },
    },
    {
      id: "apps/create-from-manifest",
      method: "POST",
      path: "/app-manifests/:code/conversions",
      as: "any",
      handle: convertManifest,
    },
  ];
}

function installationOf(exchange: Exchange): Installation {
  const installation = exchange.world.installations.get(Number(exchange.parameter("installation_id")));
  if (installation === undefined) throw notFound();
  return installation;
}

function installationOn(world: World, login: string): Installation {
  const account = accountNamed(world, login);
  const found = [...world.installations.values()].find((installation) => installation.accountId === account.id);
  if (found === undefined) throw notFound();
  return found;
}

function createToken(exchange: Exchange): Answer {
  const { world, body } = exchange;
  const installation = installationOf(exchange);
  if (installation.suspendedAt !== null) throw forbidden("This installation has been suspended");
  const repositories = narrowedRepositories(world, installation, body);
  const permissions = narrowedPermissions(installation, body["permissions"]);
  const token = `ghs_${world.noise.hex(36)}`;
  const expiresAt = world.authMs() + TOKEN_LIFE_MS;
  world.tokens.set(token, { token, installationId: installation.id, repositories, permissions, expiresAt });
  const paths =
    permissions["single_file"] === undefined
      ? {}
      : {
          single_file: world.app.singleFilePaths[0],
          has_multiple_single_files: world.app.singleFilePaths.length > 1,
          single_file_paths: world.app.singleFilePaths,
        };
  const listed =
    repositories === "all"
      ? {}
      : {
          repositories: coveredRepositories(world, installation)
            .filter((repository) => repositories.has(repository.id))
            .map((repository) => repositoryShape(world, repository)),
        };
  const selection = repositories === "all" && installation.repositories === "all" ? "all" : "selected";
  return created({
    token,
    expires_at: stamp(expiresAt),
    permissions,
    repository_selection: selection,
    ...listed,
    ...paths,
  });
}

function narrowedRepositories(
  world: World,
  installation: Installation,
  body: Record<string, unknown>,
): "all" | Set<number> {
  const names: unknown[] | undefined = Array.isArray(body["repositories"]) ? body["repositories"] : undefined;
  const ids: unknown[] | undefined = Array.isArray(body["repository_ids"]) ? body["repository_ids"] : undefined;
  if (names === undefined && ids === undefined)
    return installation.repositories === "all" ? "all" : new Set(installation.repositories);
  const covered = coveredRepositories(world, installation);
  const wanted = [...(names ?? []), ...(ids ?? [])].map((key) =>
    covered.find(
      (repository) =>
        repository.id === key || (typeof key === "string" && repository.name.toLowerCase() === key.toLowerCase()),
    ),
  );
  if (wanted.length > 500) throw new ApiError(422, "Too many repositories for one token: at most 500.");
  const found = wanted.flatMap((repository) => (repository === undefined ? [] : [repository.id]));
  if (found.length < wanted.length)
    throw new ApiError(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  return new Set(found);
}

function narrowedPermissions(installation: Installation, asked: unknown): Record<string, string> {
  if (!isRecord(asked)) return { ...installation.permissions };
  const rank = { read: 1, write: 2, admin: 3 } as Record<string, number>;
  const granted: Record<string, string> = { metadata: "read" };
  for (const [name, level] of Object.entries(asked)) {
    const held = installation.permissions[name];
    if (typeof level !== "string" || held === undefined || (rank[level] ?? 9) > (rank[held] ?? 0)) {
      throw new ApiError(422, "The permissions requested are not granted to this installation.");
    }
    granted[name] = level;
  }
  return granted;
}

function listRepositories(exchange: Exchange): Answer {
  const { actor, world } = exchange;
  if (actor.kind !== "installation") throw forbidden("Resource not accessible by personal access token");
  const { token } = actor;
  const covered = coveredRepositories(world, actor.installation).filter(
    (repository) => token.repositories === "all" || token.repositories.has(repository.id),
  );
  const { entries, headers } = paged(exchange, covered);
  const body = {
    total_count: covered.length,
    repository_selection: actor.installation.repositories === "all" ? "all" : "selected",
    repositories: entries.map((repository) => repositoryShape(world, repository)),
  };
  return ok(body, headers);
}

function listDeliveries(exchange: Exchange, sender: HookSender): Answer {
  const size = Math.min(100, Math.max(1, wholeNumber(exchange.query("per_page")) ?? 30));
  const status = exchange.query("status");
  const cursor = wholeNumber((exchange.query("cursor") ?? "").replace(/^v1_/u, ""));
  const oldest = exchange.world.clock.ms() - 3 * 86_400_000;
  const newestFirst = sender
    .list()
    .toReversed()
    .filter((delivery) => {
      if (Date.parse(delivery.deliveredAt) < oldest || (cursor !== undefined && delivery.id >= cursor)) return false;
      if (delivery.status === "queued") return false;
      const fine = delivery.statusCode >= 200 && delivery.statusCode < 400;
      return status === undefined || (status === "success") === fine;
    });
  const shown = newestFirst.slice(0, size);
  const last = shown.at(-1);
  if (last === undefined || newestFirst.length <= size) return ok(shown.map(deliveryShape));
  const next = new URL(`/app/hook/deliveries${exchange.url.search}`, exchange.world.base);
  next.searchParams.set("cursor", `v1_${last.id}`);
  return ok(shown.map(deliveryShape), { link: `<${next.href}>; rel="next"` });
}

function deliveryShape(delivery: Delivery): Shape {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** The last step of the manifest flow: hands out this sandbox's own app, named as the manifest says. */
function convertManifest(exchange: Exchange): Answer {
  const { world } = exchange;
  const manifest = world.manifestCodes.get(exchange.parameter("code"));
  if (manifest === undefined) throw notFound();
  world.manifestCodes.delete(exchange.parameter("code"));
  const parsed: unknown = JSON.parse(manifest);
  if (!isRecord(parsed)) throw missing("Integration", "manifest");
  adoptManifest(world, parsed);
  return created({
    ...appShape(world),
    client_secret: world.noise.hex(40),
    webhook_secret: world.app.webhookSecret,
    pem: world.app.privateKey,
  });
}

function adoptManifest(world: World, manifest: Record<string, unknown>): void {
  if (typeof manifest["name"] === "string") world.app.name = manifest["name"];
  const hook = manifest["hook_attributes"];
  if (isRecord(hook) && typeof hook["url"] === "string") world.app.webhookUrl = hook["url"];
  const asked = manifest["default_permissions"];
  if (isRecord(asked))
    world.app.permissions = Object.fromEntries(
      Object.entries(asked).flatMap(([name, level]) => (typeof level === "string" ? [[name, level]] : [])),
    );
  const events = manifest["default_events"];
  if (Array.isArray(events)) world.app.events = events.filter((event) => typeof event === "string");
}

/** Stands in for the page on which a person confirms the manifest: gives the code GitHub would redirect with. */
export function submitManifest(world: World, manifest: string): string {
  const code = world.noise.hex(40);
  world.manifestCodes.set(code, manifest);
  return code;
}
