import type { Octokit } from "../github/octokit.ts";
import { z } from "zod";

import { type Repository, Visibility } from "../domain/facts.ts";
import { PermanentFailure } from "../domain/refusal.ts";
import type { Shelf, ShelfKey } from "../store/shelf.ts";
import { createShelvedCache } from "./cache.ts";

const TTL_MS = 300_000;

const Answer = z.object({
  id: z.number().optional(),
  name: z.string().optional(),
  owner: z.object({ login: z.string() }).optional(),
  visibility: Visibility.optional(),
  private: z.boolean(),
});
const Labels = z.array(z.object({ name: z.string() }));

export interface RepositoryPlace {
  readonly installationId: number;
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
}

type RepositoryId = Pick<RepositoryPlace, "installationId" | "id">;

export interface RepositoryReader {
  /** Throws a PermanentFailure when the name belongs to another repository by now. */
  read(octokit: Octokit, place: RepositoryPlace): Promise<Repository>;
  /** A label was made: remembered without asking again. */
  madeLabel(place: RepositoryId, label: string): Promise<void>;
  forget(place: RepositoryId): Promise<void>;
}

const Shelved = z.object({
  id: z.number(),
  owner: z.string(),
  name: z.string(),
  visibility: Visibility,
  labels: z.array(z.string()),
});

/** Who may see a repository, and which labels it has. */
export function createRepositoryReader(now: () => number, shelf?: Shelf): RepositoryReader {
  const cache = createShelvedCache<Repository>({ ttlMs: TTL_MS, now, schema: Shelved, shelf });
  return {
    read: async (octokit, place) => cache.of(keyOf(place), () => read(octokit, place)),
    madeLabel: async (place, label) =>
      cache.change(keyOf(place), (known) => ({ ...known, labels: [...new Set([...known.labels, label])] })),
    forget: async (place) => cache.forget(keyOf(place)),
  };
}

function keyOf({ installationId, id }: RepositoryId): ShelfKey {
  return { installationId, key: `repository:${id}` };
}

/** As GitHub names it now: an old name leads on to the new one, until somebody gives it to another repository. */
async function read(octokit: Octokit, { id, owner, repo }: RepositoryPlace): Promise<Repository> {
  const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
  const found = Answer.parse(answer);
  if (found.id !== undefined && found.id !== id)
    throw new PermanentFailure(`${owner}/${repo} is another repository now: it was ${id} and is ${found.id}`);
  return {
    id,
    owner: found.owner?.login ?? owner,
    name: found.name ?? repo,
    visibility: found.visibility ?? (found.private ? "private" : "public"),
    labels: await readLabels(octokit, owner, repo),
  };
}

async function readLabels(octokit: Octokit, owner: string, repo: string): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; ; page += 1) {
    const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}/labels", {
      owner,
      repo,
      per_page: 100,
      page,
    });
    const labels = Labels.parse(answer);
    found.push(...labels.map(({ name }) => name));
    if (labels.length < 100) return found;
  }
}
