import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { afterAll, describe, expect, it, vi } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { accept } from "../../src/inbox/inbox.ts";
import { type Database, openDatabase, withInstallation } from "../../src/store/database.ts";
import { keep } from "../../src/store/kept.ts";
import { readPostgresAddress } from "../../src/store/postgres-address.ts";
import { PostgresConnection } from "../../src/store/postgres-connection.ts";
import { someDelivery } from "../inbox/some-delivery.ts";
import { describeOnPostgres } from "../support/database.ts";
import { ask } from "../support/postgres-server.ts";
import { openGate } from "./gate.ts";

const ACME = InstallationId.parse(1);
const NOW = "2026-11-21T07:12:00.000Z";

async function connected(url: string, queryMs = 0): Promise<PostgresConnection> {
  return PostgresConnection.open(readPostgresAddress(url), { settings: [], queryMs });
}

/** Ends every connection of the app to this database, as a restart of the server does. */
async function endAll(url: string): Promise<number> {
  const ended = await ask(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  return ended.length;
}

async function putAway(database: Database, key: string): Promise<void> {
  await withInstallation(database, ACME, (db) => keep(db, ACME, { key, value: 1, now: NOW }));
}

async function keysOf(database: Database): Promise<string[]> {
  const rows = await database.across.selectFrom("kept").select("key").orderBy("key").execute();
  return rows.map(({ key }) => key);
}

describeOnPostgres("a connection to PostgreSQL", (engine) => {
  it("gives bigints and counts as numbers, and text that holds JSON as it is", async () => {
    const connection = await connected(await engine.url());
    const text = "select $1::bigint as id, count(*) as rows, $2::text as json, $3::text as none, $4::boolean as yes";

    const { rows, command } = await connection.query(text, [3_000_000_000, '{"a": 1}', undefined, true]);
    await connection.close();

    expect(rows).toEqual([{ id: 3_000_000_000, rows: 1, json: '{"a": 1}', none: null, yes: true }]);
    expect(command).toBe("SELECT");
  });

  it("counts the rows it changed", async () => {
    const connection = await connected(await engine.url());
    await connection.query("create table t (n integer)", []);

    const inserted = await connection.query("insert into t values ($1), ($2), ($3)", [1, 2, 3]);
    const deleted = await connection.query("delete from t where n < $1", [3]);
    await connection.close();

    expect([inserted.command, inserted.rowCount]).toEqual(["INSERT", 3]);
    expect([deleted.command, deleted.rowCount]).toEqual(["DELETE", 2]);
  });

  it("stores nothing it would have to guess the shape of", async () => {
    const connection = await connected(await engine.url());

    await expect(connection.query("select $1", [{ a: 1 }])).rejects.toThrow("cannot store a object");
    await connection.close();
  });

  it("names the code of an error, which can be added to", async () => {
    const connection = await connected(await engine.url());
    await connection.query("create table t (n integer unique)", []);
    await connection.query("insert into t values ($1)", [1]);

    const refused = await connection.query("insert into t values ($1)", [1]).catch((error: unknown) => error);
    await connection.close();

    expect(refused).toMatchObject({ code: "23505", message: expect.stringContaining("duplicate key") });
    expect(Object.getOwnPropertyDescriptor(refused, "stack")).toMatchObject({ writable: true });
  });

  it("knows more statements than it prepares, and goes on when a table was changed meanwhile", async () => {
    const url = await engine.url();
    const connection = await connected(url);
    await connection.query("create table t (n integer)", []);
    await connection.query("insert into t values ($1)", [1]);
    const before = await connection.query("select * from t where n = $1", [1]);
    for (let n = 0; n < 300; n += 1) await connection.query(`select $1::integer as column_${n}`, [n]);
    const prepared = await connection.query<{ count: number }>(
      "select count(*) as count from pg_prepared_statements",
      [],
    );
    await ask(url, "alter table t add column more text default 'new'");

    const after = await connection.query("select * from t where n = $1", [1]);
    await connection.close();

    expect(prepared.rows[0]?.count).toBeLessThanOrEqual(200);
    expect([before.rows, after.rows]).toEqual([[{ n: 1 }], [{ n: 1, more: "new" }]]);
  });

  it("is not made anew when it was lost, neither for what was under way nor for what comes", async () => {
    const url = await engine.url();
    const connection = await connected(url);
    const underWay = [1, 2, 3].map((n) => connection.query("select pg_sleep($1)", [60 + n]));
    const ends = Promise.allSettled(underWay);
    await vi.waitFor(async () => {
      expect(await ask(url, "select 1 from pg_stat_activity where query like '%pg_sleep($1)%'")).not.toEqual([]);
    });

    await endAll(url);

    expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(connection.isLost).toBe(true);
    await expect(connection.query("select 1", [])).rejects.toThrow("lost");
    await connection.close();
  });

  it("is given up when the network swallows everything", async () => {
    const gate = await openGate(await engine.url());
    const connection = await connected(gate.url, 200);
    gate.freeze();

    await expect(connection.query("select $1::text", ["a"])).rejects.toThrow("did not answer within 0.2 s");
    await connection.close();
    await gate.shut();

    expect(connection.isLost).toBe(true);
  });

  it("fails without a word of the password", async () => {
    const url = new URL(await engine.url());
    url.password = "secret-word";
    const away = new URL(url);
    away.port = "1";
    const nobody = new URL(url);
    nobody.username = "nobody-of-that-name";

    for (const address of [away, nobody]) {
      const failed = await connected(address.href).catch((error: unknown) => error);

      expect(failed).toBeInstanceOf(Error);
      expect(inspect(failed, { showHidden: true, depth: 10 })).not.toContain("secret-word");
    }
  });
});

describeOnPostgres("the store while PostgreSQL goes away and returns", (engine) => {
  it("works on after all its connections were ended", async () => {
    const url = await engine.url();
    const database = await openDatabase({ databaseUrl: url });
    await Promise.all(["a", "b", "c", "d"].map((key) => putAway(database, key)));
    expect(await endAll(url)).toBeGreaterThan(0);

    await vi.waitFor(() => putAway(database, "e"));

    expect(await keysOf(database)).toEqual(["a", "b", "c", "d", "e"]);
    await database.close();
  });

  it("keeps nothing of a transaction whose connection was lost in the middle of it", async () => {
    const url = await engine.url();
    const database = await openDatabase({ databaseUrl: url });

    const cut = withInstallation(database, ACME, async (db) => {
      await keep(db, ACME, { key: "before", value: 1, now: NOW });
      await endAll(url);
      await keep(db, ACME, { key: "after", value: 1, now: NOW });
    });

    await expect(cut).rejects.toThrow(/terminating connection|was lost/u);
    await putAway(database, "next");
    expect(await keysOf(database)).toEqual(["next"]);
    await database.close();
  });

  it("refuses at once while the server cannot be reached, and takes everything in afterwards", async () => {
    const gate = await openGate(await engine.url());
    const database = await openDatabase({ databaseUrl: gate.url });
    await accept(database, someDelivery("before"));
    await gate.shut();

    // More at once than there are connections: none of them is forgotten.
    const refused = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => putAway(database, `away-${n}`)));
    await expect(accept(database, someDelivery("away"))).rejects.toThrow("ECONNREFUSED");
    await gate.open();
    await vi.waitFor(() => accept(database, someDelivery("after")));
    await Promise.all(Array.from({ length: 20 }, (_, n) => putAway(database, `back-${n}`)));

    expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "rejected"));
    const rows = await database.across.selectFrom("inbox").select("id").orderBy("seq").execute();
    expect(rows.map(({ id }) => id)).toEqual(["before", "after"]);
    expect(await keysOf(database)).toHaveLength(20);
    await database.close();
    await gate.shut();
  });

  it("hears of other processes again after an outage", async () => {
    const url = await engine.url();
    const gate = await openGate(url);
    const [sender, receiver] = [
      await openDatabase({ databaseUrl: url }),
      await openDatabase({ databaseUrl: gate.url }),
    ];
    let rings = 0;
    const stop = receiver.wake.listen(() => (rings += 1));
    for (let outage = 1; outage <= 2; outage += 1) {
      await vi.waitFor(() => expect(rings).toBeGreaterThan(0));
      await gate.shut();
      rings = 0;
      await gate.open();
      // It says itself when it listens again; from then on it hears.
      await vi.waitFor(() => expect(rings).toBeGreaterThan(0), 10_000);
    }
    rings = 0;

    sender.wake.ring();

    await vi.waitFor(() => expect(rings).toBe(1));
    stop();
    await Promise.all([sender.close(), receiver.close()]);
    await gate.shut();
  });

  it("leaves no connection behind when it is closed, also while it cannot be reached", async () => {
    const url = await engine.url();
    const gate = await openGate(url);
    const database = await openDatabase({ databaseUrl: gate.url });
    database.wake.listen(() => undefined);
    await putAway(database, "a");
    await gate.shut();
    await gate.open();
    gate.freeze();
    const silent = gate.count();
    await vi.waitFor(() => expect(gate.count()).toBeGreaterThan(silent), 5_000);

    await database.close();
    gate.thaw();

    const left = "application_name = 'postmortem-app' and datname = current_database()";
    await vi.waitFor(
      async () => expect(await ask(url, `select 1 from pg_stat_activity where ${left}`)).toEqual([]),
      5_000,
    );
    await gate.shut();
  });
});

const folder = mkdtempSync(join(tmpdir(), "postmortem-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));
const certificate = makeCertificate();

describe.skipIf(certificate === undefined)("with a certificate for localhost", () => {
  describeOnPostgres("an encrypted connection to PostgreSQL", (engine) => {
    it("is made when the certificate is the one expected, and only then", async () => {
      const gate = await openGate(await engine.url(), { tls: certificate });
      const byName = gate.url.replace("127.0.0.1", "localhost");
      const expected = `sslmode=require&sslrootcert=${folder}/cert.pem`;

      const connection = await connected(`${byName}?${expected}`);
      const { rows } = await connection.query("select 1 as one", []);
      await connection.close();
      const unchecked = await connected(`${byName}?sslmode=no-verify`);
      await unchecked.close();

      expect(rows).toEqual([{ one: 1 }]);
      await expect(connected(`${byName}?sslmode=require`)).rejects.toThrow("self-signed certificate");
      await expect(connected(`${gate.url}?${expected}`)).rejects.toThrow("does not match certificate");
      await gate.shut();
    });

    it("is given up too when the network swallows everything", async () => {
      const gate = await openGate(await engine.url(), { tls: certificate });
      const connection = await connected(`${gate.url}?sslmode=no-verify`, 200);
      gate.freeze();

      await expect(connection.query("select $1::text", ["a"])).rejects.toThrow("did not answer");
      await connection.close();
      await gate.shut();
    });
  });
});

describe("a server of PostgreSQL without encryption", () => {
  it("never hears the password of somebody who asked for encryption", async () => {
    let heard = "";
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.write("N");
        socket.on("data", (bytes) => {
          heard += bytes.toString("latin1");
          // Whoever goes on in the open is asked for the password; the start of an encrypted talk is no such thing.
          if (bytes[0] === 0x16) socket.destroy();
          else socket.write(Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 3]));
        });
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;

    for (const mode of ["prefer", "require", "no-verify"]) {
      await expect(connected(`postgres://me:secret-word@127.0.0.1:${port}/test?sslmode=${mode}`)).rejects.toThrow(
        /disconnected|reset|hang up/u,
      );
    }
    server.close();

    expect(heard).not.toBe("");
    expect(heard).not.toContain("secret-word");
  });
});

/** Signed by itself. Node makes none, so OpenSSL has to. */
function makeCertificate(): { cert: string; key: string } | undefined {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const wanted = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost";
  try {
    execFileSync("openssl", [...wanted.split(" "), "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } catch (error) {
    console.warn(`not run: an encrypted connection to PostgreSQL: openssl: ${String(error)}`);
    return undefined;
  }
}
