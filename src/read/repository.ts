import type { Octokit } from "../github/octokit.ts";
import { z } from "zod";

import type { Repository, Visibility } from "../domain/facts.ts";
import { createCache } from "./cache.ts";

const TTL_MS = 300_000;

const Answer = z.object({ visibility: z.enum(["public", "internal", "private"]).optional(), private: z.boolean() });
const Labels = z.array(z.object({ name: z.string() }));

export interface RepositoryPlace {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
}

export interface RepositoryReader {
  read(octokit: Octokit, place: RepositoryPlace): Promise<Repository>;
  /** A label was made: remembered without asking again. */
  madeLabel(repositoryId: number, label: string): void;
  forget(repositoryId: number): void;
}

/** Who may see a repository, and which labels it has. */
export function createRepositoryReader(now: () => number): RepositoryReader {
  const cache = createCache<{ visibility: Visibility; labels: string[] }>({ ttlMs: TTL_MS, now });
  const made = new Map<number, Set<string>>();
  return {
    async read(octokit, { id, owner, repo }) {
      const { visibility, labels } = await cache.of(`${id}`, () => read(octokit, owner, repo));
      return { id, owner, name: repo, visibility, labels: [...new Set([...labels, ...(made.get(id) ?? [])])] };
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

async function read(
  octokit: Octokit,
  owner: string,
  repo: string,
): Promise<{ visibility: Visibility; labels: string[] }> {
  const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
  const { visibility, private: isPrivate } = Answer.parse(answer);
  return {
    visibility: visibility ?? (isPrivate ? "private" : "public"),
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
