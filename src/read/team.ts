import type { Octokit } from "../github/octokit.ts";
import { z } from "zod";

import { statusOf } from "../apply/address.ts";
import type { Config } from "../domain/config.ts";
import { defined } from "../domain/defined.ts";
import type { TeamFunction } from "../domain/facts.ts";
import { createCache } from "./cache.ts";

const TTL_MS = 300_000;

const Members = z.array(z.object({ login: z.string(), type: z.string().optional() }));

export type ReadTeam = (octokit: Octokit, config: Config, installationId: number) => Promise<TeamFunction[]>;

/**
 * The functions with GitHub teams expanded to people. A team that cannot be read counts as empty: nobody is guessed.
 * What one installation may read, or may not, is never told to another: each has its own answers.
 */
export function createReadTeam(now: () => number): ReadTeam {
  const cache = createCache<string[]>({ ttlMs: TTL_MS, now });

  async function expand(octokit: Octokit, member: string, installationId: number): Promise<string[]> {
    const [org = "", slug] = member.replace(/^@/u, "").split("/");
    if (slug === undefined) return [org];
    return cache.of(`${installationId} ${org}/${slug}`.toLowerCase(), () => readMembers(octokit, org, slug));
  }

  return async (octokit, config, installationId) => {
    const functions: TeamFunction[] = [];
    for (const { name, members, affinity, lead } of config.team.functions) {
      const people: string[] = [];
      for (const member of members) people.push(...(await expand(octokit, member, installationId)));
      functions.push({ name, affinity, people: [...new Set(people)], ...defined({ lead: lead?.replace(/^@/u, "") }) });
    }
    return functions;
  };
}

async function readMembers(octokit: Octokit, org: string, slug: string): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; ; page += 1) {
    try {
      const { data: answer } = await octokit.request("GET /orgs/{org}/teams/{team_slug}/members", {
        org,
        team_slug: slug,
        per_page: 100,
        page,
      });
      const members = Members.parse(answer);
      found.push(...members.filter(({ type }) => type !== "Bot").map(({ login }) => login));
      if (members.length < 100) return found;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404 || status === 403) return [];
      throw error;
    }
  }
}
