import { Config } from "../../domain/config.ts";
import { explainIssue, explainUnknownKey, pathName, printValue } from "./explain.ts";
import {
  mapOf,
  type Path,
  pathKey,
  type Place,
  readYaml,
  type Value,
  type ValueMap,
  type YamlTree,
} from "./read-yaml.ts";
import { UsableConfig } from "./usable.ts";

/** One thing that is wrong with a configuration file. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `team.functions[0].name`; empty for the file as a whole. */
  readonly path: string;
  /** What is written there, shortened. */
  readonly value?: string;
  /** One sentence: the key, the value, the way out. */
  readonly message: string;
  /** True when the file cannot be used because of it; an unknown key is only left out. */
  readonly fatal: boolean;
}

/** Problems of one kind told at most; the rest tend to be the same slip. */
const MOST_PROBLEMS = 50;

/** One file that can be used: its known keys as they were written, before any default. */
export interface Layer {
  readonly file: string;
  readonly value: ValueMap;
  /** Where `_extends` names its repository. */
  readonly extendsAt: Place;
}

/**
 * Reads a configuration file. Unknown keys are reported and left out; anything else that is wrong makes the file
 * unusable, and `config` is missing. Never throws. `file` is only the name that problems carry.
 */
export function parseConfig(text: string, file: string): { config?: Config; problems: ConfigProblem[] } {
  const { layer, problems } = parseLayer(text, file);
  return layer === undefined ? { problems } : { config: Config.parse(layer.value), problems };
}

/** As `parseConfig`, but gives the keys as written, so that files can be laid over each other. */
export function parseLayer(text: string, file: string): { layer?: Layer; problems: ConfigProblem[] } {
  const { tree, faults } = readYaml(text);
  if (tree === undefined) {
    const problems = faults.map(({ place, path, message }) => ({
      file,
      ...place,
      path: pathName(path),
      message,
      fatal: true,
    }));
    return { problems };
  }
  const unknown = unknownKeys(tree.value);
  const value = without(tree.value, new Set(unknown.map(pathKey)));
  const problems = unknown.slice(0, MOST_PROBLEMS).map((path) => unknownKeyProblem(tree, path, file));
  const parsed = UsableConfig.safeParse(value);
  if (parsed.success && isMap(value)) {
    return { layer: { file, value, extendsAt: tree.placeOf(["_extends"]) }, problems };
  }
  for (const issue of (parsed.error?.issues ?? []).slice(0, MOST_PROBLEMS)) {
    const written = valueAt(value, issue.path);
    problems.push({
      file,
      ...tree.placeOf(issue.path),
      path: pathName(issue.path),
      ...(written === undefined ? {} : { value: printValue(written) }),
      message:
        issue.path.length === 0
          ? "the file must be a map of keys, like `label: postmortem`"
          : explainIssue(issue, written),
      fatal: true,
    });
  }
  return { problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** `file:line:column message`, the form that editors and terminals make clickable. */
export function printProblem({ file, line, column, message }: ConfigProblem): string {
  return `${file}:${line}:${column} ${message}`;
}

function unknownKeys(value: Value): Path[] {
  const issues = Config.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
}

function unknownKeyProblem(tree: YamlTree, path: Path, file: string): ConfigProblem {
  const written = valueAt(tree.value, path);
  return {
    file,
    ...tree.keyPlaceOf(path),
    path: pathName(path),
    ...(written === undefined ? {} : { value: printValue(written) }),
    message: explainUnknownKey(path),
    fatal: false,
  };
}

export function valueAt(value: Value, path: Path): Value | undefined {
  let at: Value | undefined = value;
  for (const step of path) at = at === undefined ? undefined : stepInto(at, step);
  return at;
}

function stepInto(value: Value, step: PropertyKey): Value | undefined {
  if (isList(value)) return value[Number(step)];
  return isMap(value) ? value[String(step)] : undefined;
}

/** The value without the keys at these paths. */
function without(value: Value, paths: ReadonlySet<string>, at: Path = []): Value {
  if (paths.size === 0) return value;
  if (isList(value)) return value.map((entry, index) => without(entry, paths, [...at, index]));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !paths.has(pathKey([...at, key])));
  return mapOf(kept.map(([key, entry]) => [key, without(entry, paths, [...at, key])] as const));
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
