import type { Octokit } from "../github/octokit.ts";
import { z } from "zod";

import { statusOf } from "../apply/address.ts";
import { type Actor, Role } from "../domain/actor.ts";
import type { Shelf } from "../store/shelf.ts";
import { createShelvedCache } from "./cache.ts";

/** A role is believed for this long. */
const TTL_MS = 60_000;

const Answer = z.object({ permission: z.string(), role_name: z.string().nullish() });

export type ReadRole = (
  octokit: Octokit,
  repository: { installationId: number; id: number; owner: string; repo: string },
  actor: Actor,
) => Promise<Role>;

/**
 * What somebody may do in a repository, by the permission endpoint. `author_association` is never used: it is worked
 * out without a viewer. Fails closed: a bot, a ghost, a role that is not known or a refusal is `unknown` or `none`.
 * Throws when GitHub could not answer, so that the delivery is tried again.
 */
export function createReadRole(now: () => number, shelf?: Shelf): ReadRole {
  const cache = createShelvedCache<Role>({ ttlMs: TTL_MS, now, schema: Role, shelf });
  return async (octokit, repository, actor) => {
    if (actor.kind !== "person") return "unknown";
    const { installationId, id } = repository;
    const key = { installationId, key: `role:${id}:${actor.login.toLowerCase()}` };
    return cache.of(key, () => readRole(octokit, repository, actor.login));
  };
}

async function readRole(
  octokit: Octokit,
  { owner, repo }: { owner: string; repo: string },
  username: string,
): Promise<Role> {
  try {
    const { data: answer } = await octokit.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      owner,
      repo,
      username,
    });
    const parsed = Answer.safeParse(answer);
    return parsed.success ? roleOf(parsed.data) : "unknown";
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return "none";
    if (status === 403 || status === 451 || status === 410) return "unknown";
    throw error;
  }
}

/** `triage` and `maintain` are told only by `role_name`; of a custom role the base permission counts. */
function roleOf({ permission, role_name }: z.infer<typeof Answer>): Role {
  const named = Role.safeParse(role_name);
  if (named.success && named.data !== "unknown") return named.data;
  const base = Role.safeParse(permission);
  return base.success ? base.data : "unknown";
}
