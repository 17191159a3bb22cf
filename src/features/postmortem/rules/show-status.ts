import type { Change } from "../../../domain/change.ts";
import { SHOWN_LATER } from "../../../domain/event.ts";
import { defineRule } from "../../../plan/define.ts";
import { stageStep } from "../labels.ts";
import { statusView } from "../status-view.ts";

/** The status comment and the stage label say what is so, whatever happened. */
export default defineRule({
  name: "show-status",
  when: "any",
  phase: "after",
  order: 100,
  plan(facts) {
    const { postmortem, stored, issue, event } = facts;
    if (postmortem === undefined || postmortem.starting) return [];
    const started = stored === undefined || stored.starting;
    // Brought back from GitHub, nobody knows which stage the labels showed: they are looked at.
    const isShown = stored !== undefined && (stored.starting || stored.stage === postmortem.stage);
    const stage: Change[] = isShown
      ? []
      : [{ kind: "set-labels", issue: issue.ref, ...stageStep(issue.labels, postmortem.stage, facts.config) }];
    if (SHOWN_LATER.has(event.kind) && !started) return [...stage, { kind: "refresh-later", issue: issue.ref }];
    const call = { template: "postmortem/status", view: statusView(facts, postmortem) } as const;
    return [...stage, { kind: "put-comment", issue: issue.ref, slot: "status", once: false, call, state: postmortem }];
  },
});
