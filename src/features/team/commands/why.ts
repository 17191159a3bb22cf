import { z } from "zod";

import type { Candidate, Seat } from "../../../domain/postmortem.ts";
import type { WhyView } from "../../../domain/template-call.ts";
import { defineCommand } from "../../../plan/define.ts";

export default defineCommand({
  name: "why",
  usage: ["why"],
  summary: "Show the ledger that led to each choice of the team.",
  needs: "read",
  args: z.array(z.string()),
  plan: (_, { postmortem, issue, call }) => [
    {
      kind: "put-comment",
      issue: issue.ref,
      slot: `why.${call.commentId}`,
      once: true,
      call: { template: "postmortem/why", view: { seats: postmortem.team.map(seatView) } },
    },
  ],
});

function seatView(seat: Seat): WhyView["seats"][number] {
  return {
    function: seat.function,
    outcome:
      seat.login === undefined
        ? (seat.vacant ?? "vacant")
        : `${seat.login}, ${seat.by === "app" ? "least loaded" : "chosen by a person"}`,
    rows: seat.candidates.map((candidate) => ({
      login: candidate.login,
      open: candidate.open,
      recent: candidate.recent,
      draw: candidate.draw,
      note: noteOf(candidate, seat),
    })),
  };
}

function noteOf(candidate: Candidate, seat: Seat): string {
  if (candidate.skipped !== undefined) return candidate.skipped;
  return candidate.login === seat.login ? "chosen" : "";
}
