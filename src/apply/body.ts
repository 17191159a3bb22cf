import { createHash } from "node:crypto";

import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import type { InstallationId, Instant, IssueRef } from "../domain/ids.ts";
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
  /** Hashes of the texts our latest writes were spliced from: an edit of one of them was hidden by a write of ours. */
  bases: z.array(z.string()).default([]),
});
export type LastWrite = Readonly<z.infer<typeof LastWrite>>;

/** An edit's event may come late, after further writes: so many of them are remembered. */
const MOST_BASES = 50;

/** Writes the body. What we wrote and from what is noted first, so that a crash in between leaves no edit unseen. */
export async function putBody({ issue, body, base }: ChangeOf<"put-body">, deps: ApplyDeps): Promise<void> {
  const from = base ?? deps.bodyRead ?? "";
  if (body === deps.bodyRead && base === undefined) return;
  const planned = base ?? deps.bodyPlanned ?? from;
  await withInstallation(deps.database, deps.installationId, async (db) => {
    const before = LastWrite.safeParse(await kept(db, deps.installationId, keyOf(issue)));
    const bases = [...(before.data?.bases ?? []), hashOf(from), hashOf(deps.bodyRead ?? "")].slice(-MOST_BASES);
    const write: LastWrite = { base: from, wrote: body, delivery: deps.delivery.id, planned, bases };
    await keep(db, deps.installationId, { key: keyOf(issue), value: write, now: deps.now() });
  });
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

/** What a person made of a text that our write hid is hidden too, and so is what was made of that. */
export async function noteHidden(
  deps: Pick<ApplyDeps, "database" | "installationId"> & { readonly now: Instant },
  issue: IssueRef,
  { write, text }: { write: LastWrite; text: string },
): Promise<void> {
  const bases = [...write.bases, hashOf(text)].slice(-MOST_BASES);
  await withInstallation(deps.database, deps.installationId, (db) =>
    keep(db, deps.installationId, { key: keyOf(issue), value: { ...write, bases }, now: deps.now }),
  );
}

/** Was a write of ours spliced from this text? Then an edit of the same text is hidden by it, or hides it. */
export function wasBase(write: LastWrite, text: string): boolean {
  return write.base === text || write.bases.includes(hashOf(text));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

function keyOf(issue: IssueRef): string {
  return `body:${issue.repositoryId}#${issue.number}`;
}
