import type { Config } from "../domain/config.ts";
import type { Repository } from "../domain/facts.ts";
import { homeSaid, sayHome } from "../store/digest-homes.ts";
import { withInstallation } from "../store/database.ts";
import { busiestRepository } from "../store/postmortems.ts";
import { findRepository, saveRepository } from "../store/repositories.ts";
import { saveTenant, scheduleOf } from "../store/tenants.ts";
import { CONFIG_PATH, isSame, PARENT_REPOSITORY } from "./config/lay-files.ts";
import type { ReadConfig } from "./config/read-config.ts";
import type { ReadDeps } from "./deps.ts";
import type { UnchosenFacts } from "./read-issue-facts.ts";
import { homeOf } from "./tracker.ts";

/** The home's file may change without anything happening there: it is looked at again this often. */
const AGAIN_MS = 3_600_000;

const noted = new WeakMap<object, Map<string, { readonly said: string; readonly at: number }>>();

/**
 * The clock goes by the configuration of the digest's home, and the digest by who may see a repository: both are kept
 * when they change. No other repository's file moves the day or the hour.
 */
export async function noteTenant(
  { config, repository }: Pick<UnchosenFacts, "config" | "repository">,
  deps: ReadDeps,
): Promise<void> {
  const { installationId, database } = deps;
  const seen = noted.get(database) ?? new Map<string, { said: string; at: number }>();
  noted.set(database, seen);
  const key = `${installationId}:${repository.id}`;
  const now = Date.parse(deps.now);
  const said = JSON.stringify([scheduleOf(config), repository.owner, repository.name, repository.visibility]);
  const before = seen.get(key);
  if (before?.said === said && now - before.at < AGAIN_MS) return;
  await noteNow(repository, config, deps);
  seen.set(key, { said, at: now });
}

async function noteNow(repository: Repository, config: Config, deps: ReadDeps): Promise<void> {
  const { installationId, database } = deps;
  const read = await deps.config.readConfig(deps.octokit, placeOf(repository, deps));
  const { named, busiest } = await withInstallation(database, installationId, async (db) => {
    await saveTenant(db, { installationId, account: repository.owner });
    const { archived = false } = (await findRepository(db, installationId, repository.id)) ?? {};
    await saveRepository(db, installationId, { ...plain(repository), archived });
    for (const word of wordsOf(repository, read)) await sayHome(db, installationId, { ...word, now: deps.now });
    const id = await busiestRepository(db, installationId);
    const busiest = id === undefined ? undefined : await findRepository(db, installationId, id);
    return { named: await homeSaid(db, installationId), busiest };
  });
  const home = (await homeNamed(named, repository, deps)) ?? busiest ?? repository;
  const { config: inForce } =
    home.id === repository.id ? { config } : await deps.config.readConfig(deps.octokit, placeOf(home, deps));
  const { repository: _, ...schedule } = scheduleOf(inForce);
  await withInstallation(database, installationId, (db) =>
    saveTenant(db, {
      installationId,
      account: repository.owner,
      schedule: named === undefined ? schedule : { ...schedule, repository: named },
    }),
  );
}

interface Home {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/** Undefined when none is named, or the app cannot write there: then the digest goes where there is most to tell. */
async function homeNamed(named: string | undefined, here: Repository, deps: ReadDeps): Promise<Home | undefined> {
  if (named === undefined || isSame(named, `${here.owner}/${here.name}`)) return named === undefined ? undefined : here;
  const found = await homeOf(named, deps);
  return found === undefined || found.archived ? undefined : { id: found.id, owner: found.owner, name: found.repo };
}

/** What a repository's configuration says of the digest's home, and in whose name. */
function wordsOf(
  { id, owner, name }: Repository,
  { config, origin, found, problem }: ReadConfig,
): { who: "owner" | number; home: string | undefined }[] {
  // Of the last configuration that worked it is not always known who said what: what was said before stands.
  if (problem !== undefined) return [];
  const ownersFile = `${owner}/${PARENT_REPOSITORY}/${CONFIG_PATH}`;
  const isOwners = (one: string): boolean =>
    isSame(one, ownersFile) || (one === CONFIG_PATH && isSame(name, PARENT_REPOSITORY));
  const { repository: home } = config.digest;
  const file = origin["digest.repository"] ?? CONFIG_PATH;
  const bySelf = { who: id, home: home !== undefined && !isOwners(file) ? home : undefined };
  // With a file of its own that inherits nothing, a repository does not know what the owner's says.
  const knowsOwners = !found || Object.values(origin).some(isOwners);
  return knowsOwners ? [bySelf, { who: "owner", home: isOwners(file) ? home : undefined }] : [bySelf];
}

function placeOf({ id, owner, name: repo }: Home, { installationId }: ReadDeps) {
  return { id, installationId, owner, repo };
}

function plain({ id, owner, name, visibility }: Repository) {
  return { id, owner, name, visibility };
}
