import { allows } from "../../../domain/actor.ts";
import { defineRule } from "../../../plan/define.ts";
import { stopPostmortem } from "../stop.ts";

/** Taking the label off ends the care; nothing that was written is taken back. */
export default defineRule({
  name: "stop-on-unlabel",
  when: ["issue-unlabelled"],
  order: -10,
  plan(facts) {
    if (facts.event.kind !== "issue-unlabelled" || facts.event.label !== facts.config.label) return [];
    if (facts.issue.labels.includes(facts.config.label) || !allows(facts.role, "triage")) return [];
    return stopPostmortem(facts);
  },
});
