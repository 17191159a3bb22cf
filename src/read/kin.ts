import type { Config } from "../domain/config.ts";
import type { Issue, IssueFacts, RelatedPostmortem } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { putNewest } from "../domain/newest.ts";
import { type Confirmed, type Learned, LEAST_CONFIRMED } from "../features/hotspots/learn.ts";
import { addRelated, findRelated, indexRelated, type RelatedIndex } from "../features/hotspots/related.ts";
import { adoptIssue } from "../features/postmortem/adopt.ts";
import { writtenText } from "../features/postmortem/written.ts";
import type { Archive } from "./archive.ts";
import type { ReadDeps } from "./deps.ts";
import { findShelvedRelated, shelveRelated } from "./related-shelf.ts";

export interface KinSeen {
  readonly issue: Issue;
  readonly config: Config;
  readonly postmortem: Postmortem | undefined;
  /** All postmortems of the repository that the store knows. */
  readonly known: readonly Postmortem[];
  readonly deps: ReadDeps;
}

/**
 * What the other postmortems of the repository say about this one: its category, learned from what people confirmed
 * there, and those that read alike. Only the same repository is looked at: its readers are this issue's readers.
 */
export async function readKin(seen: KinSeen): Promise<Pick<IssueFacts, "classification" | "related" | "upstream">> {
  const { issue, config, deps } = seen;
  const { owner, repo } = issue.ref;
  const written = writtenText(issue.body);
  const { learned, related } = await readFromArchive(seen);
  return {
    classification: deps.hotspots.classify(config, { title: issue.title, body: written }, learned),
    related,
    upstream: await deps.upstream(deps.octokit, written, { owner, repo }),
  };
}

interface FromArchive {
  readonly learned: Learned | undefined;
  readonly related: RelatedPostmortem[];
}

/** The archive is listed anew only where it has something to tell that was not put away. */
async function readFromArchive({ issue, config, postmortem, known, deps }: KinSeen): Promise<FromArchive> {
  const { ref } = issue;
  const place = { ...ref, label: config.label };
  await deps.archive.note(issue, config.label);
  const learns = config.learning && known.filter(isConfirmed).length >= LEAST_CONFIRMED;
  const isStart = postmortem === undefined || postmortem.starting;
  if (!isStart && !learns && deps.archive.listedAt(place) === undefined) {
    const related = await findShelvedRelated(ref, known, deps);
    if (related !== undefined) return { learned: undefined, related };
  }
  const archive = await deps.archive.read(deps.octokit, place);
  const related = relatedTo(issue, { archive, known, config, deps });
  const listedAt = deps.archive.listedAt(place);
  if (listedAt !== undefined) await shelveRelated(ref, { related, listedAt }, deps);
  return { learned: learns ? learnedFrom(archive, known, { config, deps }) : undefined, related };
}

function isConfirmed({ category, categoryBy }: Postmortem): boolean {
  return category !== undefined && categoryBy === "person";
}

interface Worked {
  readonly learnings: Map<number, { readonly confirmed: string; readonly learned: Learned }>;
  readonly indexes: Map<number, { readonly size: number; readonly at: number; readonly index: RelatedIndex }>;
}

const worked = new WeakMap<Archive, Worked>();

/** Repositories whose learning and index are kept ready; both are quickly made again. */
const MOST_KEPT = 100;

/** What was worked out from an archive, by repository id. */
function workedOut(archive: Archive): Worked {
  const known = worked.get(archive) ?? { learnings: new Map(), indexes: new Map() };
  worked.set(archive, known);
  return known;
}

/** Learned anew when other postmortems are confirmed; the same confirmations give the same weights. */
function learnedFrom(
  archive: readonly Issue[],
  known: readonly Postmortem[],
  { config, deps }: Pick<KinSeen, "config" | "deps">,
): Learned | undefined {
  const confirmed = known.flatMap((postmortem): (Confirmed & { readonly number: number })[] => {
    const issue = archive.find(({ ref }) => ref.number === postmortem.ref.number);
    const { category, openedAt, ref } = postmortem;
    if (issue === undefined || category === undefined || !isConfirmed(postmortem)) return [];
    return [{ title: issue.title, body: writtenText(issue.body), category, at: openedAt, number: ref.number }];
  });
  const repositoryId = archive[0]?.ref.repositoryId;
  if (repositoryId === undefined) return undefined;
  const key = JSON.stringify([config.categories, confirmed.map(({ number, category }) => [number, category])]);
  const { learnings } = workedOut(deps.archive);
  const before = learnings.get(repositoryId);
  if (before?.confirmed === key) return before.learned;
  const learned = deps.hotspots.learn(config, confirmed);
  putNewest(learnings, [repositoryId, { confirmed: key, learned }], MOST_KEPT);
  return learned;
}

/** New postmortems are added to an index; it is made anew now and then for what was written since. */
const INDEX_TTL_MS = 600_000;

function indexOf(archive: readonly Issue[], { ref }: Issue, deps: ReadDeps): RelatedIndex {
  const now = Date.parse(deps.now);
  const { indexes } = workedOut(deps.archive);
  const before = indexes.get(ref.repositoryId);
  const isFresh = before !== undefined && before.size <= archive.length && now - before.at < INDEX_TTL_MS;
  if (isFresh && before.size === archive.length) return before.index;
  const { index, at } = isFresh ? before : { index: indexRelated([]), at: now };
  addRelated(index, archive.filter(mayBeNamed).map(writeUp));
  putNewest(indexes, [ref.repositoryId, { size: archive.length, at, index }], MOST_KEPT);
  return index;
}

function relatedTo(
  issue: Issue,
  { archive, known, config, deps }: { archive: readonly Issue[] } & Pick<KinSeen, "known" | "config" | "deps">,
): RelatedPostmortem[] {
  const found = findRelated(indexOf(archive, issue, deps), writeUp(issue));
  return found.flatMap(({ id, words }) => {
    const other = archive.find(({ ref }) => `${ref.number}` === id);
    if (other === undefined || !mayBeNamed(other) || other.createdAt > issue.createdAt) return [];
    const postmortem = known.find(({ ref }) => ref.number === other.ref.number) ?? adopted(other, { config, deps });
    return postmortem.restricted ? [] : [{ postmortem, words }];
  });
}

function adopted(issue: Issue, { config, deps }: Pick<KinSeen, "config" | "deps">): Postmortem {
  const classification = deps.hotspots.classify(config, { title: issue.title, body: writtenText(issue.body) });
  return adoptIssue(issue, { config, categories: deps.hotspots.categories(config), classification });
}

/** Restricted incidents are counted, never named. */
function mayBeNamed({ labels }: Issue): boolean {
  return !labels.includes("restricted");
}

interface WriteUp {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

const writeUps = new WeakMap<Issue, WriteUp>();

function writeUp(issue: Issue): WriteUp {
  const { ref, title, body } = issue;
  const known = writeUps.get(issue) ?? { id: `${ref.number}`, title, body: writtenText(body) };
  writeUps.set(issue, known);
  return known;
}
