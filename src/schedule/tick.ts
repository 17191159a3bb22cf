import { Delivery } from "../domain/delivery.ts";
import type { Event } from "../domain/event.ts";
import type { InstallationId, Instant } from "../domain/ids.ts";
import { accept } from "../inbox/inbox.ts";
import type { Log } from "../inbox/worker.ts";
import type { Database } from "../store/database.ts";
import { activeTenants, noteTenants, type Tenant } from "../store/tenants.ts";
import { digestDue, remindersDue } from "./due.ts";

/** A digest that could not be asked for in time is caught up with for this long; later it would be old news. */
const CATCH_UP_MS = 48 * 3_600_000;
const EVERY_MS = 60_000;

export interface Asked {
  /** Ids of the deliveries this tick put in the inbox. */
  readonly accepted: readonly string[];
  /** Tenants for whom it failed; the others were served. */
  readonly failed: readonly { installationId: InstallationId; error: unknown }[];
}

/**
 * Puts what is due by each tenant's own clock into the inbox. Nothing is kept in memory: any number of processes may
 * tick at any time, and each week's digest is asked for once, because its delivery id and the tenant's row name the week.
 */
export async function tick({ database, now }: { database: Database; now: Instant }): Promise<Asked> {
  const failed: { installationId: InstallationId; error: unknown }[] = [];
  const due: Delivery[] = [];
  for (const tenant of await activeTenants(database)) {
    try {
      due.push(...dueDigest(tenant, now), ...dueReminders(tenant, now));
    } catch (error) {
      failed.push({ installationId: tenant.installationId, error });
    }
  }
  // All together: they share their commits.
  const accepted = await Promise.all(due.map((delivery) => accept(database, delivery)));
  await noteAsked(database, due);
  return { accepted: due.filter((_, index) => accepted[index]).map(({ id }) => id), failed };
}

export interface Clock {
  /** Resolves when the tick under way is done; there is no other after it. */
  stop(): Promise<void>;
}

/** Ticks now and then every minute. Ticks never overlap. */
export function startClock(options: { database: Database; now: () => Instant; log: Log; everyMs?: number }): Clock {
  const { database, now, log, everyMs = EVERY_MS } = options;
  let ticking: Promise<void> | undefined;
  async function tickOnce(): Promise<void> {
    try {
      const { failed } = await tick({ database, now: now() });
      for (const { installationId, error } of failed) log.error({ err: error, installationId }, "the clock failed");
    } catch (error) {
      log.error({ err: error }, "the clock could not look at the tenants");
    }
    ticking = undefined;
  }
  function ring(): void {
    ticking ??= tickOnce();
  }
  const timer = setInterval(ring, everyMs);
  ring();
  return {
    async stop() {
      clearInterval(timer);
      await ticking;
    },
  };
}

function dueDigest(tenant: Tenant, now: Instant): Delivery[] {
  const { week, dueAt } = digestDue(tenant.schedule, now);
  if (week === tenant.digestWeek || Date.parse(now) - Date.parse(dueAt) > CATCH_UP_MS) return [];
  return [clockDelivery(tenant, { kind: "digest-due", week, asked: false }, { unique: week, now })];
}

function dueReminders(tenant: Tenant, now: Instant): Delivery[] {
  const day = remindersDue(tenant.schedule, now);
  if (day === undefined || day === tenant.remindersDay) return [];
  return [clockDelivery(tenant, { kind: "reminders-due", day }, { unique: day, now })];
}

/** `digest:7:2026-W47`: the same from every process, so that the inbox takes it once. */
function clockDelivery(
  { installationId }: Tenant,
  event: Extract<Event, { kind: "digest-due" | "reminders-due" }>,
  { unique, now }: { unique: string; now: Instant },
): Delivery {
  const lane = `${event.kind === "digest-due" ? "digest" : "reminders"}:${installationId}`;
  return Delivery.parse({ id: `${lane}:${unique}`, installationId, lane, event, receivedAt: now });
}

/** Weeks and days differ by time zone only, so this is a few statements however many tenants there are. */
async function noteAsked(database: Database, due: readonly Delivery[]): Promise<void> {
  for (const [week, tenants] of grouped(due, ({ event }) => (event.kind === "digest-due" ? event.week : undefined))) {
    await noteTenants(database, tenants, { digest_week: week });
  }
  for (const [day, tenants] of grouped(due, ({ event }) => (event.kind === "reminders-due" ? event.day : undefined))) {
    await noteTenants(database, tenants, { reminders_day: day });
  }
}

function grouped(due: readonly Delivery[], keyOf: (delivery: Delivery) => string | undefined) {
  const groups = new Map<string, InstallationId[]>();
  for (const delivery of due) {
    const key = keyOf(delivery);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [];
    group.push(delivery.installationId);
    groups.set(key, group);
  }
  return groups;
}
