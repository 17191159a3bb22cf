import { defineRule } from "../../../plan/define.ts";

/** What we already knew is read by category: when a command changed it, the status comment is made once more. */
export default defineRule({
  name: "look-again",
  when: ["comment-created", "comment-edited"],
  phase: "after",
  order: 110,
  plan({ stored, postmortem, issue }) {
    if (stored === undefined || postmortem === undefined || stored.category === postmortem.category) return [];
    return [{ kind: "refresh-later", issue: issue.ref }];
  },
});
