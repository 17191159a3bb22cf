import { defineRule } from "../../../plan/define.ts";
import { reopened } from "../guard.ts";

/** An issue that is open again goes back to the stage it had reached. */
export default defineRule({
  name: "reopen-with-issue",
  when: ["issue-reopened", "reconcile-due"],
  plan({ postmortem, issue }) {
    if (postmortem === undefined || issue.state !== "open" || postmortem.issueState === "open") return [];
    return [{ kind: "save-postmortem", postmortem: reopened(postmortem) }];
  },
});
