import { expect, it } from "vitest";

import { InstallationId } from "../../src/domain/ids.ts";
import { type Database, withInstallation } from "../../src/store/database.ts";
import { forgetIssueKept, sweepKept } from "../../src/store/forget-kept.ts";
import { keep } from "../../src/store/kept.ts";
import { describeOnEachDatabase } from "../support/database.ts";

const ACME = InstallationId.parse(7);
const GLOBEX = InstallationId.parse(8);
const NOW = "2026-11-21T12:00:00.000Z";

function daysAgo(days: number): string {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
}

async function note(database: Database, keys: readonly string[], { of = ACME, at = NOW } = {}): Promise<void> {
  await withInstallation(database, of, async (db) => {
    for (const key of keys) await keep(db, of, { key, value: true, now: at });
  });
}

async function keysOf(database: Database): Promise<string[]> {
  const rows = await database.across.selectFrom("kept").select(["installation_id", "key"]).execute();
  return rows.map(({ installation_id: id, key }) => `${id} ${key}`).toSorted();
}

describeOnEachDatabase("what is noted", (engine) => {
  it("goes when it is of no use any more, sooner or later by what it is", async () => {
    const database = await engine.open();
    const passing = [
      "read:role:1:ana",
      "breaker:1#2",
      "body:1#2",
      "labels:1#2",
      "slot:1#2:help.44",
      "issue:a/b:digest.1",
    ];
    const staying = ["slot:1#2:status", "track.0f:1#2:a/b", "config:1", "label:1"];
    await note(database, [...passing, ...staying], { at: daysAgo(61) });
    await note(database, ["body:1#3", "breaker:1#3"], { of: GLOBEX, at: daysAgo(3) });

    expect(await sweepKept(database, NOW)).toBe(passing.length + 1);

    expect(await keysOf(database)).toEqual([...staying.map((key) => `7 ${key}`), "8 body:1#3"].toSorted());
  });

  it("of an issue goes with it, and of no other issue, repository or tenant", async () => {
    const database = await engine.open();
    const ofIssue = [
      "body:1#2",
      "labels:1#2",
      "breaker:1#2",
      "slot:1#2:status",
      "slot:1#2:help.44",
      "track.0f:1#2:a/b",
    ];
    const others = ["body:1#22", "slot:1#21:status", "slot:11#2:status", "track.0f:2#2:a/b", "config:1"];
    await note(database, [...ofIssue, ...others]);
    await note(database, ["body:1#2"], { of: GLOBEX });

    await withInstallation(database, ACME, (db) => forgetIssueKept(db, ACME, { repositoryId: 1, number: 2 }));

    expect(await keysOf(database)).toEqual([...others.map((key) => `7 ${key}`), "8 body:1#2"].toSorted());
  });
});
