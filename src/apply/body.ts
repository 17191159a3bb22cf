import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import type { InstallationId, IssueRef } from "../domain/ids.ts";
import { type Database, withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import { addressOf } from "./address.ts";
import type { ApplyDeps } from "./deps.ts";

/**
 * Our last write of a body and the text it was spliced from. GitHub has no conditional writes: when a person's edit
 * fell between our reading and writing, its event tells, and this tells what to give back.
 */
export const LastWrite = z.object({
  base: z.string(),
  wrote: z.string(),
  /** The delivery that wrote, and the text it was planned from: both the same at its next attempt. */
  delivery: z.string().optional(),
  planned: z.string().optional(),
});
export type LastWrite = Readonly<z.infer<typeof LastWrite>>;

/** Writes the body. What we wrote and from what is noted first, so that a crash in between leaves no edit unseen. */
export async function putBody({ issue, body, base }: ChangeOf<"put-body">, deps: ApplyDeps): Promise<void> {
  const from = base ?? deps.bodyRead ?? "";
  if (body === deps.bodyRead && base === undefined) return;
  const planned = base ?? deps.bodyPlanned ?? from;
  const write: LastWrite = { base: from, wrote: body, delivery: deps.delivery.id, planned };
  await withInstallation(deps.database, deps.installationId, (db) =>
    keep(db, deps.installationId, { key: keyOf(issue), value: write, now: deps.now() }),
  );
  await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...addressOf(issue), body });
}

export async function findLastWrite(
  database: Database,
  installationId: InstallationId,
  issue: IssueRef,
): Promise<LastWrite | undefined> {
  const value = await withInstallation(database, installationId, (db) => kept(db, installationId, keyOf(issue)));
  return value === undefined ? undefined : LastWrite.parse(value);
}

function keyOf(issue: IssueRef): string {
  return `body:${issue.repositoryId}#${issue.number}`;
}
