import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { sql } from "kysely";
import { describe, expect, it } from "vitest";

import type { Installation } from "../../src/sandbox/model.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { TABLES } from "../../src/store/schema.ts";
import { describeOnPostgres } from "../support/database.ts";
import { smallWorld, startStage, TEAM_CONFIG } from "../support/running-app.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const BODY = "CoreDNS was out of memory.\n\n## Preventive actions\n\n- [ ] Alert on memory @ana due 2026-12-01\n";

/** Rows of one installation in every table; those of all others under "others". */
async function rowsOf(database: Database, installationId: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = { others: 0 };
  for (const table of TABLES) {
    const { rows } = await sql<{ installation_id: number | string; n: number | string }>`
      select installation_id, count(*) as n from ${sql.table(table)} group by installation_id`.execute(database.across);
    for (const { installation_id, n } of rows) {
      const key = Number(installation_id) === installationId ? table : "others";
      counts[key] = (counts[key] ?? 0) + Number(n);
    }
  }
  return counts;
}

/** Two tenants with a postmortem each; the first is exported and then uninstalls. */
async function leave(databaseUrl: string | undefined): Promise<{
  before: Record<string, number>;
  exported: { table: string; row: Record<string, unknown> }[];
  after: Record<string, number>;
}> {
  const installed: Installation[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), "postmortem-leave-"));
  const stage = await startStage({
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    logLevel: "silent",
    dataDir,
    build: (sandbox) => {
      smallWorld(sandbox);
      sandbox.addOrganization("globex");
      sandbox.addRepository("globex/web");
      sandbox.setRole("globex/web", "tom", "triage");
      sandbox.putFile("globex/web", ".github/postmortem.yml", TEAM_CONFIG);
      installed.push(sandbox.installApp("globex", { repositories: "all" }));
    },
  });
  const leaving = installed[0]?.id ?? 0;
  try {
    for (const repository of ["acme/shop", "globex/web"]) {
      const tom = stage.sandbox.as("tom");
      const { number } = tom.createIssue(repository, { title: "CoreDNS out of memory", body: BODY });
      tom.label(`${repository}#${number}`, "postmortem");
      await stage.settled();
      tom.comment(`${repository}#${number}`, "/pm category dns\n/pm away 2026-12-01..2026-12-03");
      await stage.settled();
    }
    const before = await rowsOf(stage.app.database, leaving);
    const exported = await exportOf(leaving, { stage, dataDir, databaseUrl });
    stage.sandbox.uninstall(leaving);
    await stage.settled();
    return { before, exported, after: await rowsOf(stage.app.database, leaving) };
  } finally {
    await stage.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function exportOf(
  id: number,
  {
    stage,
    dataDir,
    databaseUrl,
  }: { stage: Awaited<ReturnType<typeof startStage>>; dataDir: string; databaseUrl: string | undefined },
): Promise<{ table: string; row: Record<string, unknown> }[]> {
  const env = {
    PATH: process.env["PATH"],
    ENV_FILE: join(dataDir, "none"),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  const args = databaseUrl === undefined ? ["--data-dir", dataDir] : [];
  let lines = "";
  const runExport = async (): Promise<void> => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, "export", String(id), ...args], {
      env,
      maxBuffer: 1e8,
    });
    lines = stdout;
  };
  await (databaseUrl === undefined ? stage.whileStopped(runExport) : runExport());
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { table: string; row: Record<string, unknown> });
}

/** What the tables had, what the export printed, and what is left, each counted by table. */
function compared({ before, exported, after }: Awaited<ReturnType<typeof leave>>) {
  const { others, ...mine } = before;
  const total = Object.values(mine).reduce((sum, count) => sum + count, 0);
  console.log(`${total} rows in ${Object.keys(mine).length} tables, ${exported.length} exported; after uninstalling 0`);
  const printed: Record<string, number> = {};
  for (const { table } of exported) printed[table] = (printed[table] ?? 0) + 1;
  return { others, mine, printed, after };
}

const TABLES_USED = ["postmortems", "preventive_actions", "kept", "inbox", "tenants"];

describe("an installation that leaves", () => {
  it("can be exported whole, and then no row of it is left, on SQLite", async () => {
    const { others, mine, printed, after } = compared(await leave(undefined));

    expect(Object.keys(mine)).toEqual(expect.arrayContaining(TABLES_USED));
    expect(printed).toEqual(mine);
    expect(after).toEqual({ others });
  });

  it("is told apart from one that was never there", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "postmortem-none-"));
    await (await openDatabase({ dataDir })).close();
    const asked = promisify(execFile)(process.execPath, [MAIN, "export", "77", "--data-dir", dataDir], {
      env: { PATH: process.env["PATH"], ENV_FILE: join(dataDir, "none") },
    });

    await expect(asked).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("installation 77") });
    rmSync(dataDir, { recursive: true });
  });
});

describeOnPostgres("an installation that leaves", ({ url }) => {
  it("can be exported whole while the app runs, and then no row of it is left", async () => {
    const { others, mine, printed, after } = compared(await leave(await url()));

    expect(Object.keys(mine)).toEqual(expect.arrayContaining(TABLES_USED));
    expect(printed).toEqual(mine);
    expect(after).toEqual({ others });
  });
});
