import { defineRule } from "../../../plan/define.ts";

/**
 * What we already knew is read by category, and evidence by the links of what is ticked: when a command changed one of
 * these, the status comment is made once more.
 */
export default defineRule({
  name: "look-again",
  when: ["comment-created", "comment-edited"],
  phase: "after",
  order: 110,
  plan({ stored, postmortem, issue }) {
    if (stored === undefined || postmortem === undefined) return [];
    const mayShow = postmortem.actions.some(({ status, links }) => status === "ticked" && links !== undefined);
    return stored.category === postmortem.category && !mayShow ? [] : [{ kind: "refresh-later", issue: issue.ref }];
  },
});
