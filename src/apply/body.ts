import { createHash } from "node:crypto";

import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import type { InstallationId, Instant, IssueRef } from "../domain/ids.ts";
import { type Database, withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import { addressOf } from "./address.ts";
import { sendOrFind } from "./again.ts";
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

/**
 * Writes the body. What we wrote and from what is noted first, so that a crash in between leaves no edit unseen.
 * @throws when nobody knows how the write ended and somebody else has changed the text since: it is to be read anew.
 */
export async function putBody({ issue, body, base }: ChangeOf<"put-body">, deps: ApplyDeps): Promise<void> {
  const from = base ?? deps.bodyRead ?? "";
  if (body === deps.bodyRead && base === undefined) return;
  const write = { base: from, wrote: body, delivery: deps.delivery.id, planned: base ?? deps.bodyPlanned ?? from };
  await noteWrite(issue, { write, splicedFrom: [from, deps.bodyRead ?? ""] }, deps);
  await sendOrFind(
    async () => {
      await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...addressOf(issue), body });
      return true;
    },
    async () => {
      const there = await bodyNow(issue, deps);
      const isThere = there === body;
      if (!isThere && there !== from && there !== deps.bodyRead)
        throw new Error(`${issue.owner}/${issue.repo}#${issue.number} changed while it was written`);
      // It may have arrived all the same, and somebody may be editing it: that edit would be hidden now.
      if (!isThere) await noteWrite(issue, { write, splicedFrom: [body] }, deps);
      return isThere ? true : undefined;
    },
    deps,
  );
}

const Text = z.object({ body: z.string().nullish() });

async function bodyNow(issue: IssueRef, { octokit }: Pick<ApplyDeps, "octokit">): Promise<string> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", addressOf(issue));
  return Text.parse(data).body ?? "";
}

async function noteWrite(
  issue: IssueRef,
  { write, splicedFrom }: { write: Omit<LastWrite, "bases">; splicedFrom: readonly string[] },
  { database, installationId, now }: Pick<ApplyDeps, "database" | "installationId" | "now">,
): Promise<void> {
  await withInstallation(database, installationId, async (db) => {
    const before = LastWrite.safeParse(await kept(db, installationId, keyOf(issue)));
    const bases = [...(before.data?.bases ?? []), ...splicedFrom.map(hashOf)].slice(-MOST_BASES);
    await keep(db, installationId, { key: keyOf(issue), value: { ...write, bases }, now: now() });
  });
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
