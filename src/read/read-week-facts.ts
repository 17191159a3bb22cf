import { z } from "zod";

import { statusOf } from "../apply/address.ts";
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
import { homeOf } from "./tracker.ts";

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
  const archived = new Set(repositories.filter((one) => one.archived).map(({ id }) => id));
  const open = all.filter(({ ref }) => !archived.has(ref.repositoryId));
  const home = await findHome(named, open, deps);
  if (home === undefined) return undefined;
  const { config } = await deps.config.readConfig(octokit, {
    id: home.id,
    owner: home.owner,
    repo: home.repo,
    installationId,
  });
  const told = await mayBeTold(home, { sources: sourcesOf(all, repositories), deps });
  const visible = all.filter(({ ref }) => told.has(ref.repositoryId));
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
    functions: await deps.team(octokit, config, deps.installationId),
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

/** The configured repository; where there is none that can be written to, the one with the most postmortems. */
async function findHome(
  named: string | undefined,
  postmortems: readonly Postmortem[],
  deps: ReadDeps,
): Promise<Home | undefined> {
  const place = named === undefined ? undefined : await homeOf(named, deps);
  if (place !== undefined && !place.archived) return homeAt(place, deps);
  const counts = new Map<number, { n: number; ref: Postmortem["ref"] }>();
  for (const { ref } of postmortems)
    counts.set(ref.repositoryId, { n: (counts.get(ref.repositoryId)?.n ?? 0) + 1, ref });
  const [first] = [...counts.values()].sort((a, b) => b.n - a.n || a.ref.repositoryId - b.ref.repositoryId);
  if (first === undefined) return undefined;
  const { repositoryId: id, owner, repo } = first.ref;
  return homeAt({ id, owner, repo }, deps);
}

async function homeAt(place: { id: number; owner: string; repo: string }, deps: ReadDeps): Promise<Home> {
  const { installationId } = deps;
  const { id, owner, name: repo, visibility } = await deps.repository.read(deps.octokit, { ...place, installationId });
  return { id, owner, repo, visibility };
}

const RANK: Readonly<Record<Visibility, number>> = { public: 0, internal: 1, private: 2 };

interface Source {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
}

/** Where postmortems come from, by the names that were heard last. */
function sourcesOf(all: readonly Postmortem[], repositories: readonly Repository[]): Source[] {
  const known = new Set(repositories.map(({ id }) => id));
  const sources = all.map(({ ref: { repositoryId: id, owner, repo } }) => ({ id, owner, repo }));
  return [...new Map(sources.map((source) => [source.id, source])).values()].filter(({ id }) => known.has(id));
}

/**
 * A fact may be told where its source's readers are at least the digest's readers: in its own repository, and out of a
 * wider one. From one private repository to another only where the configuration of the source itself names the
 * digest's home: else anybody could have the others' postmortems sent home. Who may read is asked now; it changes.
 */
async function mayBeTold(
  home: Home,
  { sources, deps }: { sources: readonly Source[]; deps: ReadDeps },
): Promise<ReadonlySet<number>> {
  const told = new Set([home.id]);
  for (const source of sources) if (source.id !== home.id && (await isTold(source, home, deps))) told.add(source.id);
  return told;
}

async function isTold(source: Source, home: Home, deps: ReadDeps): Promise<boolean> {
  const now = await seenNow(source, deps);
  if (now === undefined || now.owner.toLowerCase() !== home.owner.toLowerCase()) return false;
  if (RANK[now.visibility] > RANK[home.visibility]) return false;
  if (now.visibility !== "private") return true;
  const { config } = await deps.config.readConfig(deps.octokit, { ...source, installationId: deps.installationId });
  const named = config.digest.repository;
  if (named === undefined) return false;
  const isByName = named.toLowerCase() === `${home.owner}/${home.repo}`.toLowerCase();
  return isByName || (await homeOf(named, deps))?.id === home.id;
}

/** Undefined when it is gone for us: then nothing of it is told. */
async function seenNow(source: Source, deps: ReadDeps): Promise<{ owner: string; visibility: Visibility } | undefined> {
  try {
    return await deps.repository.read(deps.octokit, { ...source, installationId: deps.installationId });
  } catch (error) {
    if (error instanceof PermanentFailure) return undefined;
    const status = statusOf(error);
    if (status === 404 || status === 403 || status === 410 || status === 451) return undefined;
    throw error;
  }
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
