import { z } from "zod";

import { Actor } from "./actor.ts";
import { Event } from "./event.ts";
import { DeliveryId, InstallationId, IssueRef } from "./ids.ts";

/** One thing that happened, kept until it is dealt with. */
export const Delivery = z.object({
  id: DeliveryId,
  installationId: InstallationId,
  /** Deliveries of one lane are worked on one at a time, in order of arrival. */
  lane: z.string(),
  event: Event,
  actor: Actor.optional(),
  issue: IssueRef.optional(),
  /** The repository it happened in, where there is one (issue deliveries repeat it in `issue`). */
  repository: z.object({ id: z.number(), owner: z.string(), repo: z.string() }).optional(),
  /** What the webhook shows of its issue: its labels, and whether the app has added to its text. */
  shows: z.object({ labels: z.array(z.string()), block: z.boolean() }).optional(),
  /** When its issue had changed last, as the webhook shows it: what is read of the issue may not be older. */
  asOf: z.string().optional(),
  receivedAt: z.string(),
});
export type Delivery = Readonly<z.infer<typeof Delivery>>;
