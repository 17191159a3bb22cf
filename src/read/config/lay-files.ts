import { type Config, DEFAULT_CONFIG } from "../../domain/config.ts";
import { mergeLayers, type Origin } from "./merge.ts";
import { type ConfigProblem, type Layer, parseLayer, printProblem } from "./parse-config.ts";
import type { ValueMap } from "./read-yaml.ts";

export const CONFIG_PATH = ".github/postmortem.yml";

/** The repository whose file the owner's other repositories inherit. */
export const PARENT_REPOSITORY = ".github";

/** A file as it was read; `text` is undefined when there is none. */
export interface ParsedFile {
  readonly text: string | undefined;
  readonly layer?: Layer;
  readonly problems: readonly ConfigProblem[];
}

/** What a repository inherits: the file of another repository of its owner, or nothing. */
export interface Parent {
  readonly repo?: string;
  readonly problem?: ConfigProblem;
}

export interface Laid {
  /** With a `problem`: what is left to go by when nothing better is known. */
  readonly config: Config;
  /** The keys as written. */
  readonly value: ValueMap;
  readonly origin: Origin;
  readonly found: boolean;
  readonly problem?: string;
  readonly problems: readonly ConfigProblem[];
}

export function parseFile(text: string | undefined, name: string): ParsedFile {
  return text === undefined ? { text, problems: [] } : { text, ...parseLayer(text, name) };
}

/**
 * Which repository's file is inherited: the owner's `.github` when the repository has no file of its own, or the one
 * that `_extends` names. Another owner's is never read.
 */
export function parentOf(repository: { readonly owner: string; readonly repo: string }, own: ParsedFile): Parent {
  if (own.text === undefined) return isSame(repository.repo, PARENT_REPOSITORY) ? {} : { repo: PARENT_REPOSITORY };
  const wanted = own.layer?.value["_extends"];
  if (typeof wanted !== "string") return {};
  const [repo = "", owner = repository.owner] = wanted.split("/").toReversed();
  if (!isSame(owner, repository.owner))
    return { problem: extendsProblem(own, `only a repository of ${repository.owner} can be inherited from`) };
  if (isSame(repo, repository.repo) || repo === "." || repo === "..")
    return { problem: extendsProblem(own, "name another repository to inherit from") };
  return { repo };
}

/** The configuration that a repository's files amount to, and all that is wrong with them. */
export function layFiles(
  own: ParsedFile,
  parent: Parent & { readonly file?: ParsedFile; readonly name: string },
): Laid {
  const problems = [...own.problems, ...extendsProblems(own, parent), ...parentProblems(parent)];
  const { config, problem: misfit, ...merged } = mergeLayers(parent.file?.layer, own.layer);
  const fatal = problems.find((one) => one.fatal);
  const problem = fatal === undefined ? misfit : printProblem(fatal);
  const found = own.text !== undefined || parent.file?.text !== undefined;
  if (problem === undefined) return { ...merged, config: config ?? DEFAULT_CONFIG, found, problems };
  const alone = mergeLayers(undefined, own.layer);
  return { ...alone, config: alone.config ?? DEFAULT_CONFIG, found, problem, problems };
}

function extendsProblems(own: ParsedFile, { problem, file }: Parent & { readonly file?: ParsedFile }): ConfigProblem[] {
  if (problem !== undefined) return [problem];
  if (own.text === undefined || file === undefined || file.text !== undefined) return [];
  return [extendsProblem(own, `the app finds no ${CONFIG_PATH} there that it may read`)];
}

/** Who reads of a repository's problems may not be allowed to read the inherited file: its values are not shown. */
function parentProblems({ file, name }: { readonly file?: ParsedFile; readonly name: string }): ConfigProblem[] {
  return (file?.problems ?? [])
    .filter(({ fatal }) => fatal)
    .map(({ line, column, path }) => ({
      file: name,
      line,
      column,
      path,
      message: `${path === "" ? "the inherited file" : `\`${path}\` of the inherited file`} cannot be used; correct it there`,
      fatal: true,
    }));
}

function extendsProblem(own: ParsedFile, reason: string): ConfigProblem {
  const { file = CONFIG_PATH, value, extendsAt = { line: 1, column: 1 } } = own.layer ?? {};
  const wanted = JSON.stringify(value?.["_extends"]);
  const message = `\`_extends\` is ${wanted}: ${reason}; nothing is inherited`;
  return { file, ...extendsAt, path: "_extends", value: wanted, message, fatal: false };
}

/** GitHub does not tell names apart by case. */
export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
