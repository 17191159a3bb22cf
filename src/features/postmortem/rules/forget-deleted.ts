import type { Change } from "../../../domain/change.ts";
import { arrivalOf } from "../../../domain/transfer.ts";
import { defineRule } from "../../../plan/define.ts";

/** An issue that is gone is no longer looked after here; what is known of one that was moved goes along with it. */
export default defineRule({
  name: "forget-deleted",
  when: ["issue-deleted", "issue-transferred"],
  plan({ event, issue, postmortem, actor, now }): Change[] {
    if (postmortem === undefined) return [];
    const forgotten = { kind: "forget-postmortem", ref: issue.ref, gone: true } as const;
    if (event.kind !== "issue-transferred" || event.to === undefined) return [forgotten];
    const { installationId, ...from } = issue.ref;
    const told = { installationId, receivedAt: now, actor, labels: issue.labels, postmortem };
    return [forgotten, { kind: "send", delivery: arrivalOf(event.to, from, told) }];
  },
});
