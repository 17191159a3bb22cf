import { allows } from "../domain/actor.ts";
import type { Config } from "../domain/config.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { ReadDeps } from "./deps.ts";

/**
 * Who of those named in a reminder may be mentioned, in lower case: people with triage or more in the repository, and
 * whom the configuration names. Words of a body alone never make the app call a stranger.
 */
export async function mentionable(
  { event, issue }: Delivery,
  config: Config,
  deps: Pick<ReadDeps, "octokit" | "role">,
): Promise<string[] | undefined> {
  if (event.kind !== "remind-due" || issue === undefined) return undefined;
  const leads = event.escalate.flatMap(({ lead }) => (lead === undefined ? [] : [lead]));
  const named = [...event.remind.map(({ owner }) => owner), ...leads].map((login) => login.toLowerCase());
  const known = new Set(
    config.team.functions.flatMap(({ members, lead = "" }) => [...members, lead].map((one) => bare(one))),
  );
  const { installationId, repositoryId: id, owner, repo } = issue;
  const found: string[] = [];
  for (const login of new Set(named)) {
    if (known.has(login)) found.push(login);
    else if (LOGIN.test(login)) {
      const role = await deps.role(deps.octokit, { installationId, id, owner, repo }, { id: 0, login, kind: "person" });
      if (allows(role, "triage")) found.push(login);
    }
  }
  return found;
}

const LOGIN = /^[a-z0-9](?:[a-z0-9-]{0,38})$/u;

function bare(member: string): string {
  return member.replace(/^@/u, "").toLowerCase();
}
