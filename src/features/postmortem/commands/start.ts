import { refuse } from "../../../domain/refusal.ts";
import { defineIssueCommand } from "../../../plan/define.ts";
import { resumePostmortem, startPostmortem } from "../start.ts";

export default defineIssueCommand({
  name: "start",
  usage: ["start"],
  summary: "Make this issue a postmortem: template, labels, team and status comment.",
  needs: "triage",
  plan(facts) {
    const { postmortem, stored } = facts;
    if (postmortem === undefined || postmortem.starting) return startPostmortem(facts);
    if (stored !== undefined || facts.issue.labels.includes(facts.config.label))
      return refuse("This postmortem has been started already.");
    return resumePostmortem(facts, postmortem);
  },
});
