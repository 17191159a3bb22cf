import type { ChangeOf } from "../domain/change.ts";
import { type Cache, createCache } from "../read/cache.ts";
import { statusOf } from "./address.ts";
import type { Database } from "../store/database.ts";
import { again } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";
import { lookOf } from "./label-look.ts";
import { noteLabels } from "./written.ts";

/** Adds and removes labels one by one or together, never replacing the set: what people put on stays. */
export async function setLabels({ issue, add, remove }: ChangeOf<"set-labels">, deps: ApplyDeps): Promise<void> {
  const { owner, repo, number: issue_number } = issue;
  for (const label of add.filter((name) => !knows(deps, name))) await makeLabel(label, { owner, repo }, deps);
  const place = { owner, repo, issue_number };
  const refused = add.length > 0 ? await addLabels([...add], place, deps) : [];
  for (const name of remove) {
    await again(() =>
      deps.octokit.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", { ...place, name }),
    ).catch(passOver(404));
  }
  // The issue had a hundred: now there is room for what takes the place of those.
  if (refused.length > 0 && remove.length > 0) await addLabels(refused, place, deps);
  const added = add.filter((name) => !refused.includes(name));
  await noteLabels(issue, { add: added, remove: [...remove] }, deps);
}

/** One that GitHub does not take (too long, or the hundred-and-first) keeps none of the others off. Gives those back. */
async function addLabels(
  labels: string[],
  place: { owner: string; repo: string; issue_number: number },
  deps: ApplyDeps,
): Promise<string[]> {
  try {
    await again(() =>
      deps.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", { ...place, labels }),
    );
    return [];
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    if (labels.length === 1) return labels;
    const refused: string[] = [];
    for (const label of labels) refused.push(...(await addLabels([label], place, deps)));
    return refused;
  }
}

const JUST_MADE_MS = 60_000;

/** Labels that are being made, or were a moment ago, by the database of the app that makes them. */
const making = new WeakMap<Database, Cache<void>>();

/** Issues that start together need the same labels: each is made once, and all wait for it. */
async function makeLabel(name: string, place: { owner: string; repo: string }, deps: ApplyDeps): Promise<void> {
  const { database, installationId, now } = deps;
  const cache = making.get(database) ?? createCache<void>({ ttlMs: JUST_MADE_MS, now: () => Date.parse(now()) });
  making.set(database, cache);
  const key = `${installationId} ${place.owner}/${place.repo} ${name}`.toLowerCase();
  await cache.of(key, () => makeNow(name, place, deps));
}

async function makeNow(name: string, place: { owner: string; repo: string }, deps: ApplyDeps): Promise<void> {
  await again(() =>
    deps.octokit.request("POST /repos/{owner}/{repo}/labels", { ...place, name, ...lookOf(name) }),
  ).catch(passOver(422));
  await deps.madeLabel(name);
}

function knows(deps: ApplyDeps, name: string): boolean {
  return deps.knownLabels.some((label) => label.toLowerCase() === name.toLowerCase());
}

/** It is as we want it already. */
function passOver(status: number): (error: unknown) => void {
  return (error) => {
    if (statusOf(error) !== status) throw error;
  };
}
