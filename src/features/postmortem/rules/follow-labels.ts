import { allows } from "../../../domain/actor.ts";
import type { IssueFacts } from "../../../domain/facts.ts";
import type { Postmortem } from "../../../domain/postmortem.ts";
import { defineRule } from "../../../plan/define.ts";
import { severityOfLabels } from "../labels.ts";

/** A severity or hotspot label that a person put on says the same as the command would have. */
export default defineRule({
  name: "follow-labels",
  when: ["issue-labelled", "issue-unlabelled"],
  plan(facts) {
    const { event, postmortem, actor, config, issue } = facts;
    if (postmortem === undefined || actor.kind !== "person" || !allows(facts.role, "triage")) return [];
    if (event.kind !== "issue-labelled" && event.kind !== "issue-unlabelled") return [];
    const next: Postmortem = {
      ...postmortem,
      restricted: issue.labels.includes("restricted"),
      drill: issue.labels.includes("drill"),
      ...saidByLabel(event.kind === "issue-labelled" ? event.label : undefined, facts),
    };
    const superseded = issue.labels.filter(
      (label) =>
        event.kind === "issue-labelled" && isRival(label, event.label, [config.labels.severity, config.labels.hotspot]),
    );
    return [
      { kind: "set-labels", issue: issue.ref, add: [], remove: superseded },
      { kind: "save-postmortem", postmortem: next },
    ];
  },
});

function saidByLabel(label: string | undefined, facts: IssueFacts): Partial<Postmortem> {
  if (label === undefined) return {};
  const severity = severityOfLabels([label], facts.config);
  if (severity !== undefined) return { severity };
  const { hotspot } = facts.config.labels;
  const category = label.startsWith(hotspot) ? label.slice(hotspot.length) : undefined;
  return category !== undefined && facts.categories.some(({ key }) => key === category)
    ? { category, categoryBy: "person" }
    : {};
}

function isRival(label: string, said: string, prefixes: readonly string[]): boolean {
  return label !== said && prefixes.some((prefix) => label.startsWith(prefix) && said.startsWith(prefix));
}
