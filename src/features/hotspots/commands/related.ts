import { z } from "zod";

import { defineCommand } from "../../../plan/define.ts";
import { relatedViews } from "../related-views.ts";

export default defineCommand({
  name: "related",
  usage: ["related"],
  summary: "List the earlier postmortems that read alike, the words in common, and what became of their actions.",
  needs: "read",
  args: z.array(z.string()),
  plan: (_, facts) => [
    {
      kind: "put-comment",
      issue: facts.issue.ref,
      slot: `related.${facts.call.commentId}`,
      once: true,
      call: { template: "postmortem/related", view: { related: relatedViews(facts) } },
    },
  ],
});
