import { z } from "zod";

import { Postmortem } from "./postmortem.ts";

const Label = z.object({ name: z.string() });

/** An issue somewhere. */
const Place = z.object({ repositoryId: z.number(), owner: z.string(), repo: z.string(), number: z.number() });

/** What may happen to a repository, in the words that GitHub has for it too. */
export const REPOSITORY_CHANGES = [
  "renamed",
  "transferred",
  "archived",
  "unarchived",
  "deleted",
  "publicized",
  "privatized",
] as const;

/** What can happen, in our words. GitHub's words stop at webhook/translate.ts. */
export const Event = z.discriminatedUnion("kind", [
  /** `from`: it was moved here; `postmortem`: what was known of it there, where that is known. */
  z.object({
    kind: z.literal("issue-opened"),
    labels: z.array(z.string()),
    from: Place.optional(),
    postmortem: Postmortem.optional(),
  }),
  z.object({ kind: z.literal("issue-labelled"), label: z.string() }),
  z.object({ kind: z.literal("issue-unlabelled"), label: z.string() }),
  /** `bodyBefore` is there only when the body changed: GitHub sends the text that was replaced. */
  z.object({ kind: z.literal("issue-edited"), bodyBefore: z.string().optional(), bodyAfter: z.string() }),
  z.object({ kind: z.literal("issue-closed"), stateReason: z.string().optional(), at: z.string() }),
  z.object({ kind: z.literal("issue-reopened") }),
  z.object({ kind: z.literal("issue-assigned"), login: z.string() }),
  z.object({ kind: z.literal("issue-unassigned"), login: z.string() }),
  z.object({ kind: z.literal("issue-deleted") }),
  z.object({
    kind: z.literal("issue-transferred"),
    to: Place.optional(),
  }),
  /** `at`: when it was written, which is the same however often it is dealt with. */
  z.object({
    kind: z.literal("comment-created"),
    commentId: z.number(),
    body: z.string(),
    at: z.string().optional(),
  }),
  /** Only comments of this app are of interest when edited: that is how check boxes are ticked. */
  z.object({
    kind: z.literal("comment-edited"),
    commentId: z.number(),
    body: z.string(),
    bodyBefore: z.string(),
  }),
  z.object({ kind: z.literal("comment-deleted"), commentId: z.number() }),
  /** A sub-issue or another issue changed state: whoever tracks it wants to know. */
  z.object({
    kind: z.literal("sub-issue-changed"),
    child: Place,
    change: z.enum(["added", "removed", "closed", "reopened", "moved", "gone"]),
    /** Where it was, when it was moved. */
    from: Place.optional(),
    stateReason: z.string().optional(),
  }),
  /** A pull request was merged whose text or branch may name a preventive action. */
  z.object({
    kind: z.literal("pull-request-merged"),
    number: z.number(),
    title: z.string(),
    body: z.string(),
    mergeCommit: z.string(),
    url: z.string(),
  }),
  /** The same, told to a postmortem: it links the pull request, or the pull request names its action by number. */
  z.object({ kind: z.literal("merge-told"), evidence: z.string(), place: z.number().int().positive().optional() }),
  z.object({
    kind: z.literal("installation-changed"),
    change: z.enum(["created", "deleted", "suspended", "unsuspended"]),
    account: z.string(),
  }),
  z.object({
    kind: z.literal("repository-changed"),
    change: z.enum([...REPOSITORY_CHANGES, "added", "removed"]),
    repositoryId: z.number(),
    owner: z.string(),
    repo: z.string(),
    /** Its name until now, when that is what changed. */
    before: z.object({ owner: z.string(), repo: z.string() }).optional(),
  }),
  /** The account that installed the app has another login, and so have all its repositories. */
  z.object({ kind: z.literal("owner-renamed"), before: z.string(), after: z.string() }),
  z.object({
    kind: z.literal("label-changed"),
    change: z.enum(["renamed", "deleted"]),
    before: z.string(),
    after: Label.optional(),
  }),
  /** The same, told to the latest postmortem: it was the label that starts them. */
  z.object({ kind: z.literal("label-told"), before: z.string(), after: z.string().optional() }),
  /** A command was given up: whoever wrote it is told. `lost` is its delivery. */
  z.object({
    kind: z.literal("command-lost"),
    commentId: z.number(),
    lost: z.string(),
    why: z.enum(["refused", "unreachable", "mistaken"]),
  }),
  // The clock's deliveries.
  /** Bring the status comment of an issue up to date: clicks that came close together end in one write. */
  z.object({ kind: z.literal("refresh-due") }),
  /** `week` is an ISO week, `2026-W47`; `asked` when a person asked for it now. */
  z.object({ kind: z.literal("digest-due"), week: z.string(), asked: z.boolean() }),
  z.object({ kind: z.literal("reminders-due"), day: z.string() }),
  /** Whom to remind of which actions of one postmortem today: chosen for the whole tenant, so that the cap holds. */
  z.object({
    kind: z.literal("remind-due"),
    day: z.string(),
    remind: z.array(z.object({ owner: z.string(), keys: z.array(z.string()) })),
    escalate: z.array(z.object({ lead: z.string().optional(), keys: z.array(z.string()) })),
  }),
  /** Look at every postmortem of a repository as if its events had come. */
  z.object({ kind: z.literal("reconcile-due"), since: z.string().optional() }),
]);
export type Event = Readonly<z.infer<typeof Event>>;
export type EventKind = Event["kind"];

/** Clicks and edits come in bursts: the status comment is brought up to date once they pause. */
export const SHOWN_LATER: ReadonlySet<EventKind> = new Set<EventKind>([
  "issue-edited",
  "comment-edited",
  "issue-assigned",
  "issue-unassigned",
  "issue-labelled",
  "issue-unlabelled",
  "sub-issue-changed",
]);
