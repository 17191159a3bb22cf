import { z } from "zod";

import type { Delivery } from "../domain/delivery.ts";
import type { Visibility, WeekFacts } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { PermanentFailure } from "../domain/refusal.ts";
import { periodOf } from "../features/digest/period.ts";
import { withInstallation } from "../store/database.ts";
import { absencesOf, postmortemsOfInstallation } from "../store/postmortems.ts";
import { type Repository, repositoriesOf } from "../store/repositories.ts";
import { findTenant } from "../store/tenants.ts";
import type { ReadDeps } from "./deps.ts";

type DigestEvent = Extract<Delivery["event"], { kind: "digest-due" }>;

interface Home {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
  readonly visibility: Visibility;
}

/** A week's facts from our own store: only what the readers of the digest's home may know. Undefined: no home yet. */
export async function readWeekFacts(
  delivery: Delivery & { readonly event: DigestEvent },
  attempt: number,
  deps: ReadDeps,
): Promise<WeekFacts | undefined> {
  const { installationId, octokit } = deps;
  const { all, repositories, tenant, absences } = await known(deps);
  const named = tenant?.schedule.repository;
  const home = await findHome(named, all, deps);
  if (home === undefined) return undefined;
  const { config } = await deps.config.readConfig(octokit, {
    id: home.id,
    owner: home.owner,
    repo: home.repo,
    installationId,
  });
  const visible = all.filter(({ ref }) =>
    mayBeTold(ref.repositoryId, { home, repositories, isNamed: named !== undefined }),
  );
  return {
    kind: "week",
    now: deps.now,
    delivery: { id: delivery.id, attempt },
    event: delivery.event,
    self: deps.self,
    week: { name: delivery.event.week, ...periodOf(delivery.event.week, config.digest) },
    timeZone: config.digest.timezone,
    config,
    home: { installationId, repositoryId: home.id, owner: home.owner, repo: home.repo, visibility: home.visibility },
    webUrl: deps.webUrl,
    postmortems: visible,
    withheld: all.length - visible.length,
    categories: deps.hotspots.categories(config),
    functions: await deps.team(octokit, config),
    absences,
    previous: await openDigests(home, deps),
  };
}

async function known({ database, installationId }: ReadDeps) {
  return withInstallation(database, installationId, async (db) => ({
    all: await postmortemsOfInstallation(db, installationId),
    repositories: await repositoriesOf(db, installationId),
    tenant: await findTenant(db, installationId),
    absences: await absencesOf(db, installationId),
  }));
}

/** The configured repository, else the one with the most postmortems. */
async function findHome(
  named: string | undefined,
  postmortems: readonly Postmortem[],
  deps: ReadDeps,
): Promise<Home | undefined> {
  if (named !== undefined) return namedHome(named, deps);
  const counts = new Map<number, { n: number; ref: Postmortem["ref"] }>();
  for (const { ref } of postmortems)
    counts.set(ref.repositoryId, { n: (counts.get(ref.repositoryId)?.n ?? 0) + 1, ref });
  const [first] = [...counts.values()].sort((a, b) => b.n - a.n || a.ref.repositoryId - b.ref.repositoryId);
  if (first === undefined) return undefined;
  const { repositoryId: id, owner, repo } = first.ref;
  const { visibility } = await deps.repository.read(deps.octokit, { id, owner, repo });
  return { id, owner, repo, visibility };
}

const Named = z.object({ id: z.number(), owner: z.object({ login: z.string() }), name: z.string() });

async function namedHome(named: string, deps: ReadDeps): Promise<Home> {
  const [owner = "", repo = ""] = named.split("/");
  const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
  const parsed = Named.safeParse(answer);
  if (!parsed.success) throw new PermanentFailure(`digest.repository ${named} cannot be read`);
  const place = { id: parsed.data.id, owner: parsed.data.owner.login, repo: parsed.data.name };
  const { visibility } = await deps.repository.read(deps.octokit, place);
  return { ...place, visibility };
}

const RANK: Readonly<Record<Visibility, number>> = { public: 0, internal: 1, private: 2 };

/**
 * A fact may be told where its source's readers are at least the digest's readers: in its own repository, and out of a
 * wider one. From one private repository to another only where a configuration names the digest's home.
 */
function mayBeTold(
  repositoryId: number,
  { home, repositories, isNamed }: { home: Home; repositories: readonly Repository[]; isNamed: boolean },
): boolean {
  if (repositoryId === home.id) return true;
  const source = repositories.find(({ id }) => id === repositoryId);
  if (source === undefined || source.owner.toLowerCase() !== home.owner.toLowerCase()) return false;
  if (source.visibility === "private" && !isNamed) return false;
  return RANK[source.visibility] <= RANK[home.visibility];
}

const Listed = z.array(
  z.object({ number: z.number(), html_url: z.string(), user: z.object({ login: z.string() }).nullish() }),
);

async function openDigests({ owner, repo }: Home, deps: ReadDeps): Promise<WeekFacts["previous"]> {
  const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    state: "open",
    labels: "postmortem-digest",
    per_page: 100,
  });
  return Listed.parse(answer)
    .filter(({ user }) => user?.login === deps.self.login)
    .map(({ number, html_url }) => ({ number, url: html_url }));
}
