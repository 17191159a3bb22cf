import type { Change } from "../../../domain/change.ts";
import { type Delivery, Delivery as DeliverySchema } from "../../../domain/delivery.ts";
import { issueLane } from "../../../domain/ids.ts";
import { defineTenantRule } from "../../../plan/define.ts";
import { chooseReminders, type Reminding } from "../reminders/choose.ts";

/** Once on a working day: who is reminded where. Each postmortem gets a delivery of its own, in its own lane. */
export default defineTenantRule({
  name: "choose-reminders",
  when: ["reminders-due"],
  plan({ event, reminding, now }): readonly Change[] {
    if (event.kind !== "reminders-due" || reminding === undefined) return [];
    const chosen = chooseReminders(reminding, { day: event.day, now });
    return chosen.map((one) => ({ kind: "send", delivery: deliveryOf(one, now) }));
  },
});

function deliveryOf({ postmortem, event }: Reminding, now: string): Delivery {
  const { ref } = postmortem;
  return DeliverySchema.parse({
    id: `remind:${ref.installationId}:${ref.repositoryId}#${ref.number}:${event.day}`,
    installationId: ref.installationId,
    lane: issueLane(ref.repositoryId, ref.number),
    event,
    issue: ref,
    receivedAt: now,
  });
}
