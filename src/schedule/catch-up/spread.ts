import type { Octokit } from "../../github/octokit.ts";
import { z } from "zod";

import { Delivery } from "../../domain/delivery.ts";
import type { Actor } from "../../domain/actor.ts";
import { issueLane, type InstallationId, type Instant } from "../../domain/ids.ts";
import type { Self } from "../../domain/facts.ts";
import { listPostmortems } from "../../read/archive.ts";
import type { Database } from "../../store/database.ts";
import { withInstallation } from "../../store/database.ts";
import { postmortemsOfRepository } from "../../store/postmortems.ts";

export interface SpreadDeps {
  readonly octokit: Octokit;
  readonly database: Database;
  readonly self: Self;
  readonly now: Instant;
  /** The label that puts an issue of this repository under care. */
  readonly labelOf: (place: Place) => Promise<string>;
}

interface Place {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
  readonly installationId: InstallationId;
}

/**
 * A look at everything, in steps small enough to be tried again: an installation becomes its repositories, a repository
 * the issues that changed since. What a missed event would have done, the rules do by what they find.
 */
export async function spreadReconcile(delivery: Delivery, deps: SpreadDeps): Promise<Delivery[]> {
  const { repository } = delivery;
  if (repository === undefined) return toRepositories(delivery, deps);
  return toIssues(delivery, { ...repository, installationId: delivery.installationId }, deps);
}

const Repositories = z.object({
  repositories: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      owner: z.object({ login: z.string() }),
      archived: z.boolean().optional(),
      has_issues: z.boolean().optional(),
    }),
  ),
});

async function toRepositories(delivery: Delivery, { octokit }: SpreadDeps): Promise<Delivery[]> {
  const spread: Delivery[] = [];
  for (let page = 1; ; page += 1) {
    const { data: answer } = await octokit.request("GET /installation/repositories", { per_page: 100, page });
    const { repositories } = Repositories.parse(answer);
    for (const { id, name: repo, owner, archived, has_issues: hasIssues } of repositories) {
      if (archived === true || hasIssues === false) continue;
      const lane = `reconcile:${delivery.installationId}:${id}`;
      spread.push(
        Delivery.parse({
          ...delivery,
          id: `${lane}:${sinceOf(delivery)}`,
          lane,
          repository: { id, owner: owner.login, repo },
        }),
      );
    }
    if (repositories.length < 100) return spread;
  }
}

async function toIssues(delivery: Delivery, place: Place, deps: SpreadDeps): Promise<Delivery[]> {
  const label = await deps.labelOf(place);
  const stored = await withInstallation(deps.database, place.installationId, (db) =>
    postmortemsOfRepository(db, place.installationId, place.id),
  );
  const underCare = new Set(stored.map(({ ref }) => ref.number));
  const spread: Delivery[] = [];
  for (const number of await changedIssues(delivery, { place, label, octokit: deps.octokit })) {
    if (underCare.has(number)) {
      spread.push(ofIssue(delivery, place, { number }));
      continue;
    }
    const labelled = await lastLabelling({ place, number, label }, deps);
    // A label from before is none of this: the app was not there yet, or has decided about it already.
    if (labelled === undefined || labelled.at < sinceOf(delivery)) continue;
    spread.push(ofIssue(delivery, place, { number, actor: labelled.actor }));
  }
  return spread;
}

async function changedIssues(
  delivery: Delivery,
  {
    place: { installationId, id: repositoryId, owner, repo },
    label,
    octokit,
  }: { place: Place; label: string; octokit: Octokit },
): Promise<number[]> {
  const place = { installationId, repositoryId, owner, repo, label };
  const issues = await listPostmortems(octokit, place, { since: sinceOf(delivery) });
  return issues.map(({ ref }) => ref.number);
}

const Events = z.array(
  z.object({
    event: z.string(),
    created_at: z.string().transform((at) => new Date(at).toISOString()),
    actor: z.object({ id: z.number(), login: z.string(), type: z.string() }).nullish(),
    label: z.object({ name: z.string() }).nullish(),
  }),
);

interface Labelling {
  readonly at: Instant;
  /** Undefined when the account is gone: then nobody's role counts. */
  readonly actor: Actor | undefined;
}

/** Who put the label on, as the issue itself tells: their role counts, as it would have when they did it. */
async function lastLabelling(
  { place: { owner, repo }, number, label }: { place: Place; number: number; label: string },
  { octokit, self }: SpreadDeps,
): Promise<Labelling | undefined> {
  let last: Labelling | undefined;
  for (let page = 1; ; page += 1) {
    const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/events", {
      owner,
      repo,
      issue_number: number,
      per_page: 100,
      page,
    });
    const events = Events.parse(answer);
    for (const { event, label: put, created_at: at, actor } of events) {
      if (event === "labeled" && put?.name === label) last = { at, actor: actor ? actorOf(actor, self) : undefined };
    }
    if (events.length < 100) return last;
  }
}

function actorOf({ id, login, type }: { id: number; login: string; type: string }, self: Self): Actor {
  if (login === self.login) return { id, login, kind: "self" };
  return { id, login, kind: type === "Bot" || login.endsWith("[bot]") ? "bot" : "person" };
}

function ofIssue(
  delivery: Delivery,
  { id: repositoryId, owner, repo, installationId }: Place,
  { number, actor }: { number: number; actor?: Actor | undefined },
): Delivery {
  return Delivery.parse({
    ...delivery,
    id: `reconcile:${repositoryId}#${number}:${sinceOf(delivery)}`,
    lane: issueLane(repositoryId, number),
    issue: { installationId, repositoryId, owner, repo, number },
    ...(actor === undefined ? {} : { actor }),
  });
}

function sinceOf({ event }: Delivery): Instant {
  return event.kind === "reconcile-due" ? (event.since ?? "1970-01-01T00:00:00.000Z") : "1970-01-01T00:00:00.000Z";
}
