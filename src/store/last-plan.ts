import type { Kysely } from "kysely";
import { z } from "zod";

import type { IssueRef } from "../domain/ids.ts";
import { SeenIssue } from "../domain/seen-issue.ts";
import { type Database, queryInstallation } from "./database.ts";
import { keep, kept } from "./kept.ts";
import type { Schema } from "./schema.ts";

/** An issue as the plan that was carried out for it last left it, and when that plan was made. */
const LastPlan = z.object({ left: SeenIssue, at: z.string() });
export type LastPlan = Readonly<z.infer<typeof LastPlan>>;

/** Undefined when none is remembered. */
export async function findLastPlan(database: Database, ref: IssueRef): Promise<LastPlan | undefined> {
  const value = await queryInstallation(database, ref.installationId, (db) => kept(db, ref.installationId, keyOf(ref)));
  return LastPlan.safeParse(value).data;
}

export async function saveLastPlan(db: Kysely<Schema>, ref: IssueRef, plan: LastPlan): Promise<void> {
  await keep(db, ref.installationId, { key: keyOf(ref), value: plan, now: plan.at });
}

function keyOf({ repositoryId, number }: IssueRef): string {
  return `planned:${repositoryId}#${number}`;
}
