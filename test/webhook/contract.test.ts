import { createRequire } from "node:module";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HEARD } from "../../src/app.ts";
import { Delivery } from "../../src/domain/delivery.ts";
import { translateAll } from "../../src/webhook/translate.ts";

type Payload = Record<string, unknown>;
interface Definition {
  readonly name: string;
  readonly examples: readonly Payload[];
}

const definitions = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Definition[];
const EXAMPLES = definitions
  .filter(({ name }) => HEARD.some((heard) => heard === name))
  .flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));

/** Most examples are of plain webhooks: an app's have an installation. */
function ofApp(payload: Payload): Payload {
  return { installation: { id: 21 }, ...payload };
}

function translated(name: string, payload: unknown): readonly Delivery[] {
  return translateAll({
    id: "guid",
    name,
    payload,
    selfAppId: 7,
    selfLogin: "postmortem[bot]",
    receivedAt: "2026-11-21T07:00:00.000Z",
  });
}

/** All ids of repositories anywhere in a payload. */
function repositoryIds(value: unknown, found: Set<unknown> = new Set()): Set<unknown> {
  if (typeof value !== "object" || value === null) return found;
  if ("full_name" in value && "id" in value) found.add(value.id);
  for (const inner of Object.values(value)) repositoryIds(inner, found);
  return found;
}

function reposNamed(delivery: Delivery): (number | undefined)[] {
  const { event, issue, repository } = delivery;
  const child = "child" in event ? event.child.repositoryId : undefined;
  const to = event.kind === "issue-transferred" ? event.to?.repositoryId : undefined;
  const changed = event.kind === "repository-changed" ? event.repositoryId : undefined;
  return [issue?.repositoryId, repository?.id, child, to, changed].filter((id) => id !== undefined);
}

describe("GitHub's own examples", () => {
  it("are there for every event we hear but two", () => {
    const named = new Set(EXAMPLES.map(({ name }) => name));

    expect(HEARD.filter((name) => !named.has(name))).toEqual(["installation_target", "sub_issues"]);
    expect(EXAMPLES.length).toBeGreaterThan(90);
  });

  it.each(
    EXAMPLES.map(
      ({ name, payload }, index) => [`${name}.${String(payload["action"])} (${index})`, name, payload] as const,
    ),
  )("%s is read without a fault, and only of its own repository", (_, name, payload) => {
    for (const form of [payload, ofApp(payload)]) {
      const known = repositoryIds(form);
      for (const delivery of translated(name, form)) {
        expect(Delivery.parse(delivery)).toEqual(delivery);
        expect(reposNamed(delivery).every((id) => known.has(id))).toBe(true);
      }
    }
  });

  it("are mostly something to us once they come from an app", () => {
    const heard = EXAMPLES.filter(({ name, payload }) => translated(name, ofApp(payload)).length > 0);

    // No example of theirs shows a merge, a renamed account, or a sub-issue.
    const missing = new Set<string>(["installation_target", "pull_request", "sub_issues"]);
    expect([...new Set(heard.map(({ name }) => name))].sort()).toEqual(HEARD.filter((name) => !missing.has(name)));
  });
});

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 5_000);

const ODDITIES: readonly unknown[] = [
  null,
  undefined,
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER + 2,
  "",
  "\u0000",
  "\ud800",
  "__proto__",
  "[bot]",
  "a/b/c",
  [],
  {},
  [null],
  { id: null, login: null },
  { __proto__: null },
  true,
  "x".repeat(100_000),
];

/** One spot of a payload replaced, taken out or copied elsewhere. */
interface Mutation {
  readonly spot: number;
  readonly how: number;
  readonly value: unknown;
}

function spotsOf(value: unknown, path: readonly string[] = [], spots: string[][] = []): string[][] {
  if (typeof value !== "object" || value === null || path.length > 4) return spots;
  for (const [key, inner] of Object.entries(value)) {
    spots.push([...path, key]);
    spotsOf(inner, [...path, key], spots);
  }
  return spots;
}

function mutate(payload: Payload, mutations: readonly Mutation[]): Payload {
  const copy = structuredClone(payload);
  for (const { spot, how, value } of mutations) {
    const spots = spotsOf(copy);
    const path = spots[spot % Math.max(1, spots.length)];
    if (path === undefined) continue;
    const last = path.at(-1) ?? "";
    const parent = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Payload)[key], copy) as Payload;
    if (how === 0) delete parent[last];
    else if (how === 1) parent[last] = [structuredClone(parent[last]), parent[last]];
    else parent[last] = structuredClone(value);
  }
  return copy;
}

const Mutations = fc.array(
  fc.record({
    spot: fc.nat(2_000),
    how: fc.nat(4),
    value: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ODDITIES) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The top and what is used are hit far more often than the hundred addresses each payload is full of. */
function slim({ name, payload }: (typeof EXAMPLES)[number]): Payload {
  const full = ofApp(payload);
  return Object.fromEntries(
    Object.entries(full).map(([key, value]) => [
      key,
      typeof value === "object" && value !== null ? withoutAddresses(value) : value,
    ]),
  );

  function withoutAddresses(value: object): unknown {
    if (Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).filter(([key]) => name !== "" && (key === "html_url" || !key.endsWith("url"))),
    );
  }
}

describe("payloads gone wrong", () => {
  it(`never throw, and never name a repository that is not theirs (${RUNS} mutants)`, () => {
    const slimmed = EXAMPLES.map((example) => ({ name: example.name, payload: slim(example) }));
    let something = 0;

    fc.assert(
      fc.property(fc.nat(slimmed.length - 1), Mutations, (index, mutations) => {
        const { name, payload } = slimmed[index] ?? { name: "issues", payload: {} };
        const mutant = mutate(payload, mutations);
        const known = repositoryIds(mutant);
        for (const delivery of translated(name, mutant)) {
          something += 1;
          Delivery.parse(delivery);
          if (!reposNamed(delivery).every((id) => known.has(id)))
            throw new Error(`foreign repository in ${delivery.event.kind}`);
        }
      }),
      { numRuns: RUNS, seed: 20261121 },
    );

    expect(something).toBeGreaterThan(RUNS / 20);
  }, 900_000);

  it("that are no object at all are nothing to us", () => {
    for (const payload of ODDITIES) {
      for (const name of HEARD) expect(translated(name, payload)).toEqual([]);
    }
  });
});
