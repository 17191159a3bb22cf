import type { Kysely } from "kysely";

import type { InstallationId, Instant } from "../domain/ids.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import type { PreventiveAction } from "../domain/preventive-action.ts";
import { keep, kept } from "./kept.ts";
import { postmortemsOfInstallation, savePostmortem } from "./postmortems.ts";
import { findRepository, repositoriesOf, saveRepository } from "./repositories.ts";
import type { Schema } from "./schema.ts";
import { findTenant, saveTenant } from "./tenants.ts";

interface Name {
  readonly owner: string;
  readonly repo: string;
}

/** What a repository is called now; the id where it is known, else what it was called has to do. */
type NameNow = (name: Name, id?: number) => Name;

/** A repository has another name: what is kept of it, and what names it elsewhere, follows. Twice is once. */
export async function renameRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { repositoryId, before, now, ...after }: Name & { repositoryId: number; before?: Name | undefined; now: Instant },
): Promise<void> {
  const known = await findRepository(db, installationId, repositoryId);
  const former = before ?? (known && { owner: known.owner, repo: known.name });
  const isMeant = (name: Name, id?: number): boolean =>
    id === undefined ? former !== undefined && isSame(name, former) : id === repositoryId;
  await renameAll(db, installationId, { nameNow: (name, id) => (isMeant(name, id) ? after : name), now });
}

/** The owner of all repositories has another name. */
export async function renameOwner(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { before, after, now }: { before: string; after: string; now: Instant },
): Promise<void> {
  const nameNow: NameNow = (name) =>
    name.owner.toLowerCase() === before.toLowerCase() ? { ...name, owner: after } : name;
  await renameAll(db, installationId, { nameNow, now });
  await saveTenant(db, { installationId, account: after });
}

async function renameAll(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { nameNow, now }: { nameNow: NameNow; now: Instant },
): Promise<void> {
  for (const postmortem of await postmortemsOfInstallation(db, installationId)) {
    const renamed = postmortemNow(postmortem, nameNow);
    if (JSON.stringify(renamed) !== JSON.stringify(postmortem)) await savePostmortem(db, renamed);
  }
  for (const { id, owner, name, ...rest } of await repositoriesOf(db, installationId)) {
    const after = nameNow({ owner, repo: name }, id);
    await saveRepository(db, installationId, { ...rest, id, owner: after.owner, name: after.repo });
  }
  await renameSchedule(db, installationId, nameNow);
  await renameKept(db, installationId, { nameNow, now });
}

function postmortemNow(postmortem: Postmortem, nameNow: NameNow): Postmortem {
  const { ref, url, actions } = postmortem;
  const { owner, repo } = nameNow(ref, ref.repositoryId);
  return {
    ...postmortem,
    ref: { ...ref, owner, repo },
    url: url.replace(`/${ref.owner}/${ref.repo}/issues/`, `/${owner}/${repo}/issues/`),
    actions: actions.map((action) => actionNow(action, nameNow)),
  };
}

function actionNow(action: PreventiveAction, nameNow: NameNow): PreventiveAction {
  const { trackedBy, trackedIn, links, evidence } = action;
  return {
    ...action,
    ...(trackedBy === undefined ? {} : { trackedBy: textNow(trackedBy, nameNow, trackedIn) }),
    ...(links === undefined ? {} : { links: links.map((link) => textNow(link, nameNow)) }),
    ...(evidence === undefined ? {} : { evidence: textNow(evidence, nameNow) }),
  };
}

/** `owner/repo#7`, whatever follows. */
function textNow(text: string, nameNow: NameNow, id?: number): string {
  const {
    owner = "",
    repo = "",
    rest,
  } = /^(?<owner>[^/\s]+)\/(?<repo>[^/#\s]+)(?<rest>#\d.*)$/su.exec(text)?.groups ?? {};
  if (rest === undefined) return text;
  const after = nameNow({ owner, repo }, id);
  return `${after.owner}/${after.repo}${rest}`;
}

async function renameSchedule(db: Kysely<Schema>, installationId: InstallationId, nameNow: NameNow): Promise<void> {
  const tenant = await findTenant(db, installationId);
  const [owner = "", repo] = tenant?.schedule.repository?.split("/") ?? [];
  if (tenant === undefined || repo === undefined) return;
  const after = nameNow({ owner, repo });
  const schedule = { ...tenant.schedule, repository: `${after.owner}/${after.repo}` };
  await saveTenant(db, { installationId, account: tenant.account, schedule });
}

/** Where a key of what is remembered names a repository, it does so in a part of its own: `issue:acme/shop:digest`. */
async function renameKept(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { nameNow, now }: { nameNow: NameNow; now: Instant },
): Promise<void> {
  const rows = await db
    .selectFrom("kept")
    .select("key")
    .where("installation_id", "=", installationId)
    .where("key", "like", "%/%")
    // Read anew under the new name: what was read before would count as read now.
    .where("key", "not like", "read:%")
    .execute();
  for (const { key } of rows) {
    const after = key
      .split(":")
      .map((part) => partNow(part, nameNow))
      .join(":");
    if (after === key) continue;
    const value = (await kept(db, installationId, after)) ?? (await kept(db, installationId, key));
    await keep(db, installationId, { key: after, value, now });
    await keep(db, installationId, { key, value: undefined, now });
  }
}

function partNow(part: string, nameNow: NameNow): string {
  const [owner = "", repo, ...more] = part.split("/");
  if (repo === undefined || more.length > 0) return part;
  const name = { owner, repo };
  const after = nameNow(name);
  return after === name ? part : `${after.owner}/${after.repo}`.toLowerCase();
}

function isSame(one: Name, other: Name): boolean {
  return `${one.owner}/${one.repo}`.toLowerCase() === `${other.owner}/${other.repo}`.toLowerCase();
}
