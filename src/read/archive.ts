import type { Issue } from "../domain/facts.ts";
import type { InstallationId } from "../domain/ids.ts";
import type { Octokit } from "../github/octokit.ts";
import { createCache } from "./cache.ts";
import { issueOf } from "./issue.ts";

const TTL_MS = 3_600_000;
/** GitHub lists this many at once. */
const PAGE = 100;

export interface ArchivePlace {
  readonly installationId: InstallationId;
  readonly repositoryId: number;
  readonly owner: string;
  readonly repo: string;
  readonly label: string;
}

/** Every issue of a repository with the postmortem label, as last listed: ⌈N/100⌉ requests, and none for an hour. */
export type ReadArchive = (octokit: Octokit, place: ArchivePlace) => Promise<readonly Issue[]>;

export function createReadArchive(now: () => number): ReadArchive {
  const cache = createCache<readonly Issue[]>({ ttlMs: TTL_MS, now });
  return (octokit, place) => cache.of(`${place.repositoryId}:${place.label}`, () => listPostmortems(octokit, place));
}

/** Lists them now. `each` hears of every page, so that progress can be shown. */
export async function listPostmortems(
  octokit: Octokit,
  place: ArchivePlace,
  each: (count: number) => void = () => undefined,
): Promise<Issue[]> {
  const { installationId, repositoryId, owner, repo, label } = place;
  const found: Issue[] = [];
  for (let page = 1; ; page += 1) {
    const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}/issues", {
      owner,
      repo,
      labels: label,
      state: "all",
      sort: "created",
      direction: "asc",
      per_page: PAGE,
      page,
    });
    const issues = answer.filter(({ pull_request }) => pull_request === undefined);
    found.push(
      ...issues.map((issue) => issueOf({ installationId, repositoryId, owner, repo, number: issue.number }, issue)),
    );
    each(found.length);
    if (answer.length < PAGE) return found;
  }
}
