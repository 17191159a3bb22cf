import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openDatabase } from "../../src/store/database.ts";

const ACCEPTING = fileURLToPath(import.meta.resolve("./accepting.ts"));

describe("the embedded database", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "postmortem-lock-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it("refuses a second process with the directory and the way out, until the first one ends", async () => {
    const first = await openDatabase({ dataDir });
    const refused = await run(dataDir);
    await first.close();

    expect(refused.code).toBe(1);
    expect(refused.errors).toContain(`Another process is using the database in ${dataDir}.`);
    expect(refused.errors).toContain("DATA_DIR");
    expect(refused.errors).toContain("DATABASE_URL");
  });

  it("refuses a second opening in the same process as well", async () => {
    const first = await openDatabase({ dataDir });
    const second = openDatabase({ dataDir });

    await expect(second).rejects.toThrow("Another process is using the database");
    await first.close();
    await (await openDatabase({ dataDir })).close();
  });

  it("has everything that was accepted before a kill -9, and opens at once", async () => {
    const accepted = new Set<string>();
    for (let round = 1; round <= 3; round += 1) {
      const killed = await run(dataDir, { killAfter: round * 50 });
      for (const id of killed.accepted) accepted.add(id);
      const database = await openDatabase({ dataDir });
      const rows = await database.across.selectFrom("inbox").select("id").execute();
      await database.close();
      const there = new Set(rows.map(({ id }) => id));
      expect([...accepted].filter((id) => !there.has(id))).toEqual([]);
    }

    expect(accepted.size).toBeGreaterThanOrEqual(300);
  });
});

/** Runs a process that accepts deliveries and says which, and kills it after so many. */
async function run(dataDir: string, { killAfter = Number.POSITIVE_INFINITY } = {}) {
  const child = spawn(process.execPath, [ACCEPTING, dataDir], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split("\n").length > killAfter) child.kill("SIGKILL");
  });
  const [code] = await once(child, "close");
  // The last line may be cut off: what was not said in full was not acknowledged.
  return { code, errors, accepted: output.split("\n").slice(0, -1) };
}
