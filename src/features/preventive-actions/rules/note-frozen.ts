import { defineRule } from "../../../plan/define.ts";
import { FROZEN } from "../reminders/remind.ts";

/** Noted with the postmortem, because whom to remind is chosen without reading each issue. */
export default defineRule({
  name: "note-frozen",
  when: "any",
  phase: "after",
  order: 5,
  plan({ postmortem, issue }) {
    if (postmortem === undefined) return [];
    const frozen = issue.labels.includes(FROZEN);
    if (frozen === (postmortem.frozen ?? false)) return [];
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, frozen } }];
  },
});
