import type { Change } from "../../../domain/change.ts";
import { Delivery } from "../../../domain/delivery.ts";
import type { Event } from "../../../domain/event.ts";
import type { IssueFacts } from "../../../domain/facts.ts";
import { issueLane } from "../../../domain/ids.ts";
import { isSettled, nameOf, type PreventiveAction } from "../../../domain/preventive-action.ts";
import { defineRule } from "../../../plan/define.ts";
import { trackActions } from "../track.ts";

type SubIssueChanged = Extract<Event, { kind: "sub-issue-changed" }>;

/** A person made an issue that a line links a sub-issue of the postmortem: from now on it tracks that action. */
export default defineRule({
  name: "adopt-sub-issue",
  when: ["sub-issue-changed"],
  plan(facts): Change[] {
    const { event, postmortem, config } = facts;
    if (event.kind !== "sub-issue-changed" || event.change !== "added" || postmortem === undefined) return [];
    if (config.mode !== "active") return [];
    const name = nameOf(event.child);
    const actions = trackActions(facts, postmortem);
    const action = soleLink(actions, name);
    if (action === undefined || action.trackedBy !== undefined) return [];
    const adopted = actions.map((one) =>
      one === action ? { ...one, trackedBy: name, trackedIn: event.child.repositoryId } : one,
    );
    return [
      { kind: "save-postmortem", postmortem: { ...postmortem, actions: adopted } },
      ...(facts.tracker?.state === "closed" && !isSettled(action) ? [closedAlready(facts, event)] : []),
    ];
  },
});

/** A line that links several issues, or an issue in several lines, says nothing of which is which. */
function soleLink(actions: readonly PreventiveAction[], name: string): PreventiveAction | undefined {
  const linking = actions.filter(({ links = [] }) => links.includes(name));
  return linking.length === 1 && linking[0]?.links?.length === 1 ? linking[0] : undefined;
}

/** It was closed before it was attached: told once more, now that it is known to track something. */
function closedAlready({ issue, delivery, now }: IssueFacts, { child }: SubIssueChanged): Change {
  const { ref } = issue;
  return {
    kind: "send",
    delivery: Delivery.parse({
      id: `adopted:${delivery.id.slice(0, 200)}`,
      installationId: ref.installationId,
      lane: issueLane(ref.repositoryId, ref.number),
      event: { kind: "sub-issue-changed", child, change: "closed" },
      issue: ref,
      receivedAt: now,
    }),
  };
}
