import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import { addressOf } from "./address.ts";
import { again } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";

/** GitHub takes ten at once and silently leaves out who has no access. */
const Answer = z.object({ assignees: z.array(z.object({ login: z.string() })) });

/** Adds and removes assignees. Returns who GitHub would not assign. */
export async function setAssignees(
  { issue, add, remove }: ChangeOf<"set-assignees">,
  deps: ApplyDeps,
): Promise<string[]> {
  const place = addressOf(issue);
  if (remove.length > 0) {
    const assignees = [...remove];
    await again(() =>
      deps.octokit.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees", { ...place, assignees }),
    );
  }
  if (add.length === 0) return [];
  const assignees = [...add];
  const { data: answer } = await again(() =>
    deps.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/assignees", { ...place, assignees }),
  );
  const assigned = new Set(Answer.parse(answer).assignees.map(({ login }) => login.toLowerCase()));
  return add.filter((login) => !assigned.has(login.toLowerCase()));
}
