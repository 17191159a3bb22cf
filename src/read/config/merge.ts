import type { Config } from "../../domain/config.ts";
import { explainIssue } from "./explain.ts";
import { isMap, type Layer, valueAt } from "./parse-config.ts";
import { mapOf, type Value, type ValueMap } from "./read-yaml.ts";
import { UsableConfig } from "./usable.ts";

/** Which file each key came from: `digest.day` → `acme/.github/.github/postmortem.yml`. Defaults are not listed. */
export type Origin = Readonly<Record<string, string>>;

/** Both files in one. A `problem` says, in one sentence, why files that are right by themselves do not fit together. */
export type Merged = {
  /** The keys as written, laid over each other. */
  readonly value: ValueMap;
  readonly origin: Origin;
} & (
  | { readonly config: Config; readonly problem?: undefined }
  | { readonly config?: undefined; readonly problem: string }
);

/**
 * Lays a file over the one it inherits from, key by key: maps are merged, a list replaces the inherited list as a
 * whole. `_extends` of the parent is ignored: inheritance goes one level deep.
 */
export function mergeLayers(parent: Layer | undefined, own: Layer | undefined): Merged {
  const origin = new Map<string, string>();
  const inherited = mapOf(Object.entries(parent?.value ?? {}).filter(([key]) => key !== "_extends"));
  if (parent !== undefined) noteOrigin(inherited, { file: parent.file, at: [], origin });
  const value = own === undefined ? inherited : layOver(inherited, own.value);
  if (own !== undefined) noteOrigin(own.value, { file: own.file, at: [], origin });
  const parsed = UsableConfig.safeParse(value);
  const shown = Object.fromEntries([...origin].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (parsed.success) return { config: parsed.data, value, origin: shown };
  const [issue] = parsed.error.issues;
  const reason = issue === undefined ? "" : `: ${explainIssue(issue, valueAt(value, issue.path))}`;
  return { value, origin: shown, problem: `${own?.file} does not fit ${parent?.file}${reason}` };
}

function layOver(under: ValueMap, over: ValueMap): ValueMap {
  const merged = new Map<string, Value>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isMap(below) && isMap(value) ? layOver(below, value) : value);
  }
  return mapOf(merged);
}

function noteOrigin(
  value: Value,
  note: { readonly file: string; readonly at: readonly string[]; readonly origin: Map<string, string> },
): void {
  if (!isMap(value)) {
    note.origin.set(note.at.join("."), note.file);
    return;
  }
  for (const [key, inner] of Object.entries(value)) noteOrigin(inner, { ...note, at: [...note.at, key] });
}
