import { defineRule } from "../../../plan/define.ts";

/** Title, state and stage label follow what GitHub shows, whoever changed it and however long ago. */
export default defineRule({
  name: "follow-title",
  when: "any",
  order: -5,
  plan({ issue, postmortem }) {
    if (postmortem === undefined || postmortem.starting || postmortem.title === issue.title) return [];
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, title: issue.title } }];
  },
});
