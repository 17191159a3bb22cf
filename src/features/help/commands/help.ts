import { defineIssueCommand } from "../../../plan/define.ts";
import { commandViews } from "../command-views.ts";

export default defineIssueCommand({
  name: "help",
  usage: ["help"],
  summary: "List the commands, and who may use them.",
  needs: "read",
  plan: ({ issue }, { commentId }, commands) => [
    {
      kind: "put-comment",
      issue: issue.ref,
      slot: `help.${commentId}`,
      once: true,
      call: { template: "postmortem/help", view: { commands: commandViews(commands) } },
    },
  ],
});
