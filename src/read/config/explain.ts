import { z } from "zod";

import { Config } from "../../domain/config.ts";
import { nearest } from "../../plan/slash.ts";
import { type Path, shorten, type Value } from "./read-yaml.ts";

type Issue = z.core.$ZodIssue;

/** A longer key is no slip of one of ours. */
const LONGEST_KEY = 40;

/** What is wrong with a value and what to write instead, in one sentence. */
export function explainIssue(issue: Issue, value: Value | undefined): string {
  const name = `\`${pathName(issue.path)}\``;
  if (value === undefined) return `${name} is missing: ${wayOut(issue, value)}`;
  return `${name} is ${printValue(value)}: ${wayOut(issue, value)}`;
}

/** What is wrong with a key that no schema knows. The rest of the file is used without it. */
export function explainUnknownKey(path: Path): string {
  const key = String(path.at(-1));
  const known = knownKeys(path.slice(0, -1));
  const guess = key.length > LONGEST_KEY ? undefined : nearest(key.toLowerCase().replaceAll(/[_ ]/gu, "-"), known);
  const home = homesOf(key)[0];
  const hint = guess === undefined ? elsewhere(home, known) : `did you mean \`${guess}\`?`;
  return `\`${shorten(pathName(path))}\` is not a key of the configuration and is left out; ${hint}`;
}

/** `team.functions[0].name` */
export function pathName(path: Path): string {
  const name = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return shorten(name.replace(/^\./u, ""), 120);
}

export function printValue(value: Value): string {
  if (Array.isArray(value)) return value.length === 1 ? "a list of one" : `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a map";
  return shorten(JSON.stringify(value));
}

function wayOut(issue: Issue, value: Value | undefined): string {
  switch (issue.code) {
    case "invalid_type":
      return typeWanted(issue.expected, value);
    case "invalid_value":
      return choiceWanted(issue.values.map(String), value);
    case "too_small":
      return boundWanted(issue.origin, `at least ${issue.minimum}`);
    case "too_big":
      return boundWanted(issue.origin, `at most ${issue.maximum}`);
    case "unrecognized_keys":
      return `take out ${issue.keys.map((key) => `\`${shorten(key)}\``).join(", ")}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "write text",
  number: "write a number",
  int: "write a whole number",
  boolean: "write true or false",
  array: "write a list, like [a, b]",
  object: "write a map, `key: value`",
};

function typeWanted(expected: string, value: Value | undefined): string {
  const wanted = TYPES[expected] ?? `write ${expected}`;
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `put it in quotes: "${value}"`;
  return value === undefined ? wanted.replace(/^write/u, "add it as") : wanted;
}

function choiceWanted(choices: readonly string[], value: Value | undefined): string {
  const wanted = `write ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
  const guess =
    typeof value === "string" && value.length <= LONGEST_KEY ? nearest(value.toLowerCase(), choices) : undefined;
  return guess === undefined ? wanted : `${wanted}; did you mean ${guess}?`;
}

function boundWanted(origin: string, bound: string): string {
  if (origin === "string") return `write ${bound} characters`;
  if (origin === "array") return `list ${bound}`;
  return `write ${bound}`;
}

function elsewhere(home: string | undefined, known: readonly string[]): string {
  if (home !== undefined) return `it belongs under \`${home}\``;
  return known.length === 0 ? "take it out" : `known here: ${known.join(", ")}`;
}

/** The part of a JSON Schema that tells which keys stand where. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly items?: Shape | undefined;
}
const Shape: z.ZodType<Shape> = z.lazy(() =>
  z.object({ properties: z.record(z.string(), Shape).optional(), items: Shape.optional() }),
);

let shape: Shape | undefined;
function wholeShape(): Shape {
  shape ??= Shape.parse(z.toJSONSchema(Config, { io: "input" }));
  return shape;
}

function knownKeys(path: Path): string[] {
  let at: Shape | undefined = wholeShape();
  for (const step of path) {
    at = typeof step === "number" ? at?.items : ownProperty(at?.properties, String(step));
  }
  return Object.keys(at?.properties ?? {});
}

function ownProperty(properties: Shape["properties"], key: string): Shape | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** The maps in which a key is known, outermost first. */
function homesOf(key: string): string[] {
  return Object.entries(wholeShape().properties ?? {})
    .filter(([, { properties }]) => ownProperty(properties, key) !== undefined)
    .map(([name]) => name);
}
