import { createHash } from "node:crypto";

import { z } from "zod";

import type { InstallationId, Instant, IssueRef } from "../domain/ids.ts";
import { type Database, queryInstallation, withInstallation } from "../store/database.ts";
import { keep, kept, keptUnder } from "../store/kept.ts";

/**
 * Our last write of a body and the text it was spliced from. GitHub has no conditional writes: when a person's edit
 * fell between our reading and writing, its event tells, and this tells what to give back.
 */
export const LastWrite = z.object({
  base: z.string(),
  wrote: z.string(),
  /** When it was about to be sent. */
  at: z.string().optional(),
  /** The delivery that wrote, and the text it was planned from: both the same at its next attempt. */
  delivery: z.string().optional(),
  planned: z.string().optional(),
  /** Hashes of the texts our latest writes were spliced from: an edit of one of them was hidden by a write of ours. */
  bases: z.array(z.string()).default([]),
});
export type LastWrite = Readonly<z.infer<typeof LastWrite>>;

/** The labels we put on and took off last, and when. */
const LastLabels = z.object({ add: z.array(z.string()), remove: z.array(z.string()), at: z.string() });
type LastLabels = Readonly<z.infer<typeof LastLabels>>;

/** What we wrote last on an issue: a copy of GitHub may not show it yet. */
export interface Written {
  readonly body: LastWrite | undefined;
  readonly labels: LastLabels | undefined;
}

interface WrittenDeps {
  readonly database: Database;
  readonly installationId: InstallationId;
}

/** An edit's event may come late, after further writes: so many of them are remembered. */
const MOST_BASES = 50;

export async function findWritten({ database, installationId }: WrittenDeps, issue: IssueRef): Promise<Written> {
  const keys = [bodyKey(issue), labelsKey(issue)] as const;
  const found = await queryInstallation(database, installationId, (db) => keptUnder(db, installationId, keys));
  const [body, labels] = keys.map((key) => found.get(key));
  return { body: LastWrite.safeParse(body).data, labels: LastLabels.safeParse(labels).data };
}

export async function noteWrite(
  issue: IssueRef,
  { write, splicedFrom }: { write: Omit<LastWrite, "bases" | "at">; splicedFrom: readonly string[] },
  { database, installationId, now }: WrittenDeps & { readonly now: () => Instant },
): Promise<void> {
  await withInstallation(database, installationId, async (db) => {
    const before = LastWrite.safeParse(await kept(db, installationId, bodyKey(issue))).data;
    // What an earlier attempt wrote may be there, and somebody may be editing it, without our having seen it.
    const unseen = before !== undefined && before.delivery === write.delivery ? [before.wrote] : [];
    const bases = withBases(before?.bases ?? [], [...splicedFrom, ...unseen]);
    await keep(db, installationId, { key: bodyKey(issue), value: { ...write, at: now(), bases }, now: now() });
  });
}

/** What a person made of a text that our write hid is hidden too, and so is what was made of that. */
export async function noteHidden(
  { database, installationId, now }: WrittenDeps & { readonly now: Instant },
  issue: IssueRef,
  { write, text }: { write: LastWrite; text: string },
): Promise<void> {
  const value = { ...write, bases: withBases(write.bases, [text]) };
  await withInstallation(database, installationId, (db) =>
    keep(db, installationId, { key: bodyKey(issue), value, now }),
  );
}

export async function noteLabels(
  issue: IssueRef,
  { add, remove }: Pick<LastLabels, "add" | "remove">,
  { database, installationId, now }: WrittenDeps & { readonly now: () => Instant },
): Promise<void> {
  const value: LastLabels = { add, remove, at: now() };
  await withInstallation(database, installationId, (db) =>
    keep(db, installationId, { key: labelsKey(issue), value, now: value.at }),
  );
}

/** Was a write of ours spliced from this text? Then an edit of the same text is hidden by it, or hides it. */
export function wasBase(write: LastWrite, text: string): boolean {
  return write.base === text || write.bases.includes(hashOf(text));
}

/** The latest last, each once. */
function withBases(before: readonly string[], texts: readonly string[]): string[] {
  const added = new Set(texts.map(hashOf));
  return [...before.filter((hash) => !added.has(hash)), ...added].slice(-MOST_BASES);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

function bodyKey({ repositoryId, number }: IssueRef): string {
  return `body:${repositoryId}#${number}`;
}

function labelsKey({ repositoryId, number }: IssueRef): string {
  return `labels:${repositoryId}#${number}`;
}
