import type { Change } from "../../../domain/change.ts";
import { defineRule } from "../../../plan/define.ts";
import { tick } from "../parse/edit-actions.ts";
import { trackActions, writtenAction } from "../track.ts";

/** A merged pull request that names an action by number delivered it: the line is ticked, with it as the evidence. */
export default defineRule({
  name: "credit-merge",
  when: ["merge-told"],
  plan(facts): Change[] {
    const { event, postmortem, issue, config } = facts;
    if (event.kind !== "merge-told" || event.place === undefined || postmortem === undefined) return [];
    const actions = trackActions(facts, postmortem);
    const action = actions[event.place - 1];
    if (action === undefined || (action.status !== "open" && action.status !== "ticked")) return [];
    const written = writtenAction(issue.body, action.key);
    // Nobody's text is touched in the other modes; the merge is evidence for a box that a person ticks.
    if (written === undefined || config.mode !== "active") return [];
    const delivered = { ...action, status: "delivered" as const, evidence: event.evidence, settledAt: facts.now };
    const saved: Change = {
      kind: "save-postmortem",
      postmortem: { ...postmortem, actions: actions.map((one) => (one === action ? delivered : one)) },
    };
    if (action.status === "ticked") return [saved];
    return [{ kind: "put-body", issue: issue.ref, body: tick(issue.body, written, true) }, saved];
  },
});
