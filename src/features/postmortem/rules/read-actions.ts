import { defineRule } from "../../../plan/define.ts";
import { trackActions } from "../../preventive-actions/track.ts";

/** The preventive actions are what the body says they are, after every event. */
export default defineRule({
  name: "read-actions",
  when: "any",
  phase: "after",
  order: 10,
  plan(facts) {
    const { postmortem } = facts;
    if (postmortem === undefined) return [];
    const actions = trackActions(facts, postmortem);
    if (JSON.stringify(actions) === JSON.stringify(postmortem.actions)) return [];
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, actions } }];
  },
});
