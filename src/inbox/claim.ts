import { type RawBuilder, sql } from "kysely";

import { Delivery } from "../domain/delivery.ts";
import type { Instant } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import { refuseInTransaction } from "../store/database.ts";
import { later } from "./instant.ts";

/** A delivery in a worker's hands. `attempt` counts from 1; with `worker` it says whose it is. */
export interface Claimed {
  readonly seq: number;
  readonly worker: string;
  readonly attempt: number;
  /** Failures before this attempt that count towards giving up. */
  readonly tries: number;
  readonly delivery: Delivery;
}

export interface ClaimOptions {
  worker: string;
  now: Instant;
  leaseMs: number;
  limit?: number;
  /** Deliveries of one installation in work at once, in all workers together. */
  perInstallation?: number;
  /** The installation served last: its neighbours come first now. */
  after?: number;
  /** Installations that are not looked at this time. */
  except?: (installation: number) => boolean;
  /** Told of an installation with places left: none of its other deliveries may run now, however many wait. */
  exhausted?: (installation: number) => void;
}

interface Tenant {
  id: number;
  running: number;
  parked: boolean;
}

interface Share {
  tenant: Tenant;
  places: number;
}

interface Row {
  seq: number;
  installation_id: number;
  id: string;
  delivery: string;
  attempts: number;
  tries: number;
}

/** Unique violation: another worker started this lane between our look and our claim. */
const TAKEN = "23505";
const MOST_LOOKS = 5;

/**
 * Hands deliveries to a worker, at most `limit`, going round the installations. Only the head of a lane is given:
 * nothing earlier in it is unfinished (a coalescing row that is not due yet does not count) and none of it runs.
 */
export async function claim(database: Database, options: ClaimOptions): Promise<Claimed[]> {
  refuseInTransaction("claim");
  const { limit = 1, after = 0, except = () => false } = options;
  const claimed: Claimed[] = [];
  const found = await tenantsWithWork(database, options.now);
  const tenants = fromNextOn(
    found.filter(({ id }) => !except(id)),
    after,
  );
  while (tenants.length > 0 && claimed.length < limit) {
    const round = tenants.splice(0, limit);
    const wanted = shares(round, limit - claimed.length, options);
    const rows = await take(database, wanted, options);
    tellExhausted(wanted, rows, options);
    rows.sort((a, b) => position(round, a) - position(round, b) || a.seq - b.seq);
    for (const row of rows) {
      const delivery = await readable(database, row, options);
      if (delivery === undefined) continue;
      claimed.push({ seq: row.seq, worker: options.worker, attempt: row.attempts, tries: row.tries, delivery });
    }
  }
  return claimed;
}

/** Installations with something due. Skips from one to the next in the index, so a long queue of one costs nothing. */
async function tenantsWithWork(database: Database, now: Instant): Promise<Tenant[]> {
  const { rows } = await sql<{ id: number; running: number; parked: string | null }>`
    with recursive waiting (id) as (
      select cast(0 as bigint)
      union all
      select (select i.installation_id from inbox i where i.state = 'waiting' and i.installation_id > waiting.id
        order by i.installation_id limit 1)
      from waiting where waiting.id is not null
    )
    select waiting.id,
      (select count(*) from inbox r where r.state = 'running' and r.installation_id = waiting.id) as running,
      (select p.until from parked p where p.installation_id = waiting.id and p.until > ${now}) as parked
    from waiting
    where waiting.id > 0 and (
      select d.seq from inbox d where d.state = 'waiting' and d.installation_id = waiting.id and d.run_at <= ${now} limit 1
    ) is not null`.execute(database.across);
  return rows.map(({ id, running, parked }) => ({ id, running, parked: parked !== null })).sort((a, b) => a.id - b.id);
}

function fromNextOn(tenants: readonly Tenant[], after: number): Tenant[] {
  return [...tenants.filter(({ id }) => id > after), ...tenants.filter(({ id }) => id <= after)];
}

/** Gives out `free` places one at a time, round after round, so that everybody gets one before anybody gets two. */
function shares(tenants: readonly Tenant[], free: number, options: ClaimOptions): Share[] {
  const { perInstallation = Number.POSITIVE_INFINITY } = options;
  const given = tenants.map((tenant) => ({ tenant, places: 0 }));
  for (let left = free; left > 0;) {
    const open = given.filter(({ tenant, places }) => tenant.running + places < perInstallation).slice(0, left);
    if (open.length === 0) break;
    for (const share of open) share.places += 1;
    left -= open.length;
  }
  return given.filter(({ places }) => places > 0);
}

function tellExhausted(wanted: readonly Share[], rows: readonly Row[], { exhausted }: ClaimOptions): void {
  for (const { tenant, places } of wanted) {
    if (rows.filter((row) => row.installation_id === tenant.id).length < places) exhausted?.(tenant.id);
  }
}

async function take(
  database: Database,
  wanted: readonly Share[],
  { worker, now, leaseMs }: ClaimOptions,
): Promise<Row[]> {
  if (wanted.length === 0) return [];
  const heads = sql.join(
    wanted.map(({ tenant, places }) => headsOf(tenant, places, now)),
    sql` union all `,
  );
  const query = sql<Row>`
    with picked as (
      select seq from inbox where state = 'waiting' and seq in (${heads}) ${skipLocked(database)}
    )
    update inbox
    set state = 'running', worker = ${worker}, lease_until = ${later(now, leaseMs)}, attempts = attempts + 1
    where state = 'waiting' and seq in (select seq from picked)
    returning seq, installation_id, id, delivery, attempts, tries`;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    try {
      return (await query.execute(database.across)).rows;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  return [];
}

/**
 * The first rows of one installation that may run, in order of arrival. Scalar subqueries, not joins: they are asked row
 * by row until there are enough, instead of for the whole queue. `+ 0` and `|| ''` keep a column from choosing the index:
 * no statistics are right for long about a queue, so each step has one index only. A parked installation may only change its own standing.
 */
function headsOf(tenant: Tenant, places: number, now: Instant): RawBuilder<unknown> {
  const ofTenant = sql`b.installation_id + 0 = ${tenant.id}`;
  const standing = tenant.parked ? sql`and r.kind = 'installation-changed'` : sql``;
  return sql`
    select * from (
      select r.seq from inbox r
      where r.state = 'waiting' and r.installation_id = ${tenant.id} and r.run_at || '' <= ${now} ${standing}
        and (select b.seq from inbox b
          where b.state = 'running' and b.lane = r.lane and ${ofTenant} limit 1) is null
        and (select b.seq from inbox b
          where b.state = 'waiting' and b.lane = r.lane and b.seq < r.seq and ${ofTenant}
            and (b.attempts > 0 or b.run_at <= ${now}) limit 1) is null
      order by r.seq limit ${places}
    ) as heads`;
}

/** The one place where the engines differ: SQLite has one writer, PostgreSQL lets workers pass each other. */
function skipLocked(database: Database): RawBuilder<unknown> {
  return database.kind === "postgres" ? sql`for update skip locked` : sql``;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === TAKEN;
}

function position(round: readonly Tenant[], row: Row): number {
  return round.findIndex(({ id }) => id === row.installation_id);
}

/** A row that this version cannot read will not become readable by waiting: buried, and its lane goes on. */
async function readable(database: Database, row: Row, { now }: ClaimOptions): Promise<Delivery | undefined> {
  const parsed = Delivery.safeParse(parsedJson(row.delivery));
  if (parsed.success) return parsed.data;
  await database.across
    .updateTable("inbox")
    .set({
      state: "buried",
      worker: null,
      lease_until: null,
      finished_at: now,
      reason: `Delivery ${row.id} cannot be read by this version: ${parsed.error.message}`,
    })
    .where("seq", "=", row.seq)
    .execute();
  return undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
