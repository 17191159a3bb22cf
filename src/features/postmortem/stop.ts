import type { Change } from "../../domain/change.ts";
import type { IssueFacts } from "../../domain/facts.ts";

/** Ends the care of an issue: the label goes, the status comment says so and keeps its state, the store forgets. */
export function stopPostmortem(facts: IssueFacts): Change[] {
  const { postmortem, issue, config, actor } = facts;
  if (postmortem === undefined) return [];
  const view = { by: actor.login, label: config.label };
  const labelled = issue.labels.includes(config.label) ? [config.label] : [];
  return [
    { kind: "set-labels", issue: issue.ref, add: [], remove: labelled },
    {
      kind: "put-comment",
      issue: issue.ref,
      slot: "status",
      once: false,
      call: { template: "postmortem/stopped", view },
      state: postmortem,
    },
    { kind: "forget-postmortem", ref: issue.ref },
  ];
}
