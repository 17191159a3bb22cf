import type { Change } from "../../domain/change.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import { hotspotStep } from "../postmortem/labels.ts";

/** A person said which hotspot it is: label and record say so from now on. */
export function confirmCategory(facts: IssueFacts, postmortem: Postmortem, category: string): Change[] {
  if (!facts.categories.some(({ key }) => key === category)) return [];
  const contributing = postmortem.contributing.filter((key) => key !== category);
  return [
    { kind: "set-labels", issue: facts.issue.ref, ...hotspotStep(facts.issue.labels, category, facts.config) },
    { kind: "save-postmortem", postmortem: { ...postmortem, category, categoryBy: "person", contributing } },
  ];
}
