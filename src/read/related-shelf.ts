import { z } from "zod";

import type { RelatedPostmortem } from "../domain/facts.ts";
import type { IssueRef } from "../domain/ids.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import type { Database } from "../store/database.ts";
import { createShelf, type ShelfKey } from "../store/shelf.ts";
import { ARCHIVE_TTL_MS } from "./archive.ts";
import { isFresh } from "./cache.ts";
import type { ReadDeps } from "./deps.ts";

/** By number, within one repository. */
const Shelved = z.array(z.object({ number: z.number(), words: z.array(z.string()) }));

type ShelfDeps = Pick<ReadDeps, "now"> & { readonly database: Database };

/**
 * What was last found to read alike, so that after a restart a status comment can be written without listing the whole
 * archive. Undefined when that was too long ago, or one of them is not in the store: then the archive has to tell.
 */
export async function findShelvedRelated(
  ref: IssueRef,
  known: readonly Postmortem[],
  { database, now }: ShelfDeps,
): Promise<RelatedPostmortem[] | undefined> {
  const found = await createShelf(database).find(keyOf(ref));
  const shelved = Shelved.safeParse(found?.value).data;
  const believed = { ttlMs: ARCHIVE_TTL_MS, now: () => Date.parse(now) };
  if (found === undefined || shelved === undefined || !isFresh(found.at, believed)) return undefined;
  const related = shelved.flatMap(({ number, words }) => {
    const postmortem = known.find((other) => other.ref.number === number);
    return postmortem === undefined ? [] : [{ postmortem, words }];
  });
  if (related.length < shelved.length) return undefined;
  return related.filter(({ postmortem }) => !postmortem.restricted);
}

/** Puts away what was found in an archive that was listed at that time. */
export async function shelveRelated(
  ref: IssueRef,
  { related, listedAt }: { readonly related: readonly RelatedPostmortem[]; readonly listedAt: number },
  { database }: ShelfDeps,
): Promise<void> {
  const shelf = createShelf(database);
  const value = related.map(({ postmortem, words }) => ({ number: postmortem.ref.number, words }));
  const before = await shelf.find(keyOf(ref));
  if (before?.at === listedAt && JSON.stringify(before.value) === JSON.stringify(value)) return;
  await shelf.put(keyOf(ref), value, listedAt);
}

function keyOf({ installationId, repositoryId, number }: IssueRef): ShelfKey {
  return { installationId, key: `related:${repositoryId}#${number}` };
}
