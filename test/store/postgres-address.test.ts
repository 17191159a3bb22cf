import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { readPostgresAddress } from "../../src/store/postgres-address.ts";

describe("the address of a PostgreSQL database", () => {
  beforeEach(() => void vi.stubEnv("PGSSLMODE", undefined));
  afterEach(() => void vi.unstubAllEnvs());

  it("names a host, a login and a database, however they had to be written", () => {
    expect(readPostgresAddress("postgres://me:p%40ss%2Fw@db.example:5433/post%20mortem")).toEqual({
      place: { host: "db.example", port: 5433 },
      tls: undefined,
      login: { user: "me", password: "p@ss/w", database: "post mortem" },
    });
    expect(readPostgresAddress("postgresql://me:100%@[::1]")).toEqual({
      place: { host: "::1", port: 5432 },
      tls: undefined,
      login: { user: "me", password: "100%" },
    });
  });

  it.each(["postgres://%2Fvar%2Frun%2Fpostgresql/test", "postgres:///test?host=/var/run/postgresql&sslmode=require"])(
    "may be a Unix socket, which is never encrypted: %s",
    (url) => {
      expect(readPostgresAddress(url)).toEqual({
        place: { path: "/var/run/postgresql/.s.PGSQL.5432" },
        tls: undefined,
        login: { database: "test" },
      });
    },
  );

  it.each(["sslmode=prefer", "sslmode=require", "sslmode=verify-ca", "sslmode=verify-full", "ssl=true", "ssl=1"])(
    "asks for encryption with a certificate that is checked: %s",
    (parameter) => {
      expect(readPostgresAddress(`postgres://db.example/test?${parameter}`).tls).toEqual({
        host: "db.example",
        servername: "db.example",
        rejectUnauthorized: true,
      });
    },
  );

  it("compares the certificate with an address too, but tells the server no name then", () => {
    expect(readPostgresAddress("postgres://127.0.0.1/test?sslmode=require").tls).toEqual({
      host: "127.0.0.1",
      rejectUnauthorized: true,
    });
  });

  it("leaves the certificate unchecked only where it says so", () => {
    expect(readPostgresAddress("postgres://db.example/test?sslmode=no-verify").tls).toMatchObject({
      rejectUnauthorized: false,
    });
  });

  it("goes by PGSSLMODE where it says nothing itself", () => {
    vi.stubEnv("PGSSLMODE", "require");

    expect(readPostgresAddress("postgres://db.example/test").tls).toMatchObject({ rejectUnauthorized: true });
    expect(readPostgresAddress("postgres://db.example/test?sslmode=disable").tls).toBeUndefined();
  });

  it("is encrypted when it brings certificates", () => {
    const folder = mkdtempSync(join(tmpdir(), "postmortem-address-"));
    const file = join(folder, "root.pem");
    writeFileSync(file, "-----BEGIN CERTIFICATE-----");

    const { tls } = readPostgresAddress(`postgres://db.example/test?sslrootcert=${file}`);
    rmSync(folder, { recursive: true });

    expect(tls).toMatchObject({ ca: "-----BEGIN CERTIFICATE-----", rejectUnauthorized: true });
  });

  it.each([
    ["http://me:secret-word@db.example/test", "write an address like"],
    ["me:secret-word@db.example", "write an address like"],
    ["postgres://me:secret-word@db.example:port/test", "write an address like"],
    ["postgres://me:secret-word@db.example/test?sslmode=on", "sslmode=on is not known"],
    ["postgres://me:secret-word@db.example/test?sslrootcert=/not/there.pem", "/not/there.pem"],
  ])("is refused without a word of the password: %s", (url, sentence) => {
    const refused = catchError(() => readPostgresAddress(url));

    expect(refused.message).toContain(sentence);
    expect(Object.getOwnPropertyNames(refused).map((name) => String(Reflect.get(refused, name)))).not.toContain(
      expect.stringContaining("secret-word"),
    );
    expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain("secret-word");
  });
});

function catchError(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("Nothing was thrown");
}
