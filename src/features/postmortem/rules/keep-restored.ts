import { defineRule } from "../../../plan/define.ts";

/** What was found on GitHub of a postmortem that the store had lost is stored again. */
export default defineRule({
  name: "keep-restored",
  when: "any",
  order: -30,
  plan: ({ postmortem, stored }) =>
    postmortem === undefined || stored !== undefined ? [] : [{ kind: "save-postmortem", postmortem }],
});
