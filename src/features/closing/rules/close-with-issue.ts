import { defineRule } from "../../../plan/define.ts";
import { guardClose } from "../guard.ts";

/** By hand, by a commit's "Fixes #7", by a board: closed is closed, and the guard looks at it. */
export default defineRule({
  name: "close-with-issue",
  when: ["issue-closed", "reconcile-due"],
  plan(facts) {
    const { event, postmortem, issue } = facts;
    if (postmortem === undefined || issue.state !== "closed" || postmortem.issueState === "closed") return [];
    const at = issue.closedAt ?? (event.kind === "issue-closed" ? event.at : facts.now);
    const reason = event.kind === "issue-closed" ? (event.stateReason ?? issue.stateReason) : issue.stateReason;
    return guardClose(facts, postmortem, { at, ...(reason === undefined ? {} : { reason }) });
  },
});
