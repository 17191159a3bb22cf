import { Config } from "../../domain/config.ts";
import { putNewest } from "../../domain/newest.ts";
import { createFileReader, type FileReaderOptions, type FileText, type Requester } from "./file-reader.ts";
import { CONFIG_PATH, type Laid, layFiles, type Parent, type ParsedFile, parentOf, parseFile } from "./lay-files.ts";
import type { Origin } from "./merge.ts";
import type { ConfigProblem } from "./parse-config.ts";

export interface RepositoryPlace {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
}

/** A configuration in force. */
export interface ReadConfig {
  readonly config: Config;
  /** False when neither the repository nor its owner has a file: everything is a default. */
  readonly found: boolean;
  /** One sentence with file, line and column, when the files as they are now cannot be used. */
  readonly problem?: string;
  /** All that is wrong with the files, unknown keys included. */
  readonly problems: readonly ConfigProblem[];
  readonly origin: Origin;
  /** The label as the files name it, when it goes by another name in this repository now. */
  readonly writtenLabel?: string;
}

/** Keeps the last configuration that worked beyond a restart: `kept` gives back, as JSON, what `keep` was given. */
export interface LastGood {
  kept(repository: RepositoryPlace): Promise<unknown>;
  keep(repository: RepositoryPlace, value: unknown): Promise<void>;
}

export interface ConfigReader {
  /**
   * The configuration in force for a repository: at most two requests at first, none while fresh. A file that is not
   * there, or not for us, is no file; whatever else GitHub fails with is thrown, so that the delivery is tried again.
   */
  readConfig(octokit: Requester, repository: RepositoryPlace): Promise<ReadConfig>;
  /** Asks GitHub again at the next reading. */
  invalidate(repositoryId: number): void;
  /** As `invalidate`, by name: a push to the owner's `.github` repository concerns all who inherit from it. */
  invalidateFile(owner: string, repo: string): void;
}

interface Sources {
  readonly own: FileText;
  readonly parent: Parent;
  readonly parentFile: FileText | undefined;
}

interface Known {
  readonly repository: RepositoryPlace;
  readonly sources: Sources;
  readonly answer: ReadConfig;
  /** The last configuration that worked, and the keys it was made from. */
  readonly good: Good | undefined;
}

interface Good {
  readonly config: Config;
  readonly origin: Origin;
  readonly value: unknown;
}

/** Repositories whose configuration is kept ready; the one not read for longest goes first. */
const MOST_REPOSITORIES = 5_000;

/** Reads `.github/postmortem.yml` of a repository and the file it inherits. */
export function createConfigReader(options: FileReaderOptions & { readonly lastGood?: LastGood }): ConfigReader {
  const files = createFileReader(options);
  const known = new Map<number, Known>();
  const parse = createParser();
  const memory = options.lastGood ?? NO_MEMORY;

  async function readConfig(octokit: Requester, repository: RepositoryPlace): Promise<ReadConfig> {
    const { installationId: scope, owner } = repository;
    const own = await files.readFile(octokit, { scope, owner, repo: repository.repo, path: CONFIG_PATH });
    const parent = parentOf(repository, parse(own, CONFIG_PATH));
    const { repo } = parent;
    const parentFile =
      repo === undefined ? undefined : await files.readFile(octokit, { scope, owner, repo, path: CONFIG_PATH });
    const sources = { own, parent, parentFile };
    const before = known.get(repository.id);
    const now =
      before !== undefined && isUnchanged(before, sources, repository)
        ? before
        : await renew({ repository, sources, laid: layOut(repository, sources, parse), before: before?.good }, memory);
    remember(known, now);
    return now.answer;
  }

  return {
    readConfig,
    invalidate(repositoryId) {
      const { repository, sources } = known.get(repositoryId) ?? {};
      if (repository === undefined) return;
      files.expire(repository.owner, repository.repo);
      if (sources?.parent.repo !== undefined) files.expire(repository.owner, sources.parent.repo);
    },
    invalidateFile: (owner, repo) => files.expire(owner, repo),
  };
}

const NO_MEMORY: LastGood = {
  kept: async () => undefined,
  keep: async () => undefined,
};

interface Renewal {
  readonly repository: RepositoryPlace;
  readonly sources: Sources;
  readonly laid: Laid;
  readonly before: Good | undefined;
}

/** What is in force now that a file changed: what the files say, or the last that worked. */
async function renew({ repository, sources, laid, before }: Renewal, memory: LastGood): Promise<Known> {
  const { value, ...answer } = laid;
  const { config, origin, problem } = answer;
  if (problem !== undefined) {
    const good = before ?? (await restore(repository, memory));
    const inForce = good === undefined ? {} : { config: good.config, origin: good.origin };
    return { repository, sources, good, answer: { ...answer, ...inForce } };
  }
  if (JSON.stringify(value) !== JSON.stringify(before?.value)) await memory.keep(repository, value);
  return { repository, sources, good: { config, origin, value }, answer };
}

async function restore(repository: RepositoryPlace, memory: LastGood): Promise<Good | undefined> {
  const value = await memory.kept(repository);
  const parsed = Config.safeParse(value);
  return parsed.success ? { config: parsed.data, origin: {}, value } : undefined;
}

type Parser = (file: FileText, name: string) => ParsedFile;

/** Each text is parsed once, however many repositories inherit it. */
function createParser(): Parser {
  const parsed = new WeakMap<FileText, Map<string, ParsedFile>>();
  return (file, name) => {
    const named = parsed.get(file) ?? new Map<string, ParsedFile>();
    const result = named.get(name) ?? parseFile(file.text, name);
    parsed.set(file, named.set(name, result));
    return result;
  };
}

function layOut(repository: RepositoryPlace, { own, parent, parentFile }: Sources, parse: Parser): Laid {
  const name = `${repository.owner}/${parent.repo}/${CONFIG_PATH}`;
  const file = parentFile === undefined ? {} : { file: parse(parentFile, name) };
  return layFiles(parse(own, CONFIG_PATH), { ...parent, ...file, name });
}

function isUnchanged(before: Known, { own, parentFile }: Sources, { owner, repo }: RepositoryPlace): boolean {
  const { repository, sources } = before;
  if (sources.own !== own || sources.parentFile !== parentFile) return false;
  return repository.owner === owner && repository.repo === repo;
}

function remember(known: Map<number, Known>, now: Known): void {
  putNewest(known, [now.repository.id, now], MOST_REPOSITORIES);
}
