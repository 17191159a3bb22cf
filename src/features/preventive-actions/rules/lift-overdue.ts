import { defineRule } from "../../../plan/define.ts";
import { OVERDUE } from "../reminders/remind.ts";

/** The label says that something escalated is open; when nothing is, it goes. A label that a person put on stays. */
export default defineRule({
  name: "lift-overdue",
  when: "any",
  phase: "after",
  order: 20,
  plan({ postmortem, issue }) {
    if (postmortem === undefined || !issue.labels.includes(OVERDUE)) return [];
    const escalated = postmortem.actions.filter(({ escalatedAt }) => escalatedAt !== undefined);
    if (escalated.length === 0 || escalated.some(({ status }) => status === "open")) return [];
    return [{ kind: "set-labels", issue: issue.ref, add: [], remove: [OVERDUE] }];
  },
});
