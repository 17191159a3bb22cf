/**
 * Cuts GitHub's OpenAPI description down to the operations and webhooks the sandbox speaks, as JSON Schema ajv can
 * compile. Run `node scripts/openapi-subset.ts` after an update of `@octokit/openapi` or `@octokit/openapi-webhooks`.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OPERATIONS, WEBHOOKS } from "../src/sandbox/openapi-scope.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const METHODS = ["get", "post", "put", "patch", "delete"];
const NOISE = new Set([
  "description",
  "title",
  "example",
  "examples",
  "externalDocs",
  "default",
  "deprecated",
  "readOnly",
  "discriminator",
  "xml",
]);
const SHARE_FROM = 400;
/** Formats that can be checked; `int64` and the like say nothing in JSON. */
const FORMATS = new Set(["date-time", "date", "uri", "uri-template", "email"]);

writeSubset();

function writeSubset(): void {
  const rest = readDescription("@octokit/openapi/generated/api.github.com.json");
  const hooks = readDescription("@octokit/openapi-webhooks/generated/api.github.com.json");
  const schemas: JsonObject = {};

  const operations = collectOperations(rest, schemas);
  const webhooks = collectWebhooks(hooks, schemas);
  correctSlips({ operations, webhooks, schemas });
  const subset = { source: versions(), operations, webhooks, schemas };
  shareRepeats(subset);

  const target = fileURLToPath(new URL("../src/sandbox/openapi/github.json", import.meta.url));
  const text = `${JSON.stringify(subset)}\n`;
  writeFileSync(target, text);
  console.log(
    `${Object.keys(operations).length} operations, ${Object.keys(webhooks).length} webhooks, ` +
      `${Object.keys(schemas).length} schemas, ${Math.round(text.length / 1024)} kB`,
  );
}

function collectOperations(rest: JsonObject, schemas: JsonObject): JsonObject {
  const collected: JsonObject = {};
  const wanted = new Set<string>(OPERATIONS);
  for (const [path, methods] of Object.entries(objectAt(rest, "paths"))) {
    for (const method of METHODS) {
      const operation = asObject(asObject(methods)[method] ?? {});
      const id = operation["operationId"];
      if (typeof id !== "string" || !wanted.delete(id)) continue;
      const responses: JsonObject = {};
      for (const [status, response] of Object.entries(objectAt(operation, "responses"))) {
        responses[status] = bodySchema(rest, response, schemas) ?? null;
      }
      const request =
        operation["requestBody"] === undefined ? undefined : bodySchema(rest, operation["requestBody"], schemas);
      collected[id] = { method: method.toUpperCase(), path, responses, ...(request === undefined ? {} : { request }) };
    }
  }
  if (wanted.size > 0)
    throw new Error(`Not in @octokit/openapi: ${[...wanted].join(", ")}. Correct src/sandbox/openapi-scope.ts.`);
  return collected;
}

function collectWebhooks(hooks: JsonObject, schemas: JsonObject): JsonObject {
  const collected: JsonObject = {};
  const wanted = new Set<string>(WEBHOOKS);
  for (const webhook of Object.values(objectAt(hooks, "webhooks"))) {
    const operation = objectAt(asObject(webhook), "post");
    const id = operation["operationId"];
    if (typeof id !== "string" || !wanted.delete(id)) continue;
    const schema = bodySchema(hooks, operation["requestBody"] ?? {}, schemas, "hook:");
    if (schema !== undefined) collected[id] = schema;
  }
  if (wanted.size > 0)
    throw new Error(
      `Not in @octokit/openapi-webhooks: ${[...wanted].join(", ")}. Correct src/sandbox/openapi-scope.ts.`,
    );
  return collected;
}

// oxlint-disable-next-line max-params -- the fourth only tells apart schemas of the same name in the two descriptions
function bodySchema(description: JsonObject, body: Json, schemas: JsonObject, prefix = ""): Json | undefined {
  const resolved = resolve(description, asObject(body));
  const content = resolved["content"];
  if (content === undefined) return undefined;
  const json = asObject(content)["application/json"];
  if (json === undefined) return undefined;
  const schema = asObject(json)["schema"];
  if (schema === undefined) return undefined;
  return translate(schema, (name) => {
    const key = prefix + name;
    if (schemas[key] !== undefined) return key;
    schemas[key] = {};
    const source = objectAt(objectAt(description, "components"), "schemas")[name];
    if (source === undefined) throw new Error(`The description has no schema named ${name}.`);
    schemas[key] = translate(source, (inner) => followed(prefix + inner, inner));
    return key;
  });

  function followed(key: string, name: string): string {
    if (schemas[key] !== undefined) return key;
    schemas[key] = {};
    const source = objectAt(objectAt(description, "components"), "schemas")[name];
    schemas[key] = translate(source ?? {}, (inner) => followed(prefix + inner, inner));
    return key;
  }
}

/** OpenAPI 3.0 and 3.1 to JSON Schema: `nullable` becomes a type, words for people go, references move. */
function translate(schema: Json, reference: (name: string) => string): Json {
  if (Array.isArray(schema)) return schema.map((part) => translate(part, reference));
  if (schema === null || typeof schema !== "object") return schema;
  if (typeof schema["$ref"] === "string") {
    const name = decodeURIComponent(schema["$ref"].split("/").at(-1) ?? "");
    return { $ref: `#/schemas/${reference(name).replaceAll("~", "~0").replaceAll("/", "~1")}` };
  }
  const translated: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "format" && !(typeof value === "string" && FORMATS.has(value))) continue;
    if (NOISE.has(key) || key.startsWith("x-") || key === "nullable") continue;
    if (key === "properties" || key === "patternProperties") {
      translated[key] = Object.fromEntries(
        Object.entries(asObject(value)).map(([name, part]) => [name, translate(part, reference)]),
      );
    } else if (key === "enum" || key === "const" || key === "required") translated[key] = value;
    else if (key === "type" && value === "file") continue;
    else translated[key] = translate(value, reference);
  }
  return schema["nullable"] === true ? orNull(translated) : translated;
}

function orNull(schema: JsonObject): JsonObject {
  if (typeof schema["type"] === "string") {
    const widened: JsonObject = { ...schema, type: [schema["type"], "null"] };
    if (Array.isArray(schema["enum"]) && !schema["enum"].includes(null)) widened["enum"] = [...schema["enum"], null];
    const combined = ["anyOf", "oneOf", "allOf"].some((key) => key in schema);
    return combined ? { anyOf: [{ type: "null" }, schema] } : widened;
  }
  return Object.keys(schema).length === 0 ? schema : { anyOf: [{ type: "null" }, schema] };
}

/** Three places where the description contradicts what GitHub sends (or itself); the sandbox's README names them. */
function correctSlips(subset: { operations: JsonObject; webhooks: JsonObject; schemas: JsonObject }): void {
  // The account of a listed installation is said to be a person and an enterprise at once; elsewhere it is either.
  const listed = objectAt(objectAt(objectAt(subset.operations, "apps/list-installations"), "responses"), "200");
  listed["items"] = { $ref: "#/schemas/installation" };
  // A found issue without a text has `null` there, as everywhere else.
  objectAt(objectAt(subset.schemas, "issue-search-result-item"), "properties")["body"] = { type: ["string", "null"] };
  // The events of an app are a closed list that lacks events of the same description, `sub_issues` among them.
  for (const root of [subset.webhooks, subset.schemas]) openEventLists(root);
}

function openEventLists(node: Json): void {
  if (node === null || typeof node !== "object") return;
  for (const [key, part] of Object.entries(node)) {
    if (
      key === "events" &&
      typeof part === "object" &&
      part !== null &&
      !Array.isArray(part) &&
      part["type"] === "array"
    )
      part["items"] = { type: "string" };
    else openEventLists(part);
  }
}

/** The webhook description spells the same user and repository out hundreds of times: say each once. */
function shareRepeats(subset: { operations: JsonObject; webhooks: JsonObject; schemas: JsonObject }): void {
  const counts = new Map<string, number>();
  for (const root of [subset.webhooks, subset.operations, subset.schemas]) count(root);
  for (const root of [subset.webhooks, subset.operations]) replaceIn(root);
  for (const name of Object.keys(subset.schemas))
    if (!name.startsWith("shared:")) replaceIn(asObject(subset.schemas[name] ?? {}));

  function count(node: Json): void {
    if (node === null || typeof node !== "object") return;
    if (!Array.isArray(node) && isSchema(node)) {
      const text = JSON.stringify(node);
      if (text.length >= SHARE_FROM) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    for (const part of Object.values(node)) count(part);
  }

  function replaceIn(node: Json): void {
    if (node === null || typeof node !== "object") return;
    const holder = node as JsonObject;
    for (const [key, part] of Object.entries(holder)) {
      if (part === null || typeof part !== "object") continue;
      const text = Array.isArray(part) || !isSchema(part) ? "" : JSON.stringify(part);
      if ((counts.get(text) ?? 0) < 2) {
        replaceIn(part);
        continue;
      }
      const name = `shared:${createHash("sha256").update(text).digest("hex").slice(0, 10)}`;
      if (subset.schemas[name] === undefined) {
        subset.schemas[name] = part;
        replaceIn(part);
      }
      holder[key] = { $ref: `#/schemas/${name}` };
    }
  }
}

function isSchema(node: JsonObject): boolean {
  return (
    typeof node["type"] === "string" ||
    Array.isArray(node["type"]) ||
    "anyOf" in node ||
    "oneOf" in node ||
    "allOf" in node
  );
}

function resolve(description: JsonObject, node: JsonObject): JsonObject {
  if (typeof node["$ref"] !== "string") return node;
  let found: Json = description;
  for (const step of node["$ref"].slice(2).split("/")) found = asObject(found)[step] ?? {};
  return asObject(found);
}

function readDescription(path: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../node_modules/${path}`, import.meta.url), "utf8")) as JsonObject;
}

function versions(): JsonObject {
  return Object.fromEntries(
    ["@octokit/openapi", "@octokit/openapi-webhooks"].map((name) => [
      name,
      readDescription(`${name}/package.json`)["version"] ?? "",
    ]),
  );
}

function objectAt(node: JsonObject, key: string): JsonObject {
  return asObject(node[key] ?? {});
}

function asObject(node: Json): JsonObject {
  if (node === null || typeof node !== "object" || Array.isArray(node))
    throw new Error(`Expected an object, found ${JSON.stringify(node).slice(0, 80)}.`);
  return node;
}
