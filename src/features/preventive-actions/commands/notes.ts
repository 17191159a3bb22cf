import { z } from "zod";

import { defineCommand } from "../../../plan/define.ts";

export default defineCommand({
  name: "notes",
  usage: ["notes off", "notes on"],
  summary: "Take the notes on wording out of the status comment of this postmortem, or bring them back.",
  needs: "triage",
  args: z.tuple([z.enum(["on", "off"])]),
  plan([word], { postmortem }) {
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, notesOff: word === "off" } }];
  },
});
