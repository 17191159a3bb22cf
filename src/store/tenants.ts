import { type Kysely, sql } from "kysely";
import { z } from "zod";

import { type Config, DEFAULT_CONFIG } from "../domain/config.ts";
import { InstallationId, type Instant } from "../domain/ids.ts";
import { Day } from "../domain/preventive-action.ts";
import type { Database } from "./database.ts";
import { type Schema, TABLES, type TenantsTable } from "./schema.ts";

const Weekday = z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

/** When a tenant wants to hear from the clock, in its own time zone. */
export const Schedule = z.object({
  /** Where the digest is posted, `owner/repository`. */
  repository: z.string().optional(),
  day: Weekday,
  time: z.string(),
  timezone: z.string(),
  reminders: z.object({ from: z.string(), until: z.string(), holidays: z.array(Day) }).optional(),
});
export type Schedule = Readonly<z.infer<typeof Schedule>>;

/** The part of a configuration that the clock goes by. */
export function scheduleOf({ digest, reminders }: Config): Schedule {
  const { enabled, from, until, holidays } = reminders;
  return { ...digest, ...(enabled && { reminders: { from, until, holidays } }) };
}

export interface Tenant {
  readonly installationId: InstallationId;
  readonly account: string;
  readonly suspendedAt: Instant | undefined;
  readonly schedule: Schedule;
  /** The last week a digest was asked for, `2026-W47`. */
  readonly digestWeek: string | undefined;
  /** The last day reminders were asked for. */
  readonly remindersDay: string | undefined;
}

export async function findTenant(db: Kysely<Schema>, installationId: InstallationId): Promise<Tenant | undefined> {
  const row = await db
    .selectFrom("tenants")
    .selectAll()
    .where("installation_id", "=", installationId)
    .executeTakeFirst();
  return row === undefined ? undefined : tenantOf(row);
}

/** Makes a tenant known, or changes what is given of it; the rest stays. `suspendedAt: null` ends a suspension. */
export async function saveTenant(
  db: Kysely<Schema>,
  tenant: {
    installationId: InstallationId;
    account: string;
    suspendedAt?: Instant | null | undefined;
    schedule?: Schedule | undefined;
  },
): Promise<void> {
  const given = {
    account: tenant.account,
    ...(tenant.suspendedAt !== undefined && { suspended_at: tenant.suspendedAt }),
    ...(tenant.schedule !== undefined && { schedule: JSON.stringify(tenant.schedule) }),
  };
  await db
    .insertInto("tenants")
    .values({ installation_id: tenant.installationId, ...given })
    .onConflict((conflict) => conflict.column("installation_id").doUpdateSet(given))
    .execute();
}

/** Every tenant that is not suspended: the clock's round. */
export async function activeTenants(database: Database): Promise<Tenant[]> {
  const rows = await database.across
    .selectFrom("tenants")
    .selectAll()
    .where("suspended_at", "is", null)
    .orderBy("installation_id")
    .execute();
  return rows.map(tenantOf);
}

/** Remembers what the clock asked for last on behalf of these tenants, so that it does not ask again. */
export async function noteTenants(
  database: Database,
  installationIds: readonly InstallationId[],
  asked: { digest_week: string } | { reminders_day: string },
): Promise<void> {
  for (let from = 0; from < installationIds.length; from += 500) {
    const some = installationIds.slice(from, from + 500);
    await database.across.updateTable("tenants").set(asked).where("installation_id", "in", some).execute();
  }
}

/** Removes every row of a tenant. Returns how many, by table. */
export async function deleteTenant(
  db: Kysely<Schema>,
  installationId: InstallationId,
): Promise<Record<(typeof TABLES)[number], number>> {
  const counts = { ...NONE };
  for (const table of TABLES) {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where installation_id = ${installationId}`.execute(db);
    counts[table] = Number(numAffectedRows ?? 0n);
  }
  return counts;
}

const NONE = {
  preventive_actions: 0,
  seats: 0,
  absences: 0,
  postmortems: 0,
  outcomes: 0,
  kept: 0,
  repositories: 0,
  parked: 0,
  inbox: 0,
  tenants: 0,
} satisfies Record<(typeof TABLES)[number], number>;

/** Everything kept about a tenant, row by row as it stands in the tables: one JSON object per row. */
export async function* exportTenant(
  db: Kysely<Schema>,
  installationId: InstallationId,
): AsyncGenerator<{ table: string; row: Record<string, unknown> }> {
  for (const table of TABLES) {
    const { rows } = await sql<Record<string, unknown>>`
      select * from ${sql.table(table)} where installation_id = ${installationId}`.execute(db);
    for (const row of rows) yield { table, row: { ...row } };
  }
}

const DEFAULT_SCHEDULE = scheduleOf(DEFAULT_CONFIG);

function tenantOf(row: TenantsTable): Tenant {
  return {
    installationId: InstallationId.parse(row.installation_id),
    account: row.account,
    suspendedAt: row.suspended_at ?? undefined,
    schedule: row.schedule === null ? DEFAULT_SCHEDULE : Schedule.parse(JSON.parse(row.schedule)),
    digestWeek: row.digest_week ?? undefined,
    remindersDay: row.reminders_day ?? undefined,
  };
}
