import { sql } from "kysely";
import postgres from "postgres";
import { beforeAll, expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { accept } from "../../src/inbox/inbox.ts";
import { type Database, openDatabase, withInstallation } from "../../src/store/database.ts";
import { keep } from "../../src/store/kept.ts";
import { postmortemsOfInstallation, savePostmortem } from "../../src/store/postmortems.ts";
import { TABLES } from "../../src/store/schema.ts";
import { saveTenant } from "../../src/store/tenants.ts";
import { someDelivery } from "../inbox/some-delivery.ts";
import { describeOnPostgres } from "../support/database.ts";
import { storedPostmortem } from "./some-postmortem.ts";

const ACME = InstallationId.parse(1);
const OTHER = InstallationId.parse(2);

describeOnPostgres("the fence between tenants", (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await engine.open();
    for (const installationId of [ACME, OTHER]) {
      await accept(database, someDelivery(`d${installationId}`, { installation: installationId }));
      await withInstallation(database, installationId, async (db) => {
        await saveTenant(db, { installationId, account: "acme" });
        await savePostmortem(db, storedPostmortem({ installationId }));
        await keep(db, installationId, { key: "k", value: 1, now: "2026-11-21T07:12:00.000Z" });
      });
    }
  });

  it("stands around every table there is", async () => {
    const { rows } = await sql<{ name: string; forced: boolean; policies: number }>`
      select relname as name, relrowsecurity and relforcerowsecurity as forced,
        (select count(*) from pg_policy where polrelid = pg_class.oid) as policies
      from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'kysely_%'`.execute(
      database.across,
    );

    expect(rows.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
    expect(rows.every(({ forced, policies }) => forced && policies === 2)).toBe(true);
  });

  it("binds the app's connections whatever login they came by", async () => {
    const { rows } = await sql<{ name: string; unbound: boolean }>`
      select rolname as name, rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user`.execute(
      database.db,
    );

    expect(rows).toEqual([{ name: "postmortem_tenant", unbound: false }]);
  });

  it("shows nothing to a query that names no tenant, nor after a transaction that did", async () => {
    await withInstallation(database, ACME, (db) => postmortemsOfInstallation(db, ACME));

    for (const table of TABLES) {
      expect([table, await database.db.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
    }
  });

  it("shows one tenant nothing of another, even when the query asks for it", async () => {
    const seen = await withInstallation(database, ACME, async (db) => ({
      own: await db.selectFrom("postmortems").select("installation_id").execute(),
      asked: await postmortemsOfInstallation(db, OTHER),
      inbox: await db.selectFrom("inbox").select("id").execute(),
    }));

    expect(seen).toEqual({ own: [{ installation_id: 1 }], asked: [], inbox: [{ id: "d1" }] });
  });

  it("lets one tenant write nothing for another", async () => {
    const forged = withInstallation(database, ACME, (db) =>
      savePostmortem(db, storedPostmortem({ installationId: 2, number: 2 })),
    );
    await expect(forged).rejects.toThrow("row-level security");
    const changed = await withInstallation(database, ACME, (db) =>
      db.updateTable("kept").set({ value: "2" }).where("installation_id", "=", OTHER).executeTakeFirst(),
    );
    const moved = withInstallation(database, ACME, (db) =>
      db.updateTable("kept").set({ installation_id: OTHER }).execute(),
    );

    expect(changed.numUpdatedRows).toBe(0n);
    await expect(moved).rejects.toThrow("row-level security");
  });

  it("binds a plain owner too, where the login may not make roles", async () => {
    const url = new URL(await engine.url());
    const admin = await openDatabase({ databaseUrl: url.href });
    await admin.close();

    // The owner of the tables, without the role the migration made.
    const owner = `owner_${url.pathname.slice(-8)}`;
    const client = postgres(url.href, { max: 1, onnotice: () => undefined });
    await client.unsafe(`create role ${owner} login`);
    for (const table of TABLES) await client.unsafe(`alter table ${table} owner to ${owner}`);
    await client.unsafe(`set role ${owner}`);
    await client.unsafe("select set_config('app.installation_id', '1', false)");
    await client.unsafe("insert into tenants (installation_id, account) values (1, 'acme')");
    const own = await client.unsafe("select account from tenants");
    await client.unsafe("select set_config('app.installation_id', '', false)");
    const none = await client.unsafe("select account from tenants");
    await client.unsafe("reset role");
    await client.unsafe(`drop owned by ${owner}`);
    await client.unsafe(`drop role ${owner}`);
    await client.end();

    expect([own.count, none.count]).toEqual([1, 0]);
  });
});
