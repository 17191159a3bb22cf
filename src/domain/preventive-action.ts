import { z } from "zod";

/** A calendar day, `2026-12-01`. */
export const Day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/u, "write the day as 2026-12-01");
export type Day = z.infer<typeof Day>;

export const ActionType = z.enum(["prevent", "detect", "mitigate"]);
export type ActionType = z.infer<typeof ActionType>;

/**
 * open      still to do
 * ticked    the box is ticked, but nothing shows that it was delivered
 * delivered ticked, with evidence: a merged pull request, an issue closed as completed, a link given by hand
 * dropped   decided against, with the reason
 * na        does not apply, with the reason
 */
export const ActionStatus = z.enum(["open", "ticked", "delivered", "dropped", "na"]);
export type ActionStatus = z.infer<typeof ActionStatus>;

export const PreventiveAction = z.object({
  /** Stable within its postmortem: made from its words. */
  key: z.string(),
  text: z.string(),
  owner: z.string().optional(),
  due: Day.optional(),
  /** True when nobody wrote the day and the severity supplied it. */
  dueSupplied: z.boolean().default(false),
  type: ActionType.optional(),
  status: ActionStatus,
  /** A link that shows the delivery. */
  evidence: z.string().optional(),
  /** Issues and pull requests that its line links, `owner/repo#7`. */
  links: z.array(z.string()).optional(),
  reason: z.string().optional(),
  /** The issue that tracks it, `owner/repo#7`. */
  trackedBy: z.string().optional(),
  /** The id of that repository, which stays when its name does not. */
  trackedIn: z.number().int().positive().optional(),
  since: z.string(),
  settledAt: z.string().optional(),
  snoozedUntil: Day.optional(),
  /** Days on which its owner was reminded, oldest first. */
  reminded: z.array(Day).default([]),
  escalatedAt: z.string().optional(),
  /** A person asked for one reminder more, whatever the schedule says. */
  remindNext: z.boolean().optional(),
});
export type PreventiveAction = Readonly<z.infer<typeof PreventiveAction>>;

/** An issue that may track an action. */
interface Child {
  readonly repositoryId: number;
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** Does this issue track the action? By id where it is known: its name may have changed, or be another's by now. */
export function isTrackedBy(
  { trackedBy, trackedIn }: Pick<PreventiveAction, "trackedBy" | "trackedIn">,
  child: Child,
): boolean {
  if (trackedIn === undefined) return trackedBy === nameOf(child);
  return trackedIn === child.repositoryId && trackedBy?.endsWith(`#${child.number}`) === true;
}

/** `owner/repo#7` */
export function nameOf({ owner, repo, number }: Pick<Child, "owner" | "repo" | "number">): string {
  return `${owner}/${repo}#${number}`;
}

export function isSettled(action: Pick<PreventiveAction, "status">): boolean {
  return action.status !== "open";
}

export function isOverdue(action: Pick<PreventiveAction, "status" | "due">, today: Day): boolean {
  return action.status === "open" && action.due !== undefined && action.due < today;
}
