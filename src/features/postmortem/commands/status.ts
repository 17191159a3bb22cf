import { z } from "zod";

import { defineCommand } from "../../../plan/define.ts";

export default defineCommand({
  name: "status",
  usage: ["status"],
  summary: "Bring the status comment up to date now.",
  needs: "read",
  args: z.array(z.string()),
  /** The rule show-status writes it after every command; asking is enough. */
  plan: () => [],
});
