import type { Postmortem, Seat } from "../../../domain/postmortem.ts";
import { defineRule } from "../../../plan/define.ts";

/** A human's choice is final: from now on only an explicit command changes who is assigned. */
export default defineRule({
  name: "follow-assignees",
  when: ["issue-assigned", "issue-unassigned"],
  plan(facts) {
    const { event, postmortem, actor } = facts;
    if (postmortem === undefined || actor.kind !== "person") return [];
    if (event.kind === "issue-assigned") return [save({ ...postmortem, handsOff: true })];
    if (event.kind !== "issue-unassigned") return [];
    const { login } = event;
    return [
      save({
        ...postmortem,
        handsOff: true,
        team: postmortem.team.map((seat) => vacate(seat, { login, by: actor.login, at: facts.now })),
      }),
    ];
  },
});

function vacate(seat: Seat, left: { login: string; by: string; at: string }): Seat {
  if (seat.login?.toLowerCase() !== left.login.toLowerCase()) return seat;
  const { login: _, ...rest } = seat;
  return { ...rest, by: "person", at: left.at, vacant: `${left.login} was taken off by ${left.by}.` };
}

function save(postmortem: Postmortem): { kind: "save-postmortem"; postmortem: Postmortem } {
  return { kind: "save-postmortem", postmortem };
}
