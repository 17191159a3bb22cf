import { z } from "zod";

import { statusOf } from "../apply/address.ts";
import type { UpstreamFacts } from "../domain/facts.ts";
import { findUpstream } from "../features/hotspots/upstream.ts";
import type { Octokit } from "../github/octokit.ts";
import { createCache } from "./cache.ts";

/** Upstream issues move slowly. */
const TTL_MS = 86_400_000;
/** More than this is a list of reading, not a cause. */
const MOST = 5;

const Answer = z.object({ title: z.string(), state: z.enum(["open", "closed"]) });

export type ReadUpstream = (
  octokit: Octokit,
  text: string,
  own: { readonly owner: string; readonly repo: string },
) => Promise<UpstreamFacts[]>;

/**
 * The upstream issues that a text names, with their state where GitHub lets us read them. An issue of the same owner is
 * named and not read: our token opens private repositories of that owner, and whoever reads the text may not.
 */
export function createReadUpstream(now: () => number): ReadUpstream {
  const cache = createCache<z.infer<typeof Answer> | undefined>({ ttlMs: TTL_MS, now });
  return async (octokit, text, own) => {
    const named = findUpstream(text).issues.filter(
      ({ owner, repository }) => `${owner}/${repository}`.toLowerCase() !== `${own.owner}/${own.repo}`.toLowerCase(),
    );
    const facts: UpstreamFacts[] = [];
    for (const { owner, repository, number } of named.slice(0, MOST)) {
      const name = `${owner}/${repository}#${number}`;
      if (owner.toLowerCase() === own.owner.toLowerCase()) {
        facts.push({ name });
        continue;
      }
      const answer = await cache.of(name.toLowerCase(), () =>
        readOne(octokit, { owner, repo: repository, issue_number: number }),
      );
      facts.push(answer === undefined ? { name } : { name, ...answer });
    }
    return facts;
  };
}

async function readOne(
  octokit: Octokit,
  place: { owner: string; repo: string; issue_number: number },
): Promise<z.infer<typeof Answer> | undefined> {
  try {
    const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", place);
    return Answer.parse(answer);
  } catch (error) {
    const status = statusOf(error);
    if (status === 403 || status === 404 || status === 410 || status === 451) return undefined;
    throw error;
  }
}
