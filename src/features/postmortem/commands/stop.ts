import { z } from "zod";

import { defineCommand } from "../../../plan/define.ts";
import { stopPostmortem } from "../stop.ts";

export default defineCommand({
  name: "stop",
  usage: ["stop"],
  summary: "End the app's care of this issue; nothing that was written is taken back.",
  needs: "triage",
  args: z.array(z.string()),
  plan: (_, facts) => stopPostmortem(facts),
});
