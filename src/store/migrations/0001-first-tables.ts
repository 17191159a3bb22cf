import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

import { createTenantRole, fenceTable, grantTables } from "../fence.ts";
import type { DatabaseKind } from "../schema.ts";

const FENCED = [
  "inbox",
  "parked",
  "postmortems",
  "preventive_actions",
  "seats",
  "absences",
  "tenants",
  "repositories",
  "outcomes",
  "learned",
  "kept",
];

/** The first tables, their indexes and, on PostgreSQL, the fence between tenants. */
export function firstTables(kind: DatabaseKind): Migration {
  return { up: (db: Kysely<unknown>) => up(db, kind) };
}

async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await createInbox(db, kind);
  await createPostmortems(db);
  await createTenants(db);
  if (kind === "sqlite") return;
  await createTenantRole(db);
  for (const table of FENCED) await fenceTable(db, table);
  await grantTables(db);
}

async function createInbox(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await db.schema
    .createTable("inbox")
    .addColumn("seq", kind === "sqlite" ? "integer" : "bigserial", (column) =>
      kind === "sqlite" ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("installation_id", "bigint", (column) => column.notNull())
    .addColumn("lane", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull().defaultTo("waiting"))
    .addColumn("delivery", "text", (column) => column.notNull())
    .addColumn("run_at", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("tries", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("crashes", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("worker", "text")
    .addColumn("lease_until", "text")
    .addColumn("deadline", "text")
    .addColumn("rearm_at", "text")
    .addColumn("finished_at", "text")
    .addColumn("reason", "text")
    .execute();
  // Partial indexes hold only what is unfinished, so that claiming does not slow down with what was done before.
  await sql`create index inbox_order on inbox (installation_id, seq) where state = 'waiting'`.execute(db);
  await sql`create index inbox_due on inbox (installation_id, run_at) where state = 'waiting'`.execute(db);
  await sql`create index inbox_next on inbox (run_at) where state = 'waiting'`.execute(db);
  await sql`create index inbox_lane on inbox (lane, seq) where state = 'waiting'`.execute(db);
  // The proof that no two of one lane run at once, whatever the workers do.
  await sql`create unique index inbox_running on inbox (lane, installation_id) where state = 'running'`.execute(db);
  await sql`create index inbox_working on inbox (installation_id) where state = 'running'`.execute(db);
  await sql`create index inbox_finished on inbox (finished_at) where finished_at is not null`.execute(db);
  if (kind === "postgres") await keepLean(db);
  await db.schema
    .createTable("parked")
    .addColumn("installation_id", "bigint", (column) => column.primaryKey())
    .addColumn("until", "text", (column) => column.notNull())
    .execute();
}

/** Each row is updated twice within seconds: clear up after a thousand of them, not after a fifth of the table. */
async function keepLean(db: Kysely<unknown>): Promise<void> {
  await sql`alter table inbox set (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 1000
  )`.execute(db);
}

async function createPostmortems(db: Kysely<unknown>): Promise<void> {
  await ofIssue(db, "postmortems")
    .addColumn("stage", "text", (column) => column.notNull())
    .addColumn("severity", "integer")
    .addColumn("category", "text")
    .addColumn("issue_state", "text", (column) => column.notNull())
    .addColumn("opened_at", "text", (column) => column.notNull())
    .addColumn("closed_at", "text")
    .addColumn("state", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("postmortems_key", ["installation_id", "repository_id", "number"])
    .execute();
  await ofIssue(db, "preventive_actions")
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("owner", "text")
    .addColumn("due", "text")
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("tracked_by", "text")
    .addPrimaryKeyConstraint("preventive_actions_key", ["installation_id", "repository_id", "number", "key"])
    .execute();
  await sql`create index preventive_actions_tracked on preventive_actions (installation_id, tracked_by)
    where tracked_by is not null`.execute(db);
  await ofIssue(db, "seats")
    .addColumn("function", "text", (column) => column.notNull())
    .addColumn("login", "text", (column) => column.notNull())
    .addColumn("given_at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("seats_key", ["installation_id", "repository_id", "number", "function", "login"])
    .execute();
  await ofIssue(db, "absences")
    .addColumn("who", "text", (column) => column.notNull())
    .addColumn("from_day", "text", (column) => column.notNull())
    .addColumn("until_day", "text", (column) => column.notNull())
    .execute();
  await sql`create index absences_of_issue on absences (installation_id, repository_id, number)`.execute(db);
  await ofIssue(db, "learned")
    .addColumn("category", "text", (column) => column.notNull())
    .addColumn("terms", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("learned_key", ["installation_id", "repository_id", "number"])
    .execute();
}

async function createTenants(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("tenants")
    .addColumn("installation_id", "bigint", (column) => column.primaryKey())
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("suspended_at", "text")
    .addColumn("schedule", "text")
    .addColumn("digest_week", "text")
    .addColumn("reminders_day", "text")
    .execute();
  await ofTenant(db, "repositories")
    .addColumn("id", "bigint", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("visibility", "text", (column) => column.notNull())
    .addColumn("archived", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("repositories_key", ["installation_id", "id"])
    .execute();
  await ofTenant(db, "outcomes")
    .addColumn("delivery_id", "text", (column) => column.notNull())
    .addColumn("change_key", "text", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("outcomes_key", ["installation_id", "delivery_id", "change_key"])
    .execute();
  await sql`create index outcomes_age on outcomes (at)`.execute(db);
  await ofTenant(db, "kept")
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("kept_key", ["installation_id", "key"])
    .execute();
}

function ofTenant(db: Kysely<unknown>, table: string) {
  return db.schema.createTable(table).addColumn("installation_id", "bigint", (column) => column.notNull());
}

function ofIssue(db: Kysely<unknown>, table: string) {
  return ofTenant(db, table)
    .addColumn("repository_id", "bigint", (column) => column.notNull())
    .addColumn("number", "bigint", (column) => column.notNull());
}
