import { z } from "zod";

import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { actionNamed, trackActions } from "../track.ts";

export default defineCommand({
  name: "remind",
  usage: ["remind <n>", "remind on", "remind off"],
  summary: "Remind the owner of an action in the next working hours, or turn reminders on or off for this postmortem.",
  needs: "triage",
  args: z.array(z.string()).length(1),
  plan([word = ""], facts) {
    const { postmortem } = facts;
    if (word === "on" || word === "off")
      return [{ kind: "save-postmortem", postmortem: { ...postmortem, remind: word === "on" } }];
    const actions = trackActions(facts, postmortem);
    const action = actionNamed(word, actions);
    if (action === undefined) return refuse("Write it as `/postmortem remind 2`, `remind on` or `remind off`.");
    if (action.status !== "open") return refuse("That action is settled: there is nothing to remind of.");
    if (action.owner === undefined)
      return refuse(
        `Nobody owns that action yet: \`/postmortem action assign ${word.replaceAll(/\W/gu, "")} @login\`.`,
      );
    const { snoozedUntil: _, ...awake } = action;
    const changed = actions.map((one) => (one === action ? { ...awake, remindNext: true } : one));
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, remind: true, actions: changed } }];
  },
});
