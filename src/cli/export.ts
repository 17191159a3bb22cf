import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { InstallationId } from "../domain/ids.ts";
import { loadEnvFile, readEnv } from "../env.ts";
import { type Database, type DatabasePlace, openDatabase, withInstallation } from "../store/database.ts";
import { DATABASE_FILE } from "../store/sqlite.ts";
import { activeTenants, exportTenant } from "../store/tenants.ts";
import { WrongUse } from "./exit-code.ts";

/**
 * Prints everything kept about an installation, one JSON object `{table, row}` a line, and changes nothing. Reads the
 * database of DATABASE_URL while the app runs; the embedded one belongs to one process, so there the app is stopped first.
 */
export async function run(args: string[]): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { "data-dir": { type: "string" } },
  });
  const id = InstallationId.safeParse(Number(positionals[0] ?? Number.NaN));
  if (!id.success || positionals.length > 1)
    throw new WrongUse("Name one installation by its id, the number at the end of the address of its settings.");
  const database = await openDatabase(placeOf(flags["data-dir"]));
  return print(database, id.data).finally(() => database.close());
}

/** A directory that is named comes before what the environment says. Nothing is made where there was nothing. */
function placeOf(named: string | undefined): DatabasePlace {
  loadEnvFile(process.env["ENV_FILE"] ?? ".env");
  const { DATABASE_URL, DATA_DIR } = process.env;
  const { databaseUrl, dataDir } = readEnv({ DATABASE_URL, DATA_DIR });
  const directory = named ?? dataDir;
  if (named === undefined && databaseUrl !== undefined) return { databaseUrl };
  if (existsSync(join(directory, DATABASE_FILE))) return { dataDir: directory };
  throw new WrongUse(`There is no database in ${directory}: name its directory with --data-dir, or set DATABASE_URL.`);
}

async function print(database: Database, installationId: InstallationId): Promise<number> {
  const rows = await withInstallation(database, installationId, (db) =>
    Array.fromAsync(exportTenant(db, installationId)),
  );
  for (const row of rows) console.log(JSON.stringify(row));
  if (rows.length > 0) return 0;
  const known = await activeTenants(database);
  const list = known.map(({ installationId: other, account }) => `${other} (${account})`).join(", ");
  throw new Error(`Nothing is kept about installation ${installationId}. Known are: ${list === "" ? "none" : list}.`);
}
