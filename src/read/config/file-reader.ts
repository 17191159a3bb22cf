import { z } from "zod";

import { putNewest } from "../../domain/newest.ts";
import { classifyGitHubError } from "../../github/errors.ts";
import type { Shelf, ShelfKey } from "../../store/shelf.ts";

/** As much of an Octokit client as reading a file needs. */
export interface Requester {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{
    readonly status: number;
    readonly data: unknown;
    readonly headers: Readonly<Record<string, string | number | undefined>>;
  }>;
}

export interface FilePlace {
  /** Who may share an answer: the id of an installation, or of one repository. */
  readonly scope: number;
  readonly owner: string;
  readonly repo: string;
  readonly path: string;
}

/** A file of a default branch. `text` is undefined when there is none, or none that the app may read. */
export interface FileText {
  readonly text: string | undefined;
}

/** Milliseconds: the clock, and how long an answer is trusted without asking again. */
export interface FileReaderOptions {
  readonly now: () => number;
  readonly ttlMs: number;
  /** Where answers outlive a restart: only for places whose scope is an installation. */
  readonly shelf?: Shelf | undefined;
}

export interface FileReader {
  /** The same object as before while the file has not changed. Throws what GitHub failed with, to be tried again. */
  readFile(octokit: Requester, place: FilePlace): Promise<FileText>;
  /** Asks again at the next reading, for every file of this repository. */
  expire(owner: string, repo: string): void;
}

interface Kept {
  readonly repository: string;
  file: FileText;
  etag: string | undefined;
  freshUntil: number;
  /** Grows with every `expire`, so that an answer that was under way does not count as fresh. */
  generation: number;
  asking: Promise<FileText> | undefined;
  /** Nobody has asked yet, so the shelf may know more. */
  isNew: boolean;
}

const Shelved = z.object({ text: z.string().optional(), etag: z.string().optional() });

/** Files kept in memory at most; the one not read for longest goes first. */
const MOST_FILES = 5_000;

/** Reads small files through the contents API: cached, asked again with the ETag, one request at a time for each. */
export function createFileReader({ now, ttlMs, shelf }: FileReaderOptions): FileReader {
  const kept = new Map<string, Kept>();

  async function readFile(octokit: Requester, place: FilePlace): Promise<FileText> {
    const entry = entryOf(kept, place);
    if (entry.asking !== undefined) return entry.asking;
    if (isFresh(entry)) return entry.file;
    const asking = ask(octokit, place, entry);
    entry.asking = asking;
    try {
      return await asking;
    } finally {
      if (entry.asking === asking) entry.asking = undefined;
    }
  }

  async function ask(octokit: Requester, place: FilePlace, entry: Kept): Promise<FileText> {
    await takeFromShelf(place, entry, { shelf, ttlMs });
    if (isFresh(entry)) return entry.file;
    const { generation, etag, file } = entry;
    const asked = now();
    const answer = await requestFile(octokit, place, etag);
    const read = answer === "unchanged" || answer.text === file.text ? file : { text: answer.text };
    // Expired while the answer was under way: it may be older than what the next one finds.
    if (entry.generation !== generation) return read;
    entry.file = read;
    if (answer !== "unchanged") entry.etag = answer.etag;
    entry.freshUntil = asked + ttlMs;
    await shelf?.put(shelfKey(place), { text: read.text, etag: entry.etag }, asked);
    return read;
  }

  /** Not for longer than `ttlMs`, also when the clock was put back. */
  function isFresh({ freshUntil }: Kept): boolean {
    const left = freshUntil - now();
    return left > 0 && left <= ttlMs;
  }

  return { readFile, expire: (owner, repo) => expireAll(kept, repositoryKey(owner, repo)) };
}

/** What another process, or the one before this, was answered. */
async function takeFromShelf(
  place: FilePlace,
  entry: Kept,
  { shelf, ttlMs }: Pick<FileReaderOptions, "shelf" | "ttlMs">,
): Promise<void> {
  if (!entry.isNew) return;
  entry.isNew = false;
  const found = await shelf?.find(shelfKey(place));
  const parsed = Shelved.safeParse(found?.value);
  if (found === undefined || !parsed.success || entry.generation > 0) return;
  entry.file = { text: parsed.data.text };
  entry.etag = parsed.data.etag;
  entry.freshUntil = found.at + ttlMs;
}

function expireAll(kept: ReadonlyMap<string, Kept>, repository: string): void {
  for (const entry of kept.values()) {
    if (entry.repository !== repository) continue;
    entry.freshUntil = 0;
    entry.generation += 1;
    entry.asking = undefined;
  }
}

/** The entry of a place, now the one used last. */
function entryOf(kept: Map<string, Kept>, { scope, owner, repo, path }: FilePlace): Kept {
  const repository = repositoryKey(owner, repo);
  const key = `${scope} ${repository} ${path}`;
  const entry = kept.get(key) ?? {
    repository,
    file: { text: undefined },
    etag: undefined,
    freshUntil: 0,
    generation: 0,
    asking: undefined,
    isNew: true,
  };
  putNewest(kept, [key, entry], MOST_FILES);
  return entry;
}

function repositoryKey(owner: string, repo: string): string {
  return `${owner}/${repo}`.toLowerCase();
}

function shelfKey({ scope, owner, repo, path }: FilePlace): ShelfKey {
  return { installationId: scope, key: `file:${repositoryKey(owner, repo)}:${path}` };
}

type Answer = { readonly text: string | undefined; readonly etag: string | undefined } | "unchanged";

async function requestFile(octokit: Requester, place: FilePlace, etag: string | undefined): Promise<Answer> {
  const { owner, repo, path } = place;
  try {
    const { status, data, headers } = await octokit.request("GET /repos/{owner}/{repo}/contents/{+path}", {
      owner,
      repo,
      path,
      headers: {
        accept: "application/vnd.github.raw+json",
        ...(etag === undefined ? {} : { "if-none-match": etag }),
      },
    });
    if (status === 304) return "unchanged";
    return { text: textOf(data), etag: headers["etag"]?.toString() };
  } catch (error) {
    if (statusOf(error) === 304) return "unchanged";
    if (isAbsent(error)) return { text: undefined, etag: undefined };
    throw error;
  }
}

/** Configuration and templates of this length are refused long before. GitHub gives out files of 100 MB. */
const MOST_TEXT = 200_000;

/** A directory or a submodule is answered as JSON: no file we could read. */
function textOf(body: unknown): string | undefined {
  // A copy of its beginning: what is only cut off keeps the whole text in memory.
  if (typeof body === "string")
    return body.length > MOST_TEXT ? Buffer.from(body.slice(0, MOST_TEXT)).toString() : body;
  return body instanceof ArrayBuffer ? new TextDecoder().decode(body.slice(0, MOST_TEXT)) : undefined;
}

/** Not there, or not for us: 404, 410, and a 403 that is neither a limit nor a suspension. */
function isAbsent(error: unknown): boolean {
  const { kind } = classifyGitHubError(error);
  return kind === "not-found" || kind === "forbidden" || (kind === "gone" && statusOf(error) === 410);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}
