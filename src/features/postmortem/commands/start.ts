import { refuse } from "../../../domain/refusal.ts";
import { defineIssueCommand } from "../../../plan/define.ts";
import { startPostmortem } from "../start.ts";

export default defineIssueCommand({
  name: "start",
  usage: ["start"],
  summary: "Make this issue a postmortem: template, labels, team and status comment.",
  needs: "triage",
  plan(facts) {
    if (facts.postmortem !== undefined && !facts.postmortem.starting)
      return refuse("This postmortem has been started already.");
    return startPostmortem(facts);
  },
});
