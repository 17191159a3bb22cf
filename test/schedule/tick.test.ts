import { beforeEach, expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { startClock, tick } from "../../src/schedule/tick.ts";
import { type Database, openDatabase, withInstallation } from "../../src/store/database.ts";
import { saveTenant, type Schedule } from "../../src/store/tenants.ts";
import { describeOnEachDatabase, describeOnPostgres } from "../support/database.ts";

const MONDAY_NINE = "2026-11-16T09:00:00.000Z";
const BERLIN: Schedule = { day: "monday", time: "09:00", timezone: "Europe/Berlin" };

async function someTenant(
  database: Database,
  id: number,
  { suspendedAt, ...schedule }: Partial<Schedule> & { suspendedAt?: string } = {},
): Promise<void> {
  const installationId = InstallationId.parse(id);
  await withInstallation(database, installationId, (db) =>
    saveTenant(db, {
      installationId,
      account: `acme${id}`,
      suspendedAt,
      schedule: schedule.timezone === undefined ? undefined : { ...BERLIN, ...schedule },
    }),
  );
}

describeOnEachDatabase("the clock", (engine) => {
  let database: Database;
  beforeEach(async () => {
    database ??= await engine.open();
    await database.across.deleteFrom("inbox").execute();
    await database.across.deleteFrom("tenants").execute();
  });

  it("asks for each tenant's digest when it is due, once", async () => {
    await someTenant(database, 1, BERLIN);
    await someTenant(database, 2, { ...BERLIN, timezone: "America/New_York" });

    const asked = [];
    for (const now of [
      "2026-11-16T07:59:00.000Z",
      "2026-11-16T08:00:00.000Z",
      "2026-11-16T14:00:00.000Z",
      "2026-11-16T20:00:00.000Z",
    ]) {
      asked.push((await tick({ database, now })).accepted);
    }

    expect(asked).toEqual([[], ["digest:1:2026-W47"], ["digest:2:2026-W47"], []]);
    const row = await database.across
      .selectFrom("inbox")
      .select("delivery")
      .where("installation_id", "=", 1)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.delivery)).toEqual({
      id: "digest:1:2026-W47",
      installationId: 1,
      lane: "digest:1",
      event: { kind: "digest-due", week: "2026-W47", asked: false },
      receivedAt: "2026-11-16T08:00:00.000Z",
    });
  });

  it("catches up within two days and lets older digests go", async () => {
    await someTenant(database, 1, BERLIN);

    expect((await tick({ database, now: "2026-11-18T08:00:00.001Z" })).accepted).toEqual([]);
    expect((await tick({ database, now: "2026-11-18T08:00:00.000Z" })).accepted).toEqual(["digest:1:2026-W47"]);
  });

  it("asks again neither after the inbox forgot the row nor after the row forgot the week", async () => {
    await someTenant(database, 1, BERLIN);
    await tick({ database, now: MONDAY_NINE });

    await database.across.deleteFrom("inbox").execute();
    expect((await tick({ database, now: MONDAY_NINE })).accepted).toEqual([]);

    await database.across.updateTable("tenants").set({ digest_week: null }).execute();
    await tick({ database, now: MONDAY_NINE });
    await database.across.updateTable("tenants").set({ digest_week: null }).execute();
    expect((await tick({ database, now: MONDAY_NINE })).accepted).toEqual([]);
  });

  it("asks for reminders once on a working day", async () => {
    await someTenant(database, 1, { ...BERLIN, reminders: { from: "09:00", until: "17:00", holidays: [] } });

    const first = await tick({ database, now: "2026-11-20T08:00:00.000Z" });
    const second = await tick({ database, now: "2026-11-20T09:00:00.000Z" });
    const saturday = await tick({ database, now: "2026-11-21T09:00:00.000Z" });

    expect([first.accepted, second.accepted, saturday.accepted]).toEqual([["reminders:1:2026-11-20"], [], []]);
  });

  it("leaves suspended tenants alone, and goes by Monday nine o'clock UTC where nothing is configured", async () => {
    await someTenant(database, 1, { ...BERLIN, suspendedAt: "2026-11-01T00:00:00.000Z" });
    await someTenant(database, 2);

    expect((await tick({ database, now: "2026-11-16T08:59:59.000Z" })).accepted).toEqual([]);
    expect((await tick({ database, now: MONDAY_NINE })).accepted).toEqual([
      "digest:2:2026-W47",
      "reminders:2:2026-11-16",
    ]);
  });

  it("serves the others when one tenant's schedule cannot be worked out", async () => {
    await someTenant(database, 1, { ...BERLIN, timezone: "Mars/Olympus" });
    await someTenant(database, 2, BERLIN);

    const { accepted, failed } = await tick({ database, now: MONDAY_NINE });

    expect(accepted).toEqual(["digest:2:2026-W47"]);
    expect(failed.map(({ installationId }) => installationId)).toEqual([1]);
  });

  it("ticks at the start and stops after the tick under way", async () => {
    await someTenant(database, 1, BERLIN);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const clock = startClock({ database, now: () => MONDAY_NINE, log });
    await clock.stop();

    expect(await database.across.selectFrom("inbox").select("id").execute()).toEqual([{ id: "digest:1:2026-W47" }]);
  });
});

describeOnPostgres("clocks of several replicas", (engine) => {
  it("ask for one digest", async () => {
    const url = await engine.url();
    const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ databaseUrl: url })));
    const [first] = databases as [Database];
    for (let id = 1; id <= 20; id += 1) await someTenant(first, id, BERLIN);

    const asked = await Promise.all(databases.map((database) => tick({ database, now: MONDAY_NINE })));
    const rows = await first.across.selectFrom("inbox").select("id").execute();
    await Promise.all(databases.map((database) => database.close()));

    expect(asked.flatMap(({ accepted }) => accepted)).toHaveLength(20);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(20);
  });
});
