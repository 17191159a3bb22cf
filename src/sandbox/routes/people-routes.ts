import { forbidden, notFound } from "../api-error.ts";
import { accountOf, noContent, ok, page, requirePermission, type Exchange, type Route } from "../exchange.ts";
import type { Limits } from "../limits.ts";
import type { Organization, Team, World } from "../model.ts";
import {
  fullTeamShape,
  fullUserShape,
  organizationShape,
  privateUserShape,
  repositoryShape,
  teamShape,
  userShape,
} from "../shapes.ts";
import { accountNamed, organizationNamed } from "../world.ts";
import { atLeast, roleOf, tokenCovers } from "../access.ts";

/** People, organisations and teams, and the few endpoints about GitHub itself. */
export function peopleRoutes(world: World, limits: Limits): Route[] {
  return [
    { id: "meta/root", method: "GET", path: "/", as: "any", handle: () => ok(rootShape(world)) },
    {
      id: "meta/get",
      method: "GET",
      path: "/meta",
      as: "any",
      handle: () =>
        ok({
          verifiable_password_authentication: false,
          hooks: ["127.0.0.0/8"],
          web: ["127.0.0.0/8"],
          api: ["127.0.0.0/8"],
          git: ["127.0.0.0/8"],
        }),
    },
    {
      id: "rate-limit/get",
      method: "GET",
      path: "/rate_limit",
      as: "any",
      handle: (exchange) => {
        const { core, search, graphql } = limits.overview(payerOf(exchange));
        return ok({ resources: { core, search, graphql }, rate: core });
      },
    },
    {
      id: "users/get-authenticated",
      method: "GET",
      path: "/user",
      handle: (exchange) => {
        if (exchange.actor.kind === "installation") throw forbidden("Resource not accessible by integration");
        return ok(privateUserShape(world, accountOf(exchange)));
      },
    },
    {
      id: "users/get-by-username",
      method: "GET",
      path: "/users/:username",
      as: "any",
      handle: (exchange) => ok(fullUserShape(world, accountNamed(world, exchange.parameter("username")))),
    },
    {
      id: "orgs/get",
      method: "GET",
      path: "/orgs/:org",
      as: "any",
      handle: (exchange) => ok(organizationShape(world, organizationNamed(world, exchange.parameter("org")))),
    },
    {
      id: "orgs/check-membership-for-user",
      method: "GET",
      path: "/orgs/:org/members/:username",
      handle: (exchange) => {
        const organization = seenOrganization(exchange);
        if (!organization.members.has(accountNamed(world, exchange.parameter("username")).id)) throw notFound();
        return noContent();
      },
    },
    {
      id: "repos/list-for-org",
      method: "GET",
      path: "/orgs/:org/repos",
      handle: (exchange) => {
        const organization = organizationNamed(world, exchange.parameter("org"));
        const seen = [...world.repositories.values()].filter((repository) => {
          if (repository.ownerId !== organization.id || repository.deleted) return false;
          const { actor } = exchange;
          if (repository.visibility === "public") return true;
          if (actor.kind === "installation") return tokenCovers(actor.token, actor.installation, repository);
          return actor.kind === "user" && atLeast(roleOf(world, repository, actor.account).base, "read");
        });
        return page(exchange, seen, (repository) => repositoryShape(world, repository));
      },
    },
    {
      id: "teams/list",
      method: "GET",
      path: "/orgs/:org/teams",
      handle: (exchange) =>
        page(exchange, [...seenOrganization(exchange).teams.values()], (team) => teamShape(world, team)),
    },
    {
      id: "teams/get-by-name",
      method: "GET",
      path: "/orgs/:org/teams/:team_slug",
      handle: (exchange) => ok(fullTeamShape(world, teamOf(exchange))),
    },
    {
      id: "teams/list-members-in-org",
      method: "GET",
      path: "/orgs/:org/teams/:team_slug/members",
      handle: (exchange) => {
        const members = [...teamOf(exchange).members].flatMap((id) => world.accounts.get(id) ?? []);
        return page(exchange, members, (member) => userShape(world, member));
      },
    },
    {
      id: "teams/get-membership-for-user-in-org",
      method: "GET",
      path: "/orgs/:org/teams/:team_slug/memberships/:username",
      handle: (exchange) => {
        const team = teamOf(exchange);
        const member = accountNamed(world, exchange.parameter("username"));
        if (!team.members.has(member.id)) throw notFound();
        return ok({
          url: `${world.base}/organizations/${team.organizationId}/team/${team.id}/memberships/${member.login}`,
          role: "member",
          state: "active",
        });
      },
    },
  ];
}

/** Who pays for a request: everything of one installation goes on one account. */
export function payerOf(exchange: { actor: Exchange["actor"] }): string {
  const { actor } = exchange;
  if (actor.kind === "user") return `user:${actor.account.login}`;
  return actor.kind === "installation" ? `installation:${actor.installation.id}` : actor.kind;
}

/** Teams and members are seen by members, and by installations of that organisation with Members: read. */
function seenOrganization(exchange: Exchange): Organization {
  const { world, actor } = exchange;
  const organization = organizationNamed(world, exchange.parameter("org"));
  requirePermission(actor, { permission: "members", level: "read" });
  if (actor.kind === "installation" && actor.installation.accountId === organization.id) return organization;
  if (actor.kind === "user" && organization.members.has(actor.account.id)) return organization;
  throw notFound();
}

function teamOf(exchange: Exchange): Team {
  const team = seenOrganization(exchange).teams.get(exchange.parameter("team_slug").toLowerCase());
  if (team === undefined) throw notFound();
  return team;
}

function rootShape(world: World): Record<string, string> {
  const { base } = world;
  return {
    current_user_url: `${base}/user`,
    current_user_authorizations_html_url: `${base}/settings/connections/applications{/client_id}`,
    authorizations_url: `${base}/authorizations`,
    code_search_url: `${base}/search/code?q={query}{&page,per_page,sort,order}`,
    commit_search_url: `${base}/search/commits?q={query}{&page,per_page,sort,order}`,
    emails_url: `${base}/user/emails`,
    emojis_url: `${base}/emojis`,
    events_url: `${base}/events`,
    feeds_url: `${base}/feeds`,
    followers_url: `${base}/user/followers`,
    following_url: `${base}/user/following{/target}`,
    gists_url: `${base}/gists{/gist_id}`,
    issue_search_url: `${base}/search/issues?q={query}{&page,per_page,sort,order}`,
    issues_url: `${base}/issues`,
    keys_url: `${base}/user/keys`,
    label_search_url: `${base}/search/labels?q={query}&repository_id={repository_id}{&page,per_page}`,
    notifications_url: `${base}/notifications`,
    organization_url: `${base}/orgs/{org}`,
    organization_repositories_url: `${base}/orgs/{org}/repos{?type,page,per_page,sort}`,
    organization_teams_url: `${base}/orgs/{org}/teams`,
    public_gists_url: `${base}/gists/public`,
    rate_limit_url: `${base}/rate_limit`,
    repository_url: `${base}/repos/{owner}/{repo}`,
    repository_search_url: `${base}/search/repositories?q={query}{&page,per_page,sort,order}`,
    current_user_repositories_url: `${base}/user/repos{?type,page,per_page,sort}`,
    starred_url: `${base}/user/starred{/owner}{/repo}`,
    starred_gists_url: `${base}/gists/starred`,
    topic_search_url: `${base}/search/topics?q={query}{&page,per_page}`,
    user_url: `${base}/users/{user}`,
    user_organizations_url: `${base}/user/orgs`,
    user_repositories_url: `${base}/users/{user}/repos{?type,page,per_page,sort}`,
    user_search_url: `${base}/search/users?q={query}{&page,per_page,sort,order}`,
  };
}
