import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";

/** Where a PostgreSQL server is and how to sign in, as `DATABASE_URL` says. */
export interface PostgresAddress {
  readonly place: { readonly host: string; readonly port: number } | { readonly path: string };
  /** Undefined where the connection is not encrypted. */
  readonly tls: ConnectionOptions | undefined;
  /** What is missing comes from `PGUSER`, `PGPASSWORD`, `PGDATABASE`, or is the name of the system's user. */
  readonly login: { readonly user?: string; readonly password?: string; readonly database?: string };
}

const PORT = 5432;
/** Each of these is encrypted and checks the certificate; only `no-verify` does not check, and says so. */
const ENCRYPTED = new Set(["allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"]);

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…&sslcert=…&sslkey=…`. A directory as `host`,
 * percent-encoded or as the parameter of that name, is the one of the server's Unix socket. Other parameters are ignored.
 * @throws when it is no such address, or a certificate cannot be read; the message never holds the password.
 */
export function readPostgresAddress(databaseUrl: string): PostgresAddress {
  const url = URL.parse(databaseUrl);
  if (url === null || !/^postgres(?:ql)?:$/u.test(url.protocol)) {
    throw new Error("DATABASE_URL: write an address like postgres://user:password@host:5432/postmortem.");
  }
  const host = url.searchParams.get("host") ?? decoded(url.hostname).replace(/^\[(.+)\]$/u, "$1");
  const port = url.port === "" ? PORT : Number(url.port);
  return {
    place: host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host: host || "localhost", port },
    tls: host.startsWith("/") ? undefined : readTls(url.searchParams, host),
    login: {
      ...(url.username !== "" && { user: decoded(url.username) }),
      ...(url.password !== "" && { password: decoded(url.password) }),
      ...(url.pathname.length > 1 && { database: decoded(url.pathname.slice(1)) }),
    },
  };
}

/** A password with a bare `%` in it is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readTls(parameters: URLSearchParams, host: string): ConnectionOptions | undefined {
  const files = { ca: "sslrootcert", cert: "sslcert", key: "sslkey" } as const;
  const read = Object.entries(files).flatMap(([option, name]) => {
    const path = parameters.get(name);
    return path === null ? [] : [[option, readFileSync(path, "utf8")] as const];
  });
  const mode = modeOf(parameters, read.length > 0);
  if (mode === "disable") return undefined;
  if (!ENCRYPTED.has(mode)) {
    throw new Error(`DATABASE_URL: sslmode=${mode} is not known: write disable, verify-full or no-verify.`);
  }
  return {
    ...Object.fromEntries(read),
    // The certificate is compared with this name, which is also told to the server unless it is an address.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: mode !== "no-verify",
  };
}

function modeOf(parameters: URLSearchParams, hasFiles: boolean): string {
  const mode = parameters.get("sslmode") ?? process.env["PGSSLMODE"];
  if (mode !== undefined) return mode;
  const wanted = ["true", "1"].includes(parameters.get("ssl") ?? "");
  return wanted || hasFiles ? "verify-full" : "disable";
}
