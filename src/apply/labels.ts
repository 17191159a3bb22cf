import type { ChangeOf } from "../domain/change.ts";
import { statusOf } from "./address.ts";
import { again } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";
import { lookOf } from "./label-look.ts";

/** Adds and removes labels one by one or together, never replacing the set: what people put on stays. */
export async function setLabels({ issue, add, remove }: ChangeOf<"set-labels">, deps: ApplyDeps): Promise<void> {
  const { owner, repo, number: issue_number } = issue;
  for (const label of add.filter((name) => !knows(deps, name))) await makeLabel(label, { owner, repo }, deps);
  if (add.length > 0) await addLabels([...add], { owner, repo, issue_number }, deps);
  for (const name of remove) {
    const place = { owner, repo, issue_number, name };
    await again(() =>
      deps.octokit.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", place),
    ).catch(passOver(404));
  }
}

/** One that GitHub does not take (too long, or the hundred-and-first) keeps none of the others off. */
async function addLabels(
  labels: string[],
  place: { owner: string; repo: string; issue_number: number },
  deps: ApplyDeps,
): Promise<void> {
  try {
    await again(() =>
      deps.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", { ...place, labels }),
    );
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    if (labels.length > 1) for (const label of labels) await addLabels([label], place, deps);
  }
}

async function makeLabel(name: string, place: { owner: string; repo: string }, deps: ApplyDeps): Promise<void> {
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
