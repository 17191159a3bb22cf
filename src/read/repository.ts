import type { Octokit } from "../github/octokit.ts";
import { z } from "zod";

import type { Repository } from "../domain/facts.ts";
import { PermanentFailure } from "../domain/refusal.ts";
import { createCache } from "./cache.ts";

const TTL_MS = 300_000;

const Answer = z.object({
  id: z.number().optional(),
  name: z.string().optional(),
  owner: z.object({ login: z.string() }).optional(),
  visibility: z.enum(["public", "internal", "private"]).optional(),
  private: z.boolean(),
});
const Labels = z.array(z.object({ name: z.string() }));

export interface RepositoryPlace {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
}

export interface RepositoryReader {
  /** Throws a PermanentFailure when the name belongs to another repository by now. */
  read(octokit: Octokit, place: RepositoryPlace): Promise<Repository>;
  /** A label was made: remembered without asking again. */
  madeLabel(repositoryId: number, label: string): void;
  forget(repositoryId: number): void;
}

/** Who may see a repository, and which labels it has. */
export function createRepositoryReader(now: () => number): RepositoryReader {
  const cache = createCache<Repository>({ ttlMs: TTL_MS, now });
  const made = new Map<number, Set<string>>();
  return {
    async read(octokit, place) {
      const found = await cache.of(`${place.id}`, () => read(octokit, place));
      return { ...found, labels: [...new Set([...found.labels, ...(made.get(place.id) ?? [])])] };
    },
    madeLabel(repositoryId, label) {
      const known = made.get(repositoryId) ?? new Set();
      made.set(repositoryId, known.add(label));
    },
    forget(repositoryId) {
      cache.forget(`${repositoryId}`);
      made.delete(repositoryId);
    },
  };
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
