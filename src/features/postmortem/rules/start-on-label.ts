import { allows } from "../../../domain/actor.ts";
import { defineRule } from "../../../plan/define.ts";
import { startPostmortem } from "../start.ts";

/**
 * The label puts an issue under care when somebody with triage or more put it on. A label that an issue template put on
 * for a reader waits until somebody with triage says so; a label from nowhere else is passed over in silence.
 * Found by looking instead of by an event, the same holds for who put the label on as the issue's history tells.
 */
export default defineRule({
  name: "start-on-label",
  when: ["issue-labelled", "issue-opened", "reconcile-due"],
  order: -10,
  plan(facts) {
    const { event, config, actor, role, issue } = facts;
    const labelled =
      event.kind === "issue-labelled" ? event.label === config.label : issue.labels.includes(config.label);
    if (!labelled || !issue.labels.includes(config.label)) return [];
    if (actor.kind !== "person") return [];
    if (allows(role, "triage")) return startPostmortem(facts);
    if (facts.postmortem !== undefined || actor.login !== issue.author) return [];
    const view = { label: config.label, who: actor.login };
    return [
      { kind: "put-comment", issue: issue.ref, slot: "held", once: true, call: { template: "postmortem/held", view } },
    ];
  },
});
