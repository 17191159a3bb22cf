import { defineRule } from "../../../plan/define.ts";

/** The issue that tracks an action may have been renamed, moved or deleted: what was read of that is kept. */
export default defineRule({
  name: "follow-tracker",
  when: ["sub-issue-changed"],
  order: -6,
  plan: ({ postmortem }) => (postmortem === undefined ? [] : [{ kind: "save-postmortem", postmortem }]),
});
