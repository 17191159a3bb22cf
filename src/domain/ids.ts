// The words of the trade, one per thing:
//   delivery      one thing that happened, kept until it is dealt with (a webhook or a tick of the clock)
//   installation  one tenant: an account that installed the app
//   actor         who did it
//   postmortem    an issue under the app's care
//   preventive action   one thing to do so that the incident does not come back
//   contributing factor what helped the incident happen; there are always several, and a person is never one
//   hotspot       a category in which incidents gather
//   facts         all that a plan may look at;  plan: facts → changes;  change: an end to be reached
//   rule          plans from an event;  command: plans from a line a person wrote
//   refusal       a sentence for the person who asked;  slot: how we recognise our own comment;  view: what a template prints
import { z } from "zod";

export const DeliveryId = z.string().min(1).max(255).brand<"DeliveryId">();
export type DeliveryId = z.infer<typeof DeliveryId>;

export const InstallationId = z.number().int().positive().brand<"InstallationId">();
export type InstallationId = z.infer<typeof InstallationId>;

/** Where an issue lives. `owner` and `repo` are names for requests; `repositoryId` is what stays when they change. */
export const IssueRef = z.object({
  installationId: InstallationId,
  repositoryId: z.number().int().positive(),
  owner: z.string(),
  repo: z.string(),
  number: z.number().int().positive(),
});
export type IssueRef = Readonly<z.infer<typeof IssueRef>>;

/** A point in time as UTC ISO-8601 text, `2026-11-21T07:12:00.000Z`. */
export type Instant = string;

/** Events of one issue share a lane and are worked on in order. */
export function issueLane(repositoryId: number, number: number): string {
  return `issue:${repositoryId}#${number}`;
}
