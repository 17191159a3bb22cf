import type { Change } from "../domain/change.ts";
import type { IssueFacts } from "../domain/facts.ts";
import type { InstallationId } from "../domain/ids.ts";
import type { Absence, Postmortem } from "../domain/postmortem.ts";
import { type Database, withInstallation } from "../store/database.ts";
import { lockTenant } from "../store/lock.ts";
import { absencesOf, loadsOf, savePostmortem } from "../store/postmortems.ts";
import type { ReadDeps } from "./deps.ts";
import type { UnchosenFacts } from "./read-issue-facts.ts";

/**
 * Plans with the loads of this moment. Two starts at once would both see the same person as the least loaded, so the
 * choice is made one at a time in a tenant, and noted before anything is written: a start that is cut short goes on
 * with the team it had chosen.
 */
export async function chosenUnderLock(
  facts: UnchosenFacts,
  deps: ReadDeps,
  plan: (facts: IssueFacts) => Change[],
): Promise<Change[]> {
  const { functions, ...rest } = facts;
  if (functions.length === 0)
    return plan({ ...rest, team: { functions, loads: new Map(), absences: facts.config.team.away } });
  return oneAtATime(deps.installationId, () => chosen(deps.database, deps.installationId, { facts, plan }));
}

async function chosen(
  database: Database,
  installationId: InstallationId,
  { facts, plan }: { facts: UnchosenFacts; plan: (facts: IssueFacts) => Change[] },
): Promise<Change[]> {
  return withInstallation(database, installationId, async (db) => {
    await lockTenant(database, db, installationId);
    const { functions, ...rest } = facts;
    const loads = await loadsOf(db, installationId, { now: facts.now, excluding: facts.issue.ref });
    const said = await absencesOf(db, installationId);
    const changes = plan({ ...rest, team: { functions, loads, absences: together(facts, said) } });
    const begun = changes.find((change) => change.kind === "save-postmortem")?.postmortem;
    if (begun !== undefined && isNew(facts, begun)) await savePostmortem(db, { ...begun, starting: true });
    return changes;
  });
}

/** What the configuration says, then what people said in comments. */
function together(facts: UnchosenFacts, said: readonly Absence[]): Absence[] {
  return [
    ...facts.config.team.away.map(({ who, from, until }) => ({ who: who.replace(/^@/u, ""), from, until })),
    ...said,
  ];
}

function isNew(facts: UnchosenFacts, begun: Postmortem): boolean {
  return facts.stored === undefined && facts.postmortem === undefined && begun.team.length > 0;
}

const turns = new Map<InstallationId, Promise<unknown>>();

async function oneAtATime<Result>(installationId: InstallationId, work: () => Promise<Result>): Promise<Result> {
  const before = turns.get(installationId) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  turns.set(installationId, settled);
  void settled.then(() => turns.get(installationId) === settled && turns.delete(installationId));
  return mine;
}
