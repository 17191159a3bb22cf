import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from "yaml";

import { boundExceeded, MOST_DEPTH } from "./bounds.ts";

/** What a configuration can hold. Maps have no prototype: `__proto__` is a key like any other. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

export type Path = readonly PropertyKey[];

/** Line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Fault {
  readonly place: Place;
  readonly path: Path;
  readonly message: string;
}

export interface YamlTree {
  readonly value: Value;
  /** Where the value at a path stands; where its nearest parent stands when it is missing. */
  readonly placeOf: (path: Path) => Place;
  /** Where the key that ends a path stands. */
  readonly keyPlaceOf: (path: Path) => Place;
}

/** Faults shown at most: one slip of the indentation can lead to hundreds. */
const MOST_FAULTS = 20;

/**
 * Reads YAML 1.2 without its traps: no aliases, no merge keys, no tags, no duplicate keys, no depth that could exhaust
 * the stack, at most 65,536 characters. Either the tree or the faults, never a throw. A key without a value is left out.
 */
export function readYaml(text: string): { readonly tree?: YamlTree; readonly faults: readonly Fault[] } {
  const bound = boundExceeded(text);
  if (bound !== undefined) return { faults: [{ ...bound, place: placeIn(text, bound.offset), path: [] }] };
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    schema: "core",
    logLevel: "silent",
  });
  const walk = new Walk(lineCounter);
  for (const { message, pos } of [...document.errors, ...document.warnings])
    walk.fault(pos[0], [], unquotedMention(text, pos[0]) ?? `this is not YAML that can be used: ${firstLine(message)}`);
  if (walk.faults.length > 0) return { faults: walk.faults.slice(0, MOST_FAULTS) };
  const value = document.contents === null ? emptyMap() : walk.valueOf(document.contents, []);
  if (walk.faults.length > 0) return { faults: walk.faults.slice(0, MOST_FAULTS) };
  return { tree: { value: value ?? emptyMap(), placeOf: walk.placeOf, keyPlaceOf: walk.keyPlaceOf }, faults: [] };
}

/** One pass over the parsed nodes: plain values out, places kept. */
class Walk {
  readonly faults: Fault[] = [];
  readonly #lines: LineCounter;
  readonly #values = new Map<string, number>();
  readonly #keys = new Map<string, number>();

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  fault(offset: number, path: Path, message: string): undefined {
    this.faults.push({ place: this.#at(offset), path, message });
    return undefined;
  }

  readonly placeOf = (path: Path): Place => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = this.#values.get(pathKey(path.slice(0, length)));
      if (offset !== undefined) return this.#at(offset);
    }
    return { line: 1, column: 1 };
  };

  readonly keyPlaceOf = (path: Path): Place => {
    const offset = this.#keys.get(pathKey(path));
    return offset === undefined ? this.placeOf(path) : this.#at(offset);
  };

  valueOf(node: unknown, path: Path): Value | undefined {
    const offset = offsetOf(node);
    this.#values.set(pathKey(path), offset);
    if (path.length > MOST_DEPTH)
      return this.fault(offset, path, `this is nested too deeply; ${MOST_DEPTH} levels are the most`);
    if (isAlias(node))
      return this.fault(offset, path, `\`*${node.source.slice(0, 40)}\` is an alias: write the value out instead`);
    if (isMap(node)) return this.#mapOf(node, path);
    if (isSeq(node)) return node.items.map((entry, index) => this.valueOf(entry, [...path, index]) ?? null);
    return this.#scalarOf(isScalar(node) ? node.value : null, offset, path);
  }

  // oxlint-disable-next-line max-params -- value, where, path
  #scalarOf(value: unknown, offset: number, path: Path): Value | undefined {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return this.fault(offset, path, "this kind of value cannot be used; write text, a number, true or false");
  }

  #mapOf(map: YAMLMap, path: Path): ValueMap {
    const result = new Map<string, Value>();
    const seen = new Set<string>();
    for (const { key, value } of map.items) {
      const name = this.#nameOf(key, path);
      if (name === undefined) continue;
      const inner = [...path, name];
      if (seen.has(name)) this.fault(offsetOf(key), inner, `\`${shorten(name)}\` is there twice; keep one of them`);
      seen.add(name);
      this.#keys.set(pathKey(inner), offsetOf(key));
      const read = this.valueOf(value ?? key, inner);
      if (value !== null && read !== null && read !== undefined) result.set(name, read);
    }
    return mapOf(result);
  }

  #nameOf(key: unknown, path: Path): string | undefined {
    const name: unknown = isScalar(key) ? key.value : undefined;
    if (typeof name === "string" || typeof name === "number" || typeof name === "boolean") return String(name);
    return this.fault(offsetOf(key), path, "a key must be a word; write `key: value`");
  }

  #at(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** A map without a prototype. */
export function mapOf(entries: Iterable<readonly [string, Value]>): ValueMap {
  const map: Record<string, Value> = emptyMap();
  for (const [key, value] of entries) map[key] = value;
  return map;
}

function emptyMap(): Record<string, Value> {
  return { __proto__: null } satisfies { __proto__: null };
}

export function shorten(text: string, most = 60): string {
  const calm = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return calm.length > most ? `${calm.slice(0, most)}…` : calm;
}

function offsetOf(node: unknown): number {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return 0;
  const [offset]: unknown[] = node.range;
  return typeof offset === "number" ? offset : 0;
}

/** A path as one string, to look it up by. */
export function pathKey(path: Path): string {
  return JSON.stringify(path.map(String));
}

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** YAML keeps `@` for itself, and everybody writes teams with it. */
function unquotedMention(text: string, offset: number): string | undefined {
  const [mention] = /^@[\w./-]{1,100}/u.exec(text.slice(offset, offset + 101)) ?? [];
  return mention === undefined ? undefined : `\`${mention}\` must stand in quotes: "${mention}"`;
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
