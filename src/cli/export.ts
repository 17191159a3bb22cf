import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

import { InstallationId } from "../domain/ids.ts";
import { loadEnvFile } from "../env.ts";
import { type Database, type DatabasePlace, openDatabase, withInstallation } from "../store/database.ts";
import { activeTenants, exportTenant } from "../store/tenants.ts";

const USAGE = "Write it as: npm run postmortem -- export <installation-id> [--data-dir ./data]";

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
  loadEnvFile(process.env["ENV_FILE"] ?? ".env");
  const { databaseUrl, dataDir } = placeOf(flags["data-dir"]);
  const id = InstallationId.safeParse(Number(positionals[0] ?? Number.NaN));
  if (!id.success || positionals.length > 1) return say(USAGE, 2);
  if (databaseUrl === undefined && !existsSync(dataDir)) {
    return say(`There is no database in ${dataDir}: name its directory with --data-dir, or set DATABASE_URL.`, 2);
  }
  return printFrom({ databaseUrl, dataDir }, id.data);
}

/** A directory that is named comes before what the environment says. */
function placeOf(named: string | undefined): { databaseUrl: string | undefined; dataDir: string } {
  if (named !== undefined) return { databaseUrl: undefined, dataDir: named };
  const { DATABASE_URL: url = "", DATA_DIR: dataDir = "./data" } = process.env;
  return { databaseUrl: url === "" ? undefined : url, dataDir };
}

async function printFrom(place: DatabasePlace, installationId: InstallationId): Promise<number> {
  try {
    const database = await openDatabase(place);
    return await print(database, installationId).finally(() => database.close());
  } catch (error) {
    return say(error instanceof Error ? error.message : String(error), 1);
  }
}

async function print(database: Database, installationId: InstallationId): Promise<number> {
  const rows = await withInstallation(database, installationId, (db) =>
    Array.fromAsync(exportTenant(db, installationId)),
  );
  for (const row of rows) console.log(JSON.stringify(row));
  if (rows.length > 0) return 0;
  const known = await activeTenants(database);
  const list = known.map(({ installationId: other, account }) => `${other} (${account})`).join(", ");
  return say(`Nothing is kept about installation ${installationId}. Known are: ${list === "" ? "none" : list}.`, 1);
}

function say(sentence: string, code: number): number {
  console.error(sentence);
  return code;
}
