import { beforeEach, expect, it } from "vitest";

import { DEFAULT_CONFIG } from "../../src/domain/config.ts";
import { DeliveryId, InstallationId } from "../../src/domain/ids.ts";
import { accept } from "../../src/inbox/inbox.ts";
import { parkInstallation } from "../../src/inbox/keeping.ts";
import { type Database, withInstallation } from "../../src/store/database.ts";
import { keep, kept } from "../../src/store/kept.ts";
import { outcomeOf, saveOutcome, sweepOutcomes } from "../../src/store/outcomes.ts";
import {
  absencesOf,
  findPostmortem,
  forgetPostmortem,
  loadsOf,
  postmortemsOfInstallation,
  postmortemsOfRepository,
  postmortemsTrackedBy,
  savePostmortem,
} from "../../src/store/postmortems.ts";
import { findRepository, forgetRepository, repositoriesOf, saveRepository } from "../../src/store/repositories.ts";
import { TABLES } from "../../src/store/schema.ts";
import {
  activeTenants,
  deleteTenant,
  exportTenant,
  findTenant,
  saveTenant,
  scheduleOf,
} from "../../src/store/tenants.ts";
import { someDelivery } from "../inbox/some-delivery.ts";
import { describeOnEachDatabase } from "../support/database.ts";
import { seat, storedPostmortem } from "./some-postmortem.ts";

const NOW = "2026-11-21T07:12:00.000Z";
const ACME = InstallationId.parse(1);
const OTHER = InstallationId.parse(2);

const app = (number: number) => ({ repositoryId: 20, owner: "acme", repo: "app", number });

describeOnEachDatabase("the store", (engine) => {
  let database: Database;
  beforeEach(async () => {
    database ??= await engine.open();
    for (const table of TABLES) await database.across.deleteFrom(table).execute();
  });

  const asAcme = <Result>(work: Parameters<typeof withInstallation<Result>>[2]) =>
    withInstallation(database, ACME, work);

  it("gives a postmortem back as it was saved, and the latest of two", async () => {
    const first = storedPostmortem();
    const second = storedPostmortem(
      {},
      {
        severity: 2,
        category: "dns",
        closedAt: NOW,
        team: [seat("platform", "alice"), seat("network", undefined)],
        actions: [
          {
            key: "add-alert",
            text: "Add an alert \u0000 🔔",
            status: "open",
            since: NOW,
            owner: "bob",
            due: "2026-12-01",
          },
        ],
        ticks: { impact: { by: "bob", at: NOW, checked: true } },
      },
    );

    await asAcme((db) => savePostmortem(db, first));
    await asAcme((db) => savePostmortem(db, second));

    expect(await asAcme((db) => findPostmortem(db, first.ref))).toEqual(second);
    expect(await asAcme((db) => findPostmortem(db, { ...first.ref, number: 2 }))).toBeUndefined();
    expect(await database.across.selectFrom("preventive_actions").selectAll().execute()).toEqual([
      {
        installation_id: 1,
        repository_id: 10,
        number: 1,
        key: "add-alert",
        owner: "bob",
        due: "2026-12-01",
        status: "open",
        tracked_by: null,
      },
    ]);
    expect(await database.across.selectFrom("seats").select(["function", "login"]).execute()).toEqual([
      { function: "platform", login: "alice" },
    ]);
  });

  it("replaces actions, seats and absences rather than adding to them", async () => {
    const full = storedPostmortem(
      {},
      {
        team: [seat("platform", "alice")],
        actions: [{ key: "a", text: "a", status: "open", since: NOW }],
        absences: [{ who: "eve", from: "2026-12-01", until: "2026-12-15" }],
      },
    );
    await asAcme((db) => savePostmortem(db, full));
    await asAcme((db) => savePostmortem(db, storedPostmortem()));

    for (const table of ["preventive_actions", "seats", "absences"] as const) {
      expect(await database.across.selectFrom(table).selectAll().execute()).toEqual([]);
    }
  });

  it("stores a postmortem with hundreds of actions", async () => {
    const actions = Array.from({ length: 450 }, (_, n) => ({ key: `k${n}`, text: "x", status: "open", since: NOW }));
    await asAcme((db) => savePostmortem(db, storedPostmortem({}, { actions })));

    const found = await asAcme((db) => findPostmortem(db, storedPostmortem().ref));
    expect(found?.actions).toHaveLength(450);
  });

  it("forgets a postmortem with everything that hangs on it", async () => {
    const full = storedPostmortem({}, { team: [seat("platform", "alice")] });
    await asAcme((db) => savePostmortem(db, full));

    expect(await asAcme((db) => forgetPostmortem(db, full.ref))).toBe(true);
    expect(await asAcme((db) => forgetPostmortem(db, full.ref))).toBe(false);
    expect(await asAcme((db) => loadsOf(db, ACME, { now: NOW }))).toEqual(new Map());
  });

  it("lists postmortems in the order of their incidents, by installation and by repository", async () => {
    for (const [repositoryId, number, day] of [
      [10, 1, "03"],
      [10, 2, "01"],
      [11, 1, "02"],
    ] as const) {
      const postmortem = storedPostmortem({ repositoryId, number }, { openedAt: `2026-11-${day}T00:00:00.000Z` });
      await asAcme((db) => savePostmortem(db, postmortem));
    }
    await withInstallation(database, OTHER, (db) => savePostmortem(db, storedPostmortem({ installationId: 2 })));

    const all = await asAcme((db) => postmortemsOfInstallation(db, ACME));
    const one = await asAcme((db) => postmortemsOfRepository(db, ACME, 10));
    expect(all.map(({ ref }) => [ref.repositoryId, ref.number])).toEqual([
      [10, 2],
      [11, 1],
      [10, 1],
    ]);
    expect(one.map(({ ref }) => ref.number)).toEqual([2, 1]);
  });

  it("finds the postmortems whose action an issue tracks", async () => {
    const tracked = { key: "a", text: "a", status: "open", since: NOW, trackedBy: "acme/app#7" };
    await asAcme((db) => savePostmortem(db, storedPostmortem({ number: 1 }, { actions: [tracked] })));
    await asAcme((db) => savePostmortem(db, storedPostmortem({ number: 2 })));

    const found = await asAcme((db) => postmortemsTrackedBy(db, ACME, app(7)));
    expect(found.map(({ ref }) => ref.number)).toEqual([1]);
    expect(await asAcme((db) => postmortemsTrackedBy(db, ACME, app(70)))).toEqual([]);
  });

  it("finds them by the id of the tracking issue's repository, whatever its name is now", async () => {
    const tracked = { key: "a", text: "a", status: "open", since: NOW, trackedBy: "acme/old#7", trackedIn: 20 };
    await asAcme((db) => savePostmortem(db, storedPostmortem({ number: 1 }, { actions: [tracked] })));

    const found = await asAcme((db) => postmortemsTrackedBy(db, ACME, app(7)));
    expect(found.map(({ ref }) => ref.number)).toEqual([1]);
    const namesake = { ...app(7), repositoryId: 21, repo: "old" };
    expect(await asAcme((db) => postmortemsTrackedBy(db, ACME, namesake))).toEqual([]);
  });

  it("counts loads across repositories: open postmortems, and seats given in the last 90 days", async () => {
    const old = "2026-08-01T00:00:00.000Z";
    const team = [seat("platform", "Alice"), seat("network", "dan")];
    await asAcme((db) => savePostmortem(db, storedPostmortem({ repositoryId: 10 }, { team })));
    await asAcme((db) =>
      savePostmortem(db, storedPostmortem({ repositoryId: 11 }, { team: [seat("platform", "alice", old)] })),
    );
    await asAcme((db) =>
      savePostmortem(db, storedPostmortem({ repositoryId: 12 }, { team, issueState: "closed", closedAt: NOW })),
    );
    await asAcme((db) =>
      savePostmortem(
        db,
        storedPostmortem({ repositoryId: 13 }, { team: [seat("x", "dan", old)], issueState: "closed" }),
      ),
    );
    await withInstallation(database, OTHER, (db) =>
      savePostmortem(db, storedPostmortem({ installationId: 2 }, { team })),
    );

    expect(await asAcme((db) => loadsOf(db, ACME, { now: NOW }))).toEqual(
      new Map([
        ["alice", { open: 2, recent: 2 }],
        ["dan", { open: 1, recent: 2 }],
      ]),
    );
    const without = { installationId: ACME, repositoryId: 10, number: 1 };
    expect((await asAcme((db) => loadsOf(db, ACME, { now: NOW, excluding: without }))).get("dan")).toEqual({
      open: 0,
      recent: 1,
    });
  });

  it("lists each absence once", async () => {
    const absences = [{ who: "eve", from: "2026-12-01", until: "2026-12-15" }];
    for (const number of [1, 2]) await asAcme((db) => savePostmortem(db, storedPostmortem({ number }, { absences })));

    expect(await asAcme((db) => absencesOf(db, ACME))).toEqual(absences);
  });

  it("knows tenants: their suspension and schedule change one by one", async () => {
    const schedule = scheduleOf({ ...DEFAULT_CONFIG, digest: { ...DEFAULT_CONFIG.digest, timezone: "Europe/Berlin" } });
    await asAcme((db) => saveTenant(db, { installationId: ACME, account: "acme", schedule }));
    await asAcme((db) => saveTenant(db, { installationId: ACME, account: "acme", suspendedAt: NOW }));

    expect(await activeTenants(database)).toEqual([]);
    expect(await asAcme((db) => findTenant(db, ACME))).toMatchObject({ suspendedAt: NOW, schedule });

    await asAcme((db) => saveTenant(db, { installationId: ACME, account: "acme-inc", suspendedAt: null }));
    expect(await activeTenants(database)).toMatchObject([{ account: "acme-inc", suspendedAt: undefined, schedule }]);
  });

  it("has no reminders in the schedule of a configuration that wants none", () => {
    const { reminders } = DEFAULT_CONFIG;

    expect(scheduleOf({ ...DEFAULT_CONFIG, reminders: { ...reminders, enabled: false } }).reminders).toBeUndefined();
    expect(scheduleOf(DEFAULT_CONFIG).reminders).toEqual({ from: "09:00", until: "17:00", holidays: [] });
  });

  it("keeps repositories by id, whatever they are called", async () => {
    const repository = { id: 10, owner: "acme", name: "incidents", visibility: "private", archived: false } as const;
    await asAcme((db) => saveRepository(db, ACME, repository));
    await asAcme((db) => saveRepository(db, ACME, { ...repository, name: "postmortems", archived: true }));
    await asAcme((db) => savePostmortem(db, storedPostmortem()));

    expect(await asAcme((db) => repositoriesOf(db, ACME))).toEqual([
      { ...repository, name: "postmortems", archived: true },
    ]);
    expect(await asAcme((db) => findRepository(db, ACME, 11))).toBeUndefined();

    const keys = ["body:10#1", "config:10", "digest-home:10", "body:110#10", "config:100"];
    for (const key of keys) await asAcme((db) => keep(db, ACME, { key, value: "text", now: NOW }));

    await asAcme((db) => forgetRepository(db, ACME, 10));
    const left = await asAcme((db) => db.selectFrom("kept").select("key").orderBy("key").execute());
    expect(left.map(({ key }) => key)).toEqual(["body:110#10", "config:100"]);
    expect(await asAcme((db) => findRepository(db, ACME, 10))).toBeUndefined();
    expect(await asAcme((db) => postmortemsOfInstallation(db, ACME))).toEqual([]);
  });

  it("keeps the first outcome of a change, until it is swept", async () => {
    const key = { installationId: ACME, deliveryId: DeliveryId.parse("d"), changeKey: "open-issue:1" };
    await asAcme((db) => saveOutcome(db, key, { result: { number: 7 }, now: NOW }));
    await asAcme((db) => saveOutcome(db, key, { result: { number: 8 }, now: NOW }));

    expect(await asAcme((db) => outcomeOf(db, key))).toEqual({ number: 7 });
    expect(await asAcme((db) => outcomeOf(db, { ...key, changeKey: "open-issue:2" }))).toBeUndefined();
    expect(await sweepOutcomes(database, NOW)).toBe(0);
    expect(await sweepOutcomes(database, "2026-12-21T00:00:00.000Z")).toBe(1);
  });

  it("keeps small things by key, the latest of each", async () => {
    for (const value of [{ page: 1 }, { page: 2 }])
      await asAcme((db) => keep(db, ACME, { key: "sync", value, now: NOW }));

    expect(await asAcme((db) => kept(db, ACME, "sync"))).toEqual({ page: 2 });
    await asAcme((db) => keep(db, ACME, { key: "sync", value: undefined, now: NOW }));
    expect(await asAcme((db) => kept(db, ACME, "sync"))).toBeUndefined();
  });

  it("undoes everything when one step of a transaction fails", async () => {
    const failing = asAcme(async (db) => {
      await savePostmortem(db, storedPostmortem());
      throw new Error("no");
    });

    await expect(failing).rejects.toThrow("no");
    expect(await asAcme((db) => postmortemsOfInstallation(db, ACME))).toEqual([]);
  });

  it("says so when a transaction would wait for itself", async () => {
    const within = asAcme(() => accept(database, someDelivery("a")));
    const twice = asAcme(() => asAcme(async () => undefined));

    await expect(within).rejects.toThrow("accept was called inside withInstallation");
    await expect(twice).rejects.toThrow("withInstallation was called inside withInstallation");
  });

  it("exports every row of a tenant and deletes them all, and nobody else's", async () => {
    for (const installationId of [ACME, OTHER]) await fill(database, installationId);

    const rows = await asAcme(async (db) => Array.fromAsync(exportTenant(db, ACME)));
    const counts = await asAcme((db) => deleteTenant(db, ACME));

    expect(new Set(rows.map(({ table }) => table))).toEqual(new Set(TABLES));
    expect(rows.every(({ row }) => row["installation_id"] === 1)).toBe(true);
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
    expect(Object.values(counts)).toEqual(TABLES.map(() => 1));
    for (const table of TABLES) {
      const left = await database.across.selectFrom(table).select("installation_id").execute();
      expect([table, left]).toEqual([table, [{ installation_id: 2 }]]);
    }
  });
});

/** One row in every table. */
async function fill(database: Database, installationId: InstallationId): Promise<void> {
  const id = `d${installationId}`;
  const full = storedPostmortem(
    { installationId },
    {
      team: [seat("platform", "alice")],
      actions: [{ key: "a", text: "a", status: "open", since: NOW }],
      absences: [{ who: "eve", from: "2026-12-01", until: "2026-12-15" }],
    },
  );
  await accept(database, someDelivery(id, { installation: installationId }));
  await parkInstallation(database, installationId, NOW);
  await withInstallation(database, installationId, async (db) => {
    await saveTenant(db, { installationId, account: "acme" });
    await savePostmortem(db, full);
    await saveRepository(db, installationId, {
      id: 10,
      owner: "acme",
      name: "x",
      visibility: "public",
      archived: false,
    });
    await saveOutcome(
      db,
      { installationId, deliveryId: DeliveryId.parse(id), changeKey: "k" },
      { result: 1, now: NOW },
    );
    await keep(db, installationId, { key: "k", value: 1, now: NOW });
  });
}
