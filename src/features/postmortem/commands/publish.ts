import { z } from "zod";

import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";

export default defineCommand({
  name: "publish",
  usage: ["publish"],
  summary: "Say that a reviewed postmortem is fit to be read by everybody: the digest may recommend it.",
  needs: "write",
  args: z.array(z.string()),
  plan(_, { postmortem, now }) {
    if (postmortem.reviewedAt === undefined)
      return refuse("It has not been reviewed yet: `/postmortem review` asks for it.");
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, publishedAt: postmortem.publishedAt ?? now } }];
  },
});
