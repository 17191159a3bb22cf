import { z } from "zod";

import { IssueRef } from "./ids.ts";
import { Day, PreventiveAction } from "./preventive-action.ts";

/** In an issue's body: what follows was added by the app. */
export const BLOCK_BEGIN = "<!-- postmortem:begin -->";

export const Severity = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Severity = z.infer<typeof Severity>;

export const Stage = z.enum(["draft", "in-review", "reviewed", "closed"]);
export type Stage = z.infer<typeof Stage>;

/** One person considered for a seat: what anybody can recompute. */
export const Candidate = z.object({
  login: z.string(),
  /** Postmortems open now on which this person holds a seat. */
  open: z.number(),
  /** Seats given in the last 90 days, open or closed. */
  recent: z.number(),
  /** The seeded tie-break, 8 hex digits; smaller goes first. */
  draw: z.string(),
  /** Why this person was passed over, when that was not the load. */
  skipped: z.string().optional(),
});
export type Candidate = Readonly<z.infer<typeof Candidate>>;

/** One place in the cross-functional team, and how it came to be filled. */
export const Seat = z.object({
  function: z.string(),
  login: z.string().optional(),
  by: z.enum(["app", "person"]),
  at: z.string(),
  candidates: z.array(Candidate),
  /** One sentence when nobody sits here. */
  vacant: z.string().optional(),
});
export type Seat = Readonly<z.infer<typeof Seat>>;

export const Absence = z.object({ who: z.string(), from: z.string(), until: z.string() });
export type Absence = Readonly<z.infer<typeof Absence>>;

/** An issue under the app's care. Everything here is kept in the status comment too, so that the store can be rebuilt. */
export const Postmortem = z.object({
  ref: IssueRef,
  title: z.string(),
  author: z.string(),
  url: z.string(),
  stage: Stage,
  severity: Severity.optional(),
  /** The key of the primary hotspot category. */
  category: z.string().optional(),
  /** Who said so: only what a person confirmed is learned from. */
  categoryBy: z.enum(["person", "classifier"]).optional(),
  contributing: z.array(z.string()).default([]),
  issueState: z.enum(["open", "closed"]),
  openedAt: z.string(),
  startedAt: z.string(),
  startedBy: z.string(),
  closedAt: z.string().optional(),
  reviewer: z.string().optional(),
  reviewedAt: z.string().optional(),
  publishedAt: z.string().optional(),
  team: z.array(Seat).default([]),
  /** After a person assigned or unassigned somebody, only an explicit command changes assignees. */
  handsOff: z.boolean().default(false),
  /** People GitHub would not assign. */
  dropped: z.array(z.string()).default([]),
  /** Prompts that a person ticked (or unticked) by hand: key → who. */
  ticks: z.record(z.string(), z.object({ by: z.string(), at: z.string(), checked: z.boolean() })).default({}),
  actions: z.array(PreventiveAction).default([]),
  absences: z.array(Absence).default([]),
  /** How often the close guard reopened it; it never does so twice in a row. */
  guarded: z.number().default(0),
  closedAnyway: z.object({ by: z.string(), reason: z.string(), at: z.string() }).optional(),
  /** False: a person said that nobody is to be reminded here. */
  remind: z.boolean().optional(),
  /** Whom reminders and escalations mentioned of late, and when: what the weekly cap counts. */
  mentions: z.array(z.object({ who: z.string(), day: Day })).optional(),
  /** A person wants no notes on wording here. */
  notesOff: z.boolean().optional(),
  /** Ideas that nobody has decided on, oldest first. */
  ideas: z.array(z.object({ text: z.string(), by: z.string(), at: z.string() })).optional(),
  /** The label `lifecycle/frozen` is on: nobody is reminded. */
  frozen: z.boolean().optional(),
  restricted: z.boolean().default(false),
  drill: z.boolean().default(false),
  /** True from the choice of the team until everything has been written: a start that was cut short goes on from here. */
  starting: z.boolean().default(false),
});
export type Postmortem = Readonly<z.infer<typeof Postmortem>>;

const NEXT = {
  draft: ["in-review", "closed"],
  "in-review": ["draft", "reviewed", "closed"],
  reviewed: ["in-review", "closed"],
  closed: ["draft", "in-review", "reviewed"],
} as const satisfies Record<Stage, readonly Stage[]>;

export function mayMove(from: Stage, to: Stage): boolean {
  return NEXT[from].some((stage) => stage === to);
}
