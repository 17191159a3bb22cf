import { z } from "zod";

import { addDays, isCalendarDay } from "../../../domain/day.ts";
import type { Day, PreventiveAction } from "../../../domain/preventive-action.ts";
import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { actionNamed, trackActions } from "../track.ts";

/** A year: whatever is to be silent for longer had better be dropped, with a reason. */
const LONGEST_DAYS = 366;

export default defineCommand({
  name: "snooze",
  usage: ["snooze <n> <3d|2w>", "snooze <n> until <2026-12-01>", "snooze <n> off"],
  summary: "No reminders of an action for a while; `off` ends it.",
  needs: "triage",
  args: z.array(z.string()).min(2).max(3),
  plan([which = "", ...rest], facts) {
    const actions = trackActions(facts, facts.postmortem);
    const action = actionNamed(which, actions);
    if (action === undefined)
      return refuse("There is no action of that number: the status comment counts them from 1.");
    const until = rest[0] === "off" ? facts.today : untilOf(rest, facts.today);
    if (until === undefined)
      return refuse("Say for how long: `/postmortem snooze 2 3d` or `/postmortem snooze 2 until 2026-12-01`.");
    if (rest[0] !== "off" && until <= facts.today) return refuse(`${until} is not in the future: name a later day.`);
    if (until > addDays(facts.today, LONGEST_DAYS))
      return refuse('A year at most: `/postmortem action drop 2 "reason"` is for what nobody will do.');
    const snoozed = rest[0] === "off" ? awake(action) : { ...awake(action), snoozedUntil: until };
    const changed = actions.map((one) => (one === action ? snoozed : one));
    return [{ kind: "save-postmortem", postmortem: { ...facts.postmortem, actions: changed } }];
  },
});

function untilOf(words: readonly string[], today: Day): Day | undefined {
  const word = words.at(-1) ?? "";
  const span = /^(?<n>\d{1,3})(?<unit>[dw])$/u.exec(word)?.groups;
  if (span !== undefined) return addDays(today, Number(span["n"]) * (span["unit"] === "w" ? 7 : 1));
  return isCalendarDay(word) ? word : undefined;
}

function awake(action: PreventiveAction): PreventiveAction {
  const { snoozedUntil: _, ...rest } = action;
  return rest;
}
