import { findWritten, type LastWrite, noteHidden, wasBase } from "../apply/written.ts";
import { type Actor, GHOST, type Role } from "../domain/actor.ts";
import type { Config } from "../domain/config.ts";
import { dayIn } from "../domain/day.ts";
import { defined } from "../domain/defined.ts";
import type { Delivery } from "../domain/delivery.ts";
import { type EventKind, SHOWN_LATER } from "../domain/event.ts";
import type { EarlierAction, Issue, IssueFacts, Repository } from "../domain/facts.ts";
import type { IssueRef } from "../domain/ids.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import type { PreventiveAction } from "../domain/preventive-action.ts";
import { writtenText } from "../features/postmortem/written.ts";
import { queryInstallation } from "../store/database.ts";
import { findPostmortem, postmortemsOfRepository } from "../store/postmortems.ts";
import type { ReadDeps } from "./deps.ts";
import { readArrival } from "./arrival.ts";
import { concernsLabel, mayConcern } from "./concern.ts";
import { readCurrentIssue } from "./current-issue.ts";
import { readKin } from "./kin.ts";
import { mentionable } from "./mentionable.ts";
import { textToPlanFrom } from "./own-edit.ts";
import { ownLabel, withOwnLabels } from "./own-labels.ts";
import { readProofs } from "./proofs.ts";
import { restore } from "./restore.ts";
import { leftIssue } from "./left-issue.ts";
import { readElsewhere, readTracker, withTrackerNow } from "./tracker.ts";

/** Facts without who is loaded with what: that is read last, under the lock of the choice. */
export type UnchosenFacts = Omit<IssueFacts, "team"> & { readonly functions: IssueFacts["team"]["functions"] };

/**
 * Everything about an issue before any planning starts; undefined when the event can be of no interest, which is known
 * without a request. The issue itself is read last, so that a body we write was read a moment ago.
 */
export async function readIssueFacts(
  delivery: Delivery & { readonly issue: IssueRef },
  attempt: number,
  deps: ReadDeps,
): Promise<UnchosenFacts | undefined> {
  const ref = delivery.issue;
  const { stored, arrived, known } = await readKnown(delivery, deps);
  if (known === undefined && !mayConcern(delivery)) return undefined;
  const place = { id: ref.repositoryId, owner: ref.owner, repo: ref.repo, installationId: ref.installationId };
  const { config, problem } = await deps.config.readConfig(deps.octokit, place);
  if (known === undefined && !concernsLabel(delivery, config)) return undefined;
  const repository = await deps.repository.read(deps.octokit, place);
  const functions = mayChoose(delivery, known) ? await deps.team(deps.octokit, config, deps.installationId) : [];
  const actor = delivery.actor ?? GHOST;
  const role = await roleOf(delivery, { actor, place, deps });
  const read = { delivery, stored, attempt, deps, config };
  const { found, issue, lastWrite } = await issueToPlanFrom(ref, read);
  const postmortem = stored ?? withTrackerNow(await restore(found, config, { delivery, arrived, deps }), delivery);
  const isShown = stored === undefined || !SHOWN_LATER.has(delivery.event.kind);
  return {
    kind: "issue",
    now: deps.now,
    today: dayIn(config.digest.timezone, deps.now),
    delivery: { id: delivery.id, attempt },
    event: withOwnLabels(delivery.event, config),
    self: deps.self,
    actor,
    role,
    issue,
    repository,
    config,
    functions,
    ...(await derived({ issue, config, problem, postmortem, deps, isShown })),
    ...(await around(delivery, { issue, repository, config, postmortem, attempt, deps })),
    ...defined({ postmortem, stored, lastWrite, bodyNow: issue.body === found.body ? undefined : found.body }),
  };
}

/** What the store knows of the issue, here or where it was moved from. */
async function readKnown(
  delivery: Delivery & { readonly issue: IssueRef },
  { database, installationId }: ReadDeps,
): Promise<Record<"stored" | "arrived" | "known", Postmortem | undefined>> {
  const found = await queryInstallation(database, installationId, (db) => findPostmortem(db, delivery.issue));
  const stored = withTrackerNow(found, delivery);
  const arrived = stored === undefined ? await readArrival(delivery, database) : undefined;
  return { stored, arrived, known: stored ?? arrived };
}

type Around = Pick<UnchosenFacts, "mentionable" | "tracker" | "elsewhere" | "proofs">;

interface Read {
  readonly issue: Issue;
  readonly repository: Repository;
  readonly config: Config;
  readonly postmortem: Postmortem | undefined;
  readonly attempt: number;
  readonly deps: ReadDeps;
}

/** What an event or a command names beside the issue itself. */
async function around(
  delivery: Delivery,
  { issue, repository, config, postmortem, attempt, deps }: Read,
): Promise<Around> {
  return defined({
    mentionable: await mentionable(delivery, config, deps),
    tracker: await readTracker(delivery, postmortem, { attempt, deps }),
    elsewhere: await readElsewhere(delivery, deps),
    proofs: await readProofs(delivery, { issue, repository, postmortem, deps }),
  });
}

/** The issue as GitHub has it, and as the plan is to see it. */
async function issueToPlanFrom(
  ref: IssueRef,
  read: { delivery: Delivery; stored: Postmortem | undefined; attempt: number; deps: ReadDeps; config: Config },
): Promise<{ found: Issue; issue: Issue; lastWrite: LastWrite | undefined }> {
  const written = await findWritten(read.deps, ref);
  const found = withOwn(await issueOfDelivery(ref, { ...read, written }), read.config);
  const lastWrite = await lastWriteOf(written.body, ref, read);
  return { found, lastWrite, issue: { ...found, body: planningBody(found, read.delivery, lastWrite) } };
}

function planningBody({ body }: Issue, { id, event }: Delivery, write: LastWrite | undefined): string {
  return event.kind === "comment-created" ? textToPlanFrom(body, id, write) : body;
}

type Derived = Pick<
  UnchosenFacts,
  "template" | "categories" | "classification" | "earlier" | "related" | "upstream" | "configProblem"
>;

/** What follows from the issue, its configuration and what the store knows of others. */
async function derived(seen: Seen): Promise<Derived> {
  const { config, deps } = seen;
  const template = await templateOf(seen);
  const known = await queryInstallation(deps.database, deps.installationId, (db) =>
    postmortemsOfRepository(db, deps.installationId, seen.issue.ref.repositoryId),
  );
  return {
    template: template.markdown,
    categories: deps.hotspots.categories(config),
    earlier: earlierActions(seen, known),
    ...(seen.isShown ? await readKin({ ...seen, known }) : { related: [] }),
    ...defined({ configProblem: seen.problem ?? template.problem }),
  };
}

/** What has been read so far. */
interface Seen {
  readonly issue: Issue;
  readonly config: Config;
  readonly problem: string | undefined;
  readonly postmortem: Postmortem | undefined;
  readonly deps: ReadDeps;
  /** Will the status comment be written by this plan? If not, what only it shows need not be read. */
  readonly isShown: boolean;
}

const GONE = new Set<EventKind>(["issue-deleted", "issue-transferred"]);

function withOwn(issue: Issue, config: Config): Issue {
  return { ...issue, labels: issue.labels.map((label) => ownLabel(label, config)) };
}

/** Only a start or a command fills seats. */
function mayChoose({ event }: Delivery, stored: Postmortem | undefined): boolean {
  if (event.kind === "comment-created") return true;
  return (
    (stored === undefined || stored.starting) &&
    ["issue-labelled", "issue-opened", "reconcile-due"].includes(event.kind)
  );
}

const ROLE_MATTERS = new Set<EventKind>([
  "issue-opened",
  "issue-labelled",
  "issue-unlabelled",
  "issue-closed",
  "comment-created",
  "comment-edited",
  "reconcile-due",
]);

async function roleOf(
  delivery: Delivery,
  { actor, place, deps }: { actor: Actor; place: Parameters<ReadDeps["role"]>[1]; deps: ReadDeps },
): Promise<Role> {
  return ROLE_MATTERS.has(delivery.event.kind) ? deps.role(deps.octokit, place, actor) : "unknown";
}

async function issueOfDelivery(
  ref: IssueRef,
  {
    stored,
    ...reading
  }: Parameters<typeof readCurrentIssue>[1] & Parameters<typeof leftIssue>[1] & { delivery: Delivery },
): Promise<Issue> {
  if (GONE.has(reading.delivery.event.kind) && stored !== undefined) return goneIssue(stored);
  return (await leftIssue(ref, { ...reading, stored })) ?? readCurrentIssue(ref, reading);
}

/** Of interest to whom our write may have hidden an edit, and to a command that may have written before. */
async function lastWriteOf(
  write: LastWrite | undefined,
  ref: IssueRef,
  { delivery: { event }, attempt, deps }: { delivery: Delivery; attempt: number; deps: ReadDeps },
): Promise<LastWrite | undefined> {
  if (event.kind === "comment-created") return attempt > 1 ? write : undefined;
  if (event.kind !== "issue-edited" || event.bodyBefore === undefined || write === undefined) return undefined;
  // The text that was edited is what we spliced from, in the last write or one before it.
  if (!wasBase(write, event.bodyBefore)) return undefined;
  await noteHidden(deps, ref, { write, text: event.bodyAfter });
  return { ...write, base: event.bodyBefore };
}

/** The issue is not there to be read; what is known of it is enough to let go of it. */
function goneIssue({ ref, title, author, url, openedAt, issueState }: Postmortem): Issue {
  return { ref, title, author, url, body: "", labels: [], assignees: [], state: issueState, createdAt: openedAt };
}

/** Only a start needs the template. */
async function templateOf({ issue, config, postmortem, deps }: Seen): Promise<{ markdown: string; problem?: string }> {
  if (postmortem !== undefined && !postmortem.starting) return { markdown: "" };
  return deps.template.readTemplate(deps.octokit, issue.ref, { issue, config });
}

/** Actions of earlier postmortems of this repository, in this category, that are not in place. */
function earlierActions({ issue, config, postmortem, deps }: Seen, known: readonly Postmortem[]): EarlierAction[] {
  const guess = (): string =>
    deps.hotspots.classify(config, { title: issue.title, body: writtenText(issue.body) }).primary;
  const category = postmortem?.category ?? guess();
  if (category === CATCH_ALL) return [];
  return known
    .filter((other) => other.category === category && !other.restricted)
    .filter((other) => other.ref.number !== issue.ref.number && other.openedAt < issue.createdAt)
    .flatMap((other) => other.actions.filter(isMissing).map((action) => ({ postmortem: other, action })));
}

/** What has nothing in common but that it fits nowhere else tells nothing about earlier actions. */
const CATCH_ALL = "other";

function isMissing({ status }: PreventiveAction): boolean {
  return status === "open" || status === "dropped";
}
