import type { Issue } from "../domain/facts.ts";
import type { InstallationId, Instant } from "../domain/ids.ts";
import type { Octokit } from "../github/octokit.ts";
import { createCache } from "./cache.ts";
import { issueOf } from "./issue.ts";

/** What was found by looking through an archive is believed as long as the archive itself. */
export const ARCHIVE_TTL_MS = 3_600_000;
/** GitHub lists this many at once. */
const PAGE = 100;

export interface ArchivePlace {
  readonly installationId: InstallationId;
  readonly repositoryId: number;
  readonly owner: string;
  readonly repo: string;
  readonly label: string;
}

export interface ListOptions {
  /** Only those that changed since then. */
  readonly since?: Instant;
  /** Hears how many there are after every page, so that progress can be shown. */
  readonly each?: (count: number) => void;
}

/** Every issue of a repository with the postmortem label: what related ones are looked for in, and learned from. */
export interface Archive {
  /** As last listed: ⌈N/100⌉ requests, and none for an hour. The same array as before while nothing has changed. */
  read(octokit: Octokit, place: ArchivePlace): Promise<readonly Issue[]>;
  /** When the archive that is at hand was listed, in milliseconds since 1970; undefined when it would be listed anew. */
  listedAt(place: Pick<ArchivePlace, "repositoryId" | "label">): number | undefined;
  /** An issue has just been read: the archive need not be listed anew to know of it. */
  note(issue: Issue, label: string): Promise<void>;
}

export function createArchive(now: () => number): Archive {
  const cache = createCache<Map<number, Issue>>({ ttlMs: ARCHIVE_TTL_MS, now });
  const listed = new WeakMap<Map<number, Issue>, readonly Issue[]>();
  return {
    async read(octokit, place) {
      const key = keyOf(place);
      const issues = await cache.of(key, async () => byNumber(await listPostmortems(octokit, place)));
      const known = listed.get(issues) ?? [...issues.values()];
      listed.set(issues, known);
      return known;
    },
    listedAt: (place) => cache.readAt(keyOf(place)),
    async note(issue, label) {
      const key = keyOf({ repositoryId: issue.ref.repositoryId, label });
      const issues = cache.readAt(key) === undefined ? undefined : await cache.known(key);
      const before = issues?.get(issue.ref.number);
      if (issues === undefined || (before !== undefined && saysTheSame(before, issue))) return;
      issues.set(issue.ref.number, issue);
      listed.delete(issues);
    },
  };
}

function keyOf({ repositoryId, label }: Pick<ArchivePlace, "repositoryId" | "label">): string {
  return `${repositoryId}:${label}`;
}

function saysTheSame(one: Issue, other: Issue): boolean {
  return one.title === other.title && one.body === other.body && one.labels.join() === other.labels.join();
}

function byNumber(issues: readonly Issue[]): Map<number, Issue> {
  return new Map(issues.map((issue) => [issue.ref.number, issue]));
}

/** Lists them now. */
export async function listPostmortems(
  octokit: Octokit,
  place: ArchivePlace,
  { since, each }: ListOptions = {},
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
      ...(since === undefined ? {} : { since }),
      per_page: PAGE,
      page,
    });
    const issues = answer.filter(({ pull_request }) => pull_request === undefined);
    found.push(
      ...issues.map((issue) => issueOf({ installationId, repositoryId, owner, repo, number: issue.number }, issue)),
    );
    each?.(found.length);
    if (answer.length < PAGE) return found;
  }
}
