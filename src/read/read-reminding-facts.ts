import { statusOf } from "../apply/address.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { RemindingFacts, TenantFacts } from "../domain/facts.ts";
import type { IssueRef } from "../domain/ids.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { withInstallation } from "../store/database.ts";
import { postmortemsOfInstallation } from "../store/postmortems.ts";
import { repositoriesOf } from "../store/repositories.ts";
import type { ReadDeps } from "./deps.ts";

/** A tenant's postmortems with the configuration and teams of their repositories: what reminders are chosen from. */
export async function readRemindingFacts(delivery: Delivery, attempt: number, deps: ReadDeps): Promise<TenantFacts> {
  const { installationId, database } = deps;
  const { all, archived } = await withInstallation(database, installationId, async (db) => ({
    all: await postmortemsOfInstallation(db, installationId),
    archived: (await repositoriesOf(db, installationId)).filter((repository) => repository.archived),
  }));
  const settings = new Map<number, Settings>();
  // Nothing can be written where it is archived.
  for (const ref of repositoriesWithWork(all).filter((one) => !archived.some(({ id }) => id === one.repositoryId))) {
    const found = await settingsOf(ref, deps);
    if (found !== undefined) settings.set(ref.repositoryId, found);
  }
  return {
    kind: "tenant",
    now: deps.now,
    delivery: { id: delivery.id, attempt },
    event: delivery.event,
    installationId,
    reminding: { postmortems: all, settings },
  };
}

type Settings = RemindingFacts["settings"] extends ReadonlyMap<number, infer Value> ? Value : never;

/** Only where something is open that somebody owns: the others are not asked for their configuration. */
function repositoriesWithWork(postmortems: readonly Postmortem[]): IssueRef[] {
  const open = postmortems.filter(({ actions }) =>
    actions.some(({ status, owner }) => status === "open" && owner !== undefined),
  );
  return [...new Map(open.map(({ ref }) => [ref.repositoryId, ref])).values()];
}

/** Undefined when the repository is gone for us: nobody can be reminded there. */
async function settingsOf({ repositoryId: id, owner, repo }: IssueRef, deps: ReadDeps): Promise<Settings | undefined> {
  try {
    const place = { id, owner, repo, installationId: deps.installationId };
    const { config } = await deps.config.readConfig(deps.octokit, place);
    return { config, functions: await deps.team(deps.octokit, config, deps.installationId) };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 403 || status === 410 || status === 451) return undefined;
    throw error;
  }
}
