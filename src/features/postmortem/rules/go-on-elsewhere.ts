import { defineRule } from "../../../plan/define.ts";
import { resumePostmortem } from "../start.ts";

/**
 * A postmortem that was moved here from another repository goes on where it was: same team, ticks and stage, and the
 * labels that this repository did not have. Its comments came along with the issue.
 */
export default defineRule({
  name: "go-on-elsewhere",
  when: ["issue-opened"],
  order: -12,
  plan(facts) {
    const { event, issue, postmortem, stored } = facts;
    if (event.kind !== "issue-opened" || event.from === undefined) return [];
    if (postmortem === undefined || stored !== undefined) return [];
    const before = { ...event.from, installationId: issue.ref.installationId };
    return [{ kind: "forget-postmortem", ref: before, gone: true }, ...resumePostmortem(facts, postmortem)];
  },
});
