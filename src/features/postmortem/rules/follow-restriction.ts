import type { EventKind } from "../../../domain/event.ts";
import { defineRule } from "../../../plan/define.ts";

const GONE = new Set<EventKind>(["issue-deleted", "issue-transferred"]);

/** Who may hear of it, and whether it was real, is what the labels say now, whoever put them on. */
export default defineRule({
  name: "follow-restriction",
  when: "any",
  order: -5,
  plan({ event, issue, postmortem }) {
    if (postmortem === undefined || postmortem.starting || GONE.has(event.kind)) return [];
    const restricted = issue.labels.includes("restricted");
    const drill = issue.labels.includes("drill");
    if (restricted === postmortem.restricted && drill === postmortem.drill) return [];
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, restricted, drill } }];
  },
});
