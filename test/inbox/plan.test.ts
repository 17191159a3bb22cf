// Claiming must not slow down with what was done before: no step of it may read the finished rows.
import { sql } from "kysely";
import { expect, it } from "vitest";

import { claim, type Claimed } from "../../src/inbox/claim.ts";
import { nextDueAt } from "../../src/inbox/keeping.ts";
import type { Database } from "../../src/store/database.ts";
import { describeOnEachDatabase } from "../support/database.ts";
import { at, NOW, someDelivery } from "./some-delivery.ts";

describeOnEachDatabase("claiming beside 20,000 finished rows", (engine) => {
  it("reads only what is unfinished", async () => {
    const database = await engine.open();
    await fill(database, 20_000);
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const watched = watch(database, asked);

    const claimed: Claimed[] = await claim(watched, {
      worker: "w",
      now: NOW,
      leaseMs: 1_000,
      limit: 8,
      perInstallation: 4,
    });
    await nextDueAt(watched, NOW);

    expect(claimed).toHaveLength(8);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const { text, values } of asked) {
      const steps = await explain(database, text, values);
      expect([text, steps.filter((step) => readsAll(engine.kind, step))]).toEqual([text, []]);
    }
  });
});

async function fill(database: Database, finished: number): Promise<void> {
  const rows = Array.from({ length: finished + 200 }, (_, n) => ({
    id: `d${n}`,
    installation_id: 1 + (n % 20),
    lane: `lane${n}`,
    kind: "issue-reopened",
    delivery: JSON.stringify(someDelivery(`d${n}`, { lane: `lane${n}`, installation: 1 + (n % 20) })),
    run_at: NOW,
    state: n < finished ? ("done" as const) : ("waiting" as const),
    finished_at: n < finished ? at(n / 1_000) : null,
  }));
  for (let from = 0; from < rows.length; from += 1_000) {
    await database.across
      .insertInto("inbox")
      .values(rows.slice(from, from + 1_000))
      .execute();
  }
  await sql`analyze`.execute(database.across);
}

/** The same database, noting each statement that goes through `across`. */
function watch(database: Database, asked: { text: string; values: readonly unknown[] }[]): Database {
  const across = database.across.withPlugin({
    transformQuery: ({ node, queryId }) => {
      const compiled = database.across.getExecutor().compileQuery(node, queryId);
      asked.push({ text: compiled.sql, values: compiled.parameters });
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return { ...database, across };
}

async function explain(database: Database, text: string, values: readonly unknown[]): Promise<string[]> {
  const prefix = database.kind === "sqlite" ? "explain query plan " : "explain ";
  const literal = values.reduce<string>((sofar, value) => {
    const written = typeof value === "number" ? String(value) : `'${String(value)}'`;
    return sofar.replace(database.kind === "sqlite" ? "?" : /\$\d+/u, written);
  }, text);
  const { rows } = await sql.raw<Record<string, unknown>>(prefix + literal).execute(database.across);
  return rows.map((row) => String(row["detail"] ?? row["QUERY PLAN"]));
}

/** SQLite says `SCAN inbox`, PostgreSQL `Seq Scan on inbox`, when a step goes through the whole table. */
function readsAll(kind: string, step: string): boolean {
  if (kind === "sqlite")
    return /SCAN (inbox|r|b|d|i)\b(?! USING (COVERING )?INDEX inbox_(order|due|next|lane|running))/u.test(step);
  return step.includes("Seq Scan on inbox");
}
