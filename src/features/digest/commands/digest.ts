import { z } from "zod";

import { DeliveryId } from "../../../domain/ids.ts";
import { defineCommand } from "../../../plan/define.ts";
import { isoWeekOf } from "../../../domain/week.ts";

export default defineCommand({
  name: "digest",
  usage: ["digest"],
  summary: "Write this week's hotspot digest now, or bring it up to date.",
  needs: "maintain",
  args: z.array(z.string()),
  plan(_, { issue, call, actor, today, now }) {
    const { installationId } = issue.ref;
    const week = isoWeekOf(today);
    return [
      {
        kind: "send",
        delivery: {
          id: DeliveryId.parse(`digest:${installationId}:${week}:asked:${call.commentId}`),
          installationId,
          lane: `digest:${installationId}`,
          event: { kind: "digest-due", week, asked: true },
          actor,
          receivedAt: now,
        },
      },
    ];
  },
});
