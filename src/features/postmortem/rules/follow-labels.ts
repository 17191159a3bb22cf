import { allows } from "../../../domain/actor.ts";
import type { IssueFacts } from "../../../domain/facts.ts";
import type { Postmortem } from "../../../domain/postmortem.ts";
import { defineRule } from "../../../plan/define.ts";
import { severityOfLabels } from "../labels.ts";

/**
 * A severity or hotspot label that a person put on says the same as the command would have. One that is off again by
 * now says nothing, and only the label of what was said before gives way: another new one has an event of its own.
 */
export default defineRule({
  name: "follow-labels",
  when: ["issue-labelled"],
  plan(facts) {
    const { event, postmortem, actor, config, issue } = facts;
    if (postmortem === undefined || actor.kind !== "person" || !allows(facts.role, "triage")) return [];
    if (event.kind !== "issue-labelled" || !issue.labels.includes(event.label)) return [];
    const said = saidByLabel(event.label, facts);
    const { severity, category } = postmortem;
    const before = [
      ...(said.severity === undefined || severity === undefined ? [] : [`${config.labels.severity}${severity}`]),
      ...(said.category === undefined || category === undefined ? [] : [`${config.labels.hotspot}${category}`]),
    ];
    const remove = before.filter((label) => label !== event.label && issue.labels.includes(label));
    return [
      { kind: "set-labels", issue: issue.ref, add: [], remove },
      { kind: "save-postmortem", postmortem: { ...postmortem, ...said } },
    ];
  },
});

function saidByLabel(
  label: string,
  facts: IssueFacts,
): Pick<Partial<Postmortem>, "severity" | "category" | "categoryBy"> {
  const severity = severityOfLabels([label], facts.config);
  if (severity !== undefined) return { severity };
  const { hotspot } = facts.config.labels;
  const category = label.startsWith(hotspot) ? label.slice(hotspot.length) : undefined;
  return category !== undefined && facts.categories.some(({ key }) => key === category)
    ? { category, categoryBy: "person" }
    : {};
}
