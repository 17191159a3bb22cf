import { z } from "zod";

import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { freeText } from "../../../plan/slash.ts";

export default defineCommand({
  name: "close-anyway",
  usage: ["close-anyway <reason>"],
  summary: "Close with preventive actions open; the reason is recorded.",
  needs: "maintain",
  args: z.array(z.string()),
  plan(_, { postmortem, issue, actor, now, call }) {
    const reason = freeText(call);
    if (reason === "")
      return refuse('Say why, so that readers know: `/postmortem close-anyway "moved to the platform backlog"`.');
    return [
      { kind: "set-issue-state", issue: issue.ref, state: "closed", reason: "completed" },
      {
        kind: "save-postmortem",
        postmortem: {
          ...postmortem,
          stage: "closed",
          issueState: "closed",
          closedAt: postmortem.closedAt ?? now,
          closedAnyway: { by: actor.login, reason, at: now },
        },
      },
    ];
  },
});
