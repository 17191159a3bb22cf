import type { Applied } from "./apply/apply.ts";
import type { Change } from "./domain/change.ts";
import type { Issue, IssueFacts } from "./domain/facts.ts";
import type { IssueRef } from "./domain/ids.ts";
import { foldIssue } from "./plan/fold.ts";
import type { LastPlan } from "./store/last-plan.ts";

type PlannedFrom = Pick<IssueFacts, "now" | "issue" | "bodyNow">;

/** What is remembered of a plan for an issue; undefined where there is no postmortem after it that is known to go on. */
export function lastPlanOf(
  { now, issue, bodyNow }: PlannedFrom,
  { changes, applied }: { changes: readonly Change[]; applied: Applied },
): { ref: IssueRef; plan: LastPlan } | undefined {
  if (!changes.some(({ kind }) => kind === "save-postmortem")) return undefined;
  const before: Issue = { ...issue, body: bodyNow ?? issue.body };
  const { ref, ...left } = changes.reduce(foldIssue, before);
  const assignees = left.assignees.filter((login) => !applied.dropped.includes(login));
  return { ref, plan: { left: { ...left, assignees }, at: now } };
}
