import { type Kysely, sql } from "kysely";

import type { InstallationId, Instant, IssueRef } from "../domain/ids.ts";
import { Absence, Postmortem } from "../domain/postmortem.ts";
import { nameOf, type PreventiveAction } from "../domain/preventive-action.ts";
import { putNewest } from "../domain/newest.ts";
import type { Schema } from "./schema.ts";

const DAY_MS = 86_400_000;
const RECENT_DAYS = 90;

/** How much a person already carries: open postmortems with a seat, and seats given in the last 90 days. */
export interface Load {
  readonly open: number;
  readonly recent: number;
}

type IssueKey = Pick<IssueRef, "installationId" | "repositoryId" | "number">;

export async function findPostmortem(db: Kysely<Schema>, ref: IssueKey): Promise<Postmortem | undefined> {
  const row = await db.selectFrom("postmortems").select("state").where(ofIssue(ref)).executeTakeFirst();
  return row === undefined ? undefined : parse(row.state);
}

/** Saves a postmortem with its preventive actions, seats and absences, in place of what was known before. */
export async function savePostmortem(db: Kysely<Schema>, postmortem: Postmortem): Promise<void> {
  if (!db.isTransaction) {
    await db.transaction().execute((db) => savePostmortem(db, postmortem));
    return;
  }
  const row = rowOf(postmortem);
  await db
    .insertInto("postmortems")
    .values(row)
    .onConflict((conflict) => conflict.columns(["installation_id", "repository_id", "number"]).doUpdateSet(row))
    .execute();
  await deleteParts(db, postmortem.ref);
  await saveParts(db, postmortem);
}

/** Forgets a postmortem that is gone from GitHub or moved elsewhere. False when it was not known. */
export async function forgetPostmortem(db: Kysely<Schema>, ref: IssueKey): Promise<boolean> {
  await deleteParts(db, ref);
  const { numDeletedRows } = await db.deleteFrom("postmortems").where(ofIssue(ref)).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** All postmortems of an installation, in the order in which their incidents were opened. */
export async function postmortemsOfInstallation(
  db: Kysely<Schema>,
  installationId: InstallationId,
): Promise<Postmortem[]> {
  const rows = await inOrder(db, installationId).execute();
  return rows.map(({ state }) => parse(state));
}

export async function postmortemsOfRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
  repositoryId: number,
): Promise<Postmortem[]> {
  const rows = await inOrder(db, installationId).where("repository_id", "=", repositoryId).execute();
  return rows.map(({ state }) => parse(state));
}

/** The repository with the most postmortems that is not archived; of several the oldest. */
export async function busiestRepository(
  db: Kysely<Schema>,
  installationId: InstallationId,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("postmortems")
    .select("repository_id")
    .where("installation_id", "=", installationId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom("repositories as repository")
            .select("repository.id")
            .where("repository.installation_id", "=", installationId)
            .where("repository.archived", "=", 1)
            .whereRef("repository.id", "=", "postmortems.repository_id"),
        ),
      ),
    )
    .groupBy("repository_id")
    .orderBy((count) => count.fn.countAll(), "desc")
    .orderBy("repository_id")
    .limit(1)
    .executeTakeFirst();
  return row?.repository_id;
}

/** Postmortems with an action that this issue tracks. */
export async function postmortemsTrackedBy(
  db: Kysely<Schema>,
  installationId: InstallationId,
  tracker: Pick<IssueRef, "repositoryId" | "owner" | "repo" | "number">,
): Promise<Postmortem[]> {
  const rows = await inOrder(db, installationId)
    .where((where) =>
      where.exists(
        where
          .selectFrom("preventive_actions as action")
          .select("action.key")
          .where("action.installation_id", "=", installationId)
          .where("action.tracked_by", "in", [`${tracker.repositoryId}#${tracker.number}`, nameOf(tracker)])
          .whereRef("action.repository_id", "=", "postmortems.repository_id")
          .whereRef("action.number", "=", "postmortems.number"),
      ),
    )
    .execute();
  return rows.map(({ state }) => parse(state));
}

/** Loads across all repositories of an installation, by login in lower case; `excluding` leaves one postmortem out. */
export async function loadsOf(
  db: Kysely<Schema>,
  installationId: InstallationId,
  { now, excluding }: { now: Instant; excluding?: IssueKey },
): Promise<Map<string, Load>> {
  const since = new Date(Date.parse(now) - RECENT_DAYS * DAY_MS).toISOString();
  const rows = await db
    .selectFrom("seats")
    .innerJoin("postmortems as postmortem", (join) =>
      join
        .onRef("postmortem.installation_id", "=", "seats.installation_id")
        .onRef("postmortem.repository_id", "=", "seats.repository_id")
        .onRef("postmortem.number", "=", "seats.number"),
    )
    .select(["seats.login", "seats.given_at", "seats.repository_id", "seats.number", "postmortem.issue_state"])
    .where("seats.installation_id", "=", installationId)
    .where((where) => where.or([where("postmortem.issue_state", "=", "open"), where("seats.given_at", ">=", since)]))
    .execute();
  const loads = new Map<string, { open: Set<string>; recent: number }>();
  for (const row of rows) {
    if (row.repository_id === excluding?.repositoryId && row.number === excluding.number) continue;
    const login = row.login.toLowerCase();
    const load = loads.get(login) ?? { open: new Set<string>(), recent: 0 };
    if (row.issue_state === "open") load.open.add(`${row.repository_id}#${row.number}`);
    if (row.given_at >= since) load.recent += 1;
    loads.set(login, load);
  }
  return new Map([...loads].map(([login, { open, recent }]) => [login, { open: open.size, recent }]));
}

/** Who said to be away in any postmortem of the installation; each absence once. */
export async function absencesOf(db: Kysely<Schema>, installationId: InstallationId): Promise<Absence[]> {
  const rows = await db
    .selectFrom("absences")
    .select(["who", "from_day", "until_day"])
    .distinct()
    .where("installation_id", "=", installationId)
    .orderBy("from_day")
    .orderBy("who")
    .orderBy("until_day")
    .execute();
  return rows.map((row) => Absence.parse({ who: row.who, from: row.from_day, until: row.until_day }));
}

function inOrder(db: Kysely<Schema>, installationId: InstallationId) {
  return db
    .selectFrom("postmortems")
    .select("state")
    .where("postmortems.installation_id", "=", installationId)
    .orderBy("opened_at")
    .orderBy("repository_id")
    .orderBy("number");
}

/** Those read last, by the text they are stored as: all of a repository are read for nearly every delivery. */
const parsed = new Map<string, Postmortem>();
const MOST_PARSED = 1_000;

function parse(state: string): Postmortem {
  const postmortem = parsed.get(state) ?? frozen(Postmortem.parse(JSON.parse(state)));
  putNewest(parsed, [state, postmortem], MOST_PARSED);
  return postmortem;
}

/** Handed out more than once: nobody may change it. */
function frozen<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) frozen(part);
  return Object.freeze(value);
}

function keyOf(ref: IssueKey) {
  return { installation_id: ref.installationId, repository_id: ref.repositoryId, number: ref.number };
}

function ofIssue({ installationId, repositoryId, number }: IssueKey) {
  return sql<boolean>`installation_id = ${installationId} and repository_id = ${repositoryId} and number = ${number}`;
}

function rowOf(postmortem: Postmortem) {
  return {
    ...keyOf(postmortem.ref),
    stage: postmortem.stage,
    severity: postmortem.severity ?? null,
    category: postmortem.category ?? null,
    issue_state: postmortem.issueState,
    opened_at: postmortem.openedAt,
    closed_at: postmortem.closedAt ?? null,
    state: JSON.stringify(postmortem),
  };
}

async function deleteParts(db: Kysely<Schema>, ref: IssueKey): Promise<void> {
  await db.deleteFrom("preventive_actions").where(ofIssue(ref)).execute();
  await db.deleteFrom("seats").where(ofIssue(ref)).execute();
  await db.deleteFrom("absences").where(ofIssue(ref)).execute();
}

async function saveParts(db: Kysely<Schema>, { ref, actions, team, absences }: Postmortem): Promise<void> {
  const key = keyOf(ref);
  const actionRows = actions.map(({ key: name, owner = null, due = null, status, ...action }) => ({
    ...key,
    key: name,
    owner,
    due,
    status,
    tracked_by: trackerOf(action),
  }));
  const seatRows = team.flatMap(({ function: name, login, at }) =>
    login === undefined ? [] : [{ ...key, function: name, login, given_at: at }],
  );
  const absenceRows = absences.map(({ who, from, until }) => ({ ...key, who, from_day: from, until_day: until }));
  for (const values of chunks(actionRows)) {
    await db
      .insertInto("preventive_actions")
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const values of chunks(seatRows)) {
    await db
      .insertInto("seats")
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const values of chunks(absenceRows)) await db.insertInto("absences").values(values).execute();
}

/** What an issue that tracks an action is found by: `100#7` where the id of its repository is known, else its name. */
function trackerOf({ trackedBy, trackedIn }: Pick<PreventiveAction, "trackedBy" | "trackedIn">): string | null {
  if (trackedBy === undefined) return null;
  return trackedIn === undefined ? trackedBy : `${trackedIn}#${trackedBy.slice(trackedBy.lastIndexOf("#") + 1)}`;
}

/** A statement binds a limited number of values. */
function chunks<Row>(rows: readonly Row[]): Row[][] {
  const SIZE = 100;
  return Array.from({ length: Math.ceil(rows.length / SIZE) }, (_, index) =>
    rows.slice(index * SIZE, (index + 1) * SIZE),
  );
}
