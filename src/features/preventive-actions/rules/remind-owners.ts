import { defineRule } from "../../../plan/define.ts";
import { remind } from "../reminders/remind.ts";

/** Reminders go on after the incident is over: that is when they matter. */
export default defineRule({
  name: "remind-owners",
  when: ["remind-due"],
  plan(facts) {
    const { event, postmortem } = facts;
    return event.kind !== "remind-due" || postmortem === undefined ? [] : remind(facts, postmortem, event);
  },
});
