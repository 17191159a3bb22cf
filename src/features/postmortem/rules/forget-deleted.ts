import { defineRule } from "../../../plan/define.ts";

/** An issue that is gone, here or to another repository, is no longer looked after here. */
export default defineRule({
  name: "forget-deleted",
  when: ["issue-deleted", "issue-transferred"],
  plan({ issue, postmortem }) {
    return postmortem === undefined ? [] : [{ kind: "forget-postmortem", ref: issue.ref }];
  },
});
