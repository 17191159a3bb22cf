import { apply, type Applied } from "./apply/apply.ts";
import { noteTouched } from "./apply/comments.ts";
import { type Breaker, type BreakerLimits, createBreaker } from "./apply/breaker.ts";
import { withTracked } from "./apply/track.ts";
import { createSlots, type Slots } from "./apply/slot.ts";
import type { Change } from "./domain/change.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { Facts, Self, TenantFacts } from "./domain/facts.ts";
import type { Instant } from "./domain/ids.ts";
import { wasTakenUp } from "./features/postmortem/adopt.ts";
import { followLabel } from "./follow-label.ts";
import { answerLost } from "./lost-command.ts";
import { accept } from "./inbox/inbox.ts";
import { parkInstallation } from "./inbox/keeping.ts";
import type { Tell } from "./notify/tell.ts";
import { lastPlanOf } from "./last-plan-of.ts";
import { plan } from "./plan/plan.ts";
import type { Registry } from "./plan/define.ts";
import { isPassedOn } from "./read/arrival.ts";
import { chosenUnderLock } from "./read/choose-under-lock.ts";
import type { ReadDeps, Readers } from "./read/deps.ts";
import { noteTenant } from "./read/note-tenant.ts";
import { readIssueFacts, type UnchosenFacts } from "./read/read-issue-facts.ts";
import { needsLook } from "./read/left-issue.ts";
import { readRemindingFacts } from "./read/read-reminding-facts.ts";
import { readWeekFacts } from "./read/read-week-facts.ts";
import type { Render } from "./render/render.ts";
import { sendOn } from "./send-on.ts";
import { spreadReconcile } from "./schedule/catch-up/spread.ts";
import { type Database, withInstallation } from "./store/database.ts";
import { record, wasRecorded } from "./store/record.ts";
import { repositoriesOf } from "./store/repositories.ts";
import { tellTrackers } from "./tell-trackers.ts";

type Octokit = ReadDeps["octokit"];

/** What handling draws on for as long as the app lives. */
export interface HandleParts {
  readonly database: Database;
  readonly octokitFor: (installationId: Delivery["installationId"]) => Promise<Octokit>;
  readonly self: () => Promise<Self>;
  readonly webhookSecrets: readonly string[];
  readonly webUrl: string;
  readonly registry: Registry;
  readonly readers: Readers;
  readonly render: Render;
  readonly now: () => Date;
  readonly notify?: Tell | undefined;
  /** Other limits of what is written on one issue than the usual ones. */
  readonly breaker?: Partial<BreakerLimits>;
}

/** One delivery, start to end: read → plan → apply → record. */
export function createHandleOf(parts: HandleParts): (delivery: Delivery, attempt: number) => Promise<void> {
  const slots = createSlots(parts.webhookSecrets);
  return async (delivery, attempt) => {
    const now = parts.now().toISOString();
    if (isTenantEvent(delivery)) return finishTenant(delivery, attempt, { parts, now });
    const { installationId } = delivery;
    if (attempt > 1 && (await wasRecorded(parts.database, delivery))) return;
    await tellTrackers(delivery, parts.database);
    if (await isPassedOn(delivery, parts.database)) return;
    const octokit = await parts.octokitFor(installationId);
    const deps: ReadDeps = {
      ...parts.readers,
      octokit,
      database: parts.database,
      installationId,
      self: await parts.self(),
      slots,
      now,
      webUrl: parts.webUrl,
    };
    const { event } = delivery;
    if (event.kind === "command-lost") return answerLost({ ...delivery, event }, attempt, { deps, parts });
    if (event.kind === "label-changed") return followLabel(delivery, event, deps);
    if (event.kind === "reconcile-due" && delivery.issue === undefined) return lookAround(delivery, deps);
    const planned = await readAndPlan(delivery, attempt, { deps, registry: parts.registry });
    if (planned === undefined) return;
    await finish(planned, { deps, parts, slots });
  };
}

/** A look at everything becomes deliveries of its own, one for each issue in the end. */
async function lookAround(delivery: Delivery, deps: ReadDeps): Promise<void> {
  const found = await spreadReconcile(delivery, {
    ...deps,
    labelOf: async (place) => (await deps.config.readConfig(deps.octokit, place)).config.label,
  });
  await Promise.all(found.map((each) => accept(deps.database, each)));
}

interface Planned {
  readonly facts: Facts | UnchosenFacts;
  readonly changes: readonly Change[];
}

/** The pure half with what it needs read first; nothing is written, so this is a dry run too. */
export async function readAndPlan(
  delivery: Delivery,
  attempt: number,
  { deps, registry }: { deps: ReadDeps; registry: Registry },
): Promise<Planned | undefined> {
  const { issue, event } = delivery;
  if (event.kind === "digest-due") {
    const facts = await readWeekFacts({ ...delivery, event }, attempt, deps);
    return facts === undefined ? undefined : { facts, changes: plan(facts, registry) };
  }
  if (event.kind === "reminders-due") {
    const facts = await readRemindingFacts(delivery, attempt, deps);
    return { facts, changes: plan(facts, registry) };
  }
  if (issue === undefined) return undefined;
  await noteTouched(delivery, deps);
  const facts = await readIssueFacts({ ...delivery, issue }, attempt, deps);
  if (facts === undefined) return undefined;
  await noteTenant(facts, deps);
  const changes = await chosenUnderLock(facts, deps, (complete) => plan(complete, registry));
  if (needsLook(delivery, changes, deps))
    return readAndPlan(delivery, attempt, { deps: { ...deps, mustLook: true }, registry });
  return { facts, changes };
}

interface FinishDeps {
  readonly deps: ReadDeps;
  readonly parts: HandleParts;
  readonly slots: Slots;
}

async function finish({ facts, changes }: Planned, { deps, parts, slots }: FinishDeps): Promise<void> {
  const { installationId, database, self } = deps;
  const isIssue = facts.kind === "issue";
  const breaker = isIssue ? breakerOf(facts, { deps, parts }) : undefined;
  const applied = await apply(changes, {
    octokit: breaker?.guard(deps.octokit) ?? deps.octokit,
    database,
    installationId,
    delivery: facts.delivery,
    render: parts.render,
    notify: parts.notify,
    slots,
    self,
    now: () => parts.now().toISOString(),
    look: facts.delivery.attempt > 1 || (isIssue && mayHaveWritten(facts)),
    bodyRead: isIssue ? (facts.bodyNow ?? facts.issue.body) : undefined,
    bodyPlanned: isIssue ? facts.issue.body : undefined,
    knownLabels: isIssue ? facts.repository.labels : [],
    madeLabel: async (label) => {
      if (isIssue) await parts.readers.repository.madeLabel({ installationId, id: facts.repository.id }, label);
    },
  }).finally(() => breaker?.remember());
  await sendOn(changes, applied, { database, now: parts.now().toISOString() });
  await record(withTracked(withDropped(changes, applied), applied.tracked), {
    database,
    installationId,
    now: deps.now,
    planned: isIssue ? lastPlanOf(facts, { changes, applied }) : undefined,
    ...(facts.event.kind === "comment-created" ? { delivery: facts.delivery.id } : {}),
  });
}

/** A command asks for its answer; and whose edit our write hid is owed their words, however often that happens. */
const ASKING: ReadonlySet<Delivery["event"]["kind"]> = new Set(["comment-created", "issue-edited"]);

function breakerOf(
  { issue, event, actor }: Pick<UnchosenFacts, "issue" | "event" | "actor">,
  { deps, parts }: { deps: ReadDeps; parts: HandleParts },
): Breaker {
  return createBreaker({
    database: deps.database,
    installationId: deps.installationId,
    issue: issue.ref,
    asked: ASKING.has(event.kind) && actor.kind === "person",
    now: parts.now,
    limits: parts.breaker,
  });
}

/** A start that was cut short, or a store that is newer than our comments: look before writing. */
function mayHaveWritten({ issue, stored, config }: Pick<UnchosenFacts, "issue" | "stored" | "config">): boolean {
  return stored === undefined ? wasTakenUp(issue, config) : stored.starting;
}

function withDropped(changes: readonly Change[], { dropped }: Applied): Change[] {
  if (dropped.length === 0) return [...changes];
  return changes.map((change) =>
    change.kind === "save-postmortem"
      ? {
          ...change,
          postmortem: { ...change.postmortem, dropped: [...new Set([...change.postmortem.dropped, ...dropped])] },
        }
      : change,
  );
}

const TENANT_EVENTS: ReadonlySet<Delivery["event"]["kind"]> = new Set([
  "installation-changed",
  "repository-changed",
  "owner-renamed",
]);

function isTenantEvent({ event }: Delivery): boolean {
  return TENANT_EVENTS.has(event.kind);
}

async function finishTenant(
  delivery: Delivery,
  attempt: number,
  { parts, now }: { parts: HandleParts; now: Instant },
): Promise<void> {
  const { installationId, event } = delivery;
  const facts: TenantFacts = { kind: "tenant", now, delivery: { id: delivery.id, attempt }, event, installationId };
  await record(plan(facts, parts.registry), { database: parts.database, installationId, now });
  if (event.kind === "installation-changed" && event.change === "unsuspended")
    await parkInstallation(parts.database, installationId, undefined);
  for (const id of await changedRepositories(delivery, parts.database))
    await parts.readers.repository.forget({ installationId, id });
}

/** Of which what was read is no longer so. */
async function changedRepositories({ event, installationId }: Delivery, database: Database): Promise<number[]> {
  if (event.kind === "repository-changed") return [event.repositoryId];
  if (event.kind !== "owner-renamed") return [];
  const all = await withInstallation(database, installationId, (db) => repositoriesOf(db, installationId));
  return all.map(({ id }) => id);
}
