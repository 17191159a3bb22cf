// Claiming must not slow down with what was done before: no step of it may read the finished rows.
import { sql } from "kysely";
import { expect, it } from "vitest";

import { claim, type Claimed } from "../../src/inbox/claim.ts";
import { nextDueAt } from "../../src/inbox/keeping.ts";
import type { Database } from "../../src/store/database.ts";
import { describeOnEachDatabase } from "../support/database.ts";
import { at, NOW, someDelivery } from "./some-delivery.ts";
import { watch } from "./watch.ts";

describeOnEachDatabase("claiming beside 20,000 finished rows and 2,000 waiting ones", (engine) => {
  it("goes by an index at each step, and looks at few rows, without statistics", async () => {
    const database = await engine.open();
    await fill(database, { finished: 20_000, noisy: 2_000, quiet: 200 });
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const watched = watch(database, asked);

    const options = { worker: "w", now: NOW, leaseMs: 1_000, limit: 8, perInstallation: 4 };
    const claimed: Claimed[] = await claim(watched, options);
    await nextDueAt(watched, NOW);

    expect(claimed).toHaveLength(8);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const { text, values } of asked) {
      const steps = await explain(database, text, values);
      expect(steps.length).toBeGreaterThan(0);
      expect([text, steps.filter((step) => readsAll(engine.kind, step))]).toEqual([text, []]);
      expect(rowsSeen(steps)).toBeLessThan(1_000);
    }
  });
});

/** One noisy installation among twenty. */
async function fill(database: Database, { finished, noisy, quiet }: Record<"finished" | "noisy" | "quiet", number>) {
  const rows = Array.from({ length: finished + noisy + quiet }, (_, n) => {
    const done = n < finished;
    const installation = done || n >= finished + noisy ? 1 + (n % 20) : 1;
    return {
      id: `d${n}`,
      installation_id: installation,
      lane: `lane${n}`,
      kind: "issue-reopened",
      delivery: JSON.stringify(someDelivery(`d${n}`, { lane: `lane${n}`, installation })),
      run_at: NOW,
      state: done ? ("done" as const) : ("waiting" as const),
      finished_at: done ? at(n / 1_000) : null,
    };
  });
  for (let from = 0; from < rows.length; from += 1_000) {
    await database.across
      .insertInto("inbox")
      .values(rows.slice(from, from + 1_000))
      .execute();
  }
}

/** The plan; on PostgreSQL with the rows each step saw, from a run that is undone. */
async function explain(database: Database, text: string, values: readonly unknown[]): Promise<string[]> {
  const literal = values.reduce<string>((sofar, value) => {
    const written = typeof value === "number" ? String(value) : `'${String(value)}'`;
    return sofar.replace(database.kind === "sqlite" ? "?" : /\$\d+/u, written);
  }, text);
  if (database.kind === "sqlite") {
    const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${literal}`).execute(database.across);
    return rows.map(({ detail }) => detail);
  }
  const trx = await database.across.startTransaction().execute();
  const plan = sql.raw<{ "QUERY PLAN": string }>(`explain (analyze, timing off, costs off) ${literal}`);
  const { rows } = await plan.execute(trx);
  await trx.rollback().execute();
  return rows.map((row) => row["QUERY PLAN"]);
}

/** SQLite says `SCAN inbox`, PostgreSQL `Seq Scan on inbox`, when a step goes through the whole table. */
function readsAll(kind: string, step: string): boolean {
  if (kind === "postgres") return step.includes("Seq Scan on inbox");
  return /SCAN (inbox|[rbdi])\b(?! USING (COVERING )?INDEX inbox_(order|due|next|lane|running|working))/u.test(step);
}

/** Rows that PostgreSQL's steps gave or threw away: `rows=3 loops=2`, `Rows Removed by Filter: 7`. */
function rowsSeen(steps: readonly string[]): number {
  let seen = 0;
  for (const step of steps) {
    const given = /actual rows=(\d+) loops=(\d+)/u.exec(step);
    seen += Number(given?.[1] ?? 0) * Number(given?.[2] ?? 0);
    seen += Number(/Rows Removed by Filter: (\d+)/u.exec(step)?.[1] ?? 0);
  }
  return seen;
}
