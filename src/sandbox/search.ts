import { ApiError } from "./api-error.ts";
import type { Issue, Repository, World } from "./model.ts";
import { fullNameOf, stateBefore } from "./world.ts";

/** GitHub's issue search, with the qualifiers an incident repository needs. */
export function searchIssues(world: World, query: string, visible: (repository: Repository) => boolean): Issue[] {
  const terms = parseQuery(query);
  const places = terms.filter((term) => PLACES.has(term.name) && !term.not);
  const words = terms.filter((term) => !PLACES.has(term.name) || term.not);
  const found: Issue[] = [];
  for (const repository of world.repositories.values()) {
    if (repository.deleted || !visible(repository)) continue;
    if (places.length > 0 && !places.some((term) => isIn(world, repository, term))) continue;
    const tests = words.map((term) => testOf(world, repository, term));
    for (const current of repository.issues.values()) {
      const issue = stateBefore(world, current, world.lag.searchMs);
      if (issue !== undefined && !issue.deleted && tests.every((test) => test(issue))) found.push(issue);
    }
  }
  return found;
}

export interface Term {
  name: string;
  values: string[];
  not: boolean;
}

const PLACES = new Set(["repo", "org", "user"]);
const MAX_QUERY = 256;
const WAYS = new Set([
  "is",
  "type",
  "state",
  "label",
  "created",
  "closed",
  "updated",
  "reason",
  "author",
  "assignee",
  "no",
  "in",
  "commenter",
  "mentions",
  "comments",
  "archived",
  "linked",
  "has",
  "sort",
  "repo",
  "org",
  "user",
  "parent-issue",
]);

export function parseQuery(query: string): Term[] {
  const bare = query.replaceAll(/(?:^|\s)-?[a-z-]+:(?:"[^"]*"|\S)+/giu, " ");
  if (bare.trim().length > MAX_QUERY) throw tooLong();
  const terms: Term[] = [];
  for (const [, minus, name, listed, quoted, word] of query.matchAll(
    /(-)?(?:([a-z-]+):((?:"[^"]*"|[^\s"])+)|"([^"]*)"|(\S+))/giu,
  )) {
    const not = minus !== undefined;
    if (name !== undefined && listed !== undefined) {
      const known = WAYS.has(name.toLowerCase());
      if (known) terms.push({ name: name.toLowerCase(), values: splitValues(listed), not });
      else terms.push({ name: "text", values: [`${name}:${listed}`.replaceAll('"', "")], not });
    } else if (word === "NOT" || word === "AND") continue;
    else if ((quoted ?? word ?? "") !== "") terms.push({ name: "text", values: [quoted ?? word ?? ""], not });
  }
  return terms;
}

function splitValues(listed: string): string[] {
  return [...listed.matchAll(/"([^"]*)"|([^",]+)/gu)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

function isIn(world: World, repository: Repository, term: Term): boolean {
  const fullName = fullNameOf(world, repository).toLowerCase();
  return term.values.some((value) =>
    term.name === "repo" ? fullName === value.toLowerCase() : fullName.startsWith(`${value.toLowerCase()}/`),
  );
}

// oxlint-disable-next-line max-params -- world and place give the term its meaning
function testOf(world: World, repository: Repository, term: Term): (issue: Issue) => boolean {
  const tests = term.values.map((value) => valueTest(world, repository, { ...term, value }));
  // `label:a,b` means either; repeated qualifiers mean all.
  const any = (issue: Issue): boolean => tests.some((test) => test(issue));
  return term.not ? (issue) => !any(issue) : any;
}

// oxlint-disable-next-line max-params -- as above
function valueTest(world: World, repository: Repository, term: Term & { value: string }): (issue: Issue) => boolean {
  const value = term.value.toLowerCase();
  const person = (): number | undefined =>
    world.logins.get(value.startsWith("app/") ? `${value.slice(4)}[bot]` : value.replace(/^@/u, ""));
  switch (term.name) {
    case "is":
    case "type":
    case "state":
      return stateTest(repository, value);
    case "label": {
      const label = repository.labels.get(value);
      return (issue) => label !== undefined && issue.labels.includes(label.id);
    }
    case "created":
      return instantTest(term.value, (issue) => issue.createdAt);
    case "updated":
      return instantTest(term.value, (issue) => issue.updatedAt);
    case "closed":
      return instantTest(term.value, (issue) => issue.closedAt ?? undefined);
    case "reason":
      return (issue) =>
        issue.stateReason?.replace("_", " ") === value.replace("_", " ").replace("not-planned", "not planned");
    case "author":
      return (issue) => issue.userId === person();
    case "assignee":
      return (issue) => (value === "*" ? issue.assignees.length > 0 : issue.assignees.includes(person() ?? -1));
    case "commenter":
      return (issue) => issue.comments.some((id) => world.comments.get(id)?.userId === person());
    case "comments":
      return numberTest(value);
    case "no":
      return absenceTest(value);
    case "has":
      return (issue) => !absenceTest(value)(issue);
    case "archived":
      return () => repository.archived === (value === "true");
    case "in":
    case "sort":
      return () => true;
    default:
      return textTest(world, value);
  }
}

function stateTest(repository: Repository, value: string): (issue: Issue) => boolean {
  switch (value) {
    case "issue":
      return (issue) => issue.pull === null;
    case "pr":
    case "pull-request":
      return (issue) => issue.pull !== null;
    case "open":
    case "closed":
      return (issue) => issue.state === value;
    case "merged":
      return (issue) => issue.pull?.merged === true;
    case "unmerged":
      return (issue) => issue.pull !== null && !issue.pull.merged;
    case "locked":
      return (issue) => issue.locked;
    case "unlocked":
      return (issue) => !issue.locked;
    case "public":
    case "private":
      return () => (repository.visibility === "public") === (value === "public");
    default:
      throw new ApiError(422, "Validation Failed", [
        { message: `The sandbox does not know is:${value}.`, resource: "Search", field: "q", code: "invalid" },
      ]);
  }
}

function absenceTest(value: string): (issue: Issue) => boolean {
  if (value === "label") return (issue) => issue.labels.length === 0;
  if (value === "assignee") return (issue) => issue.assignees.length === 0;
  if (value === "milestone" || value === "project" || value === "type") return () => true;
  if (value === "parent-issue") return (issue) => issue.parentId === null;
  if (value === "sub-issue" || value === "sub-issues") return (issue) => issue.subIssues.length === 0;
  throw new ApiError(422, "Validation Failed", [
    { message: `The sandbox does not know no:${value}.`, resource: "Search", field: "q", code: "invalid" },
  ]);
}

function textTest(world: World, value: string): (issue: Issue) => boolean {
  return (issue) => {
    if (issue.title.toLowerCase().includes(value) || (issue.body ?? "").toLowerCase().includes(value)) return true;
    return issue.comments.some((id) => world.comments.get(id)?.body.toLowerCase().includes(value) === true);
  };
}

function numberTest(value: string): (issue: Issue) => boolean {
  const range = /^(\d+|\*)\.\.(\d+|\*)$/u.exec(value);
  if (range !== null) {
    const from = range[1] === "*" ? 0 : Number(range[1]);
    const to = range[2] === "*" ? Infinity : Number(range[2]);
    return (issue) => issue.comments.length >= from && issue.comments.length <= to;
  }
  const match = /^(>=|<=|>|<)?(\d+)$/u.exec(value);
  if (match === null) return () => false;
  return (issue) => compare(issue.comments.length, match[1] ?? "=", [Number(match[2]), Number(match[2])]);
}

/** `2026-12-01`, `2026-12-01T09:00:00Z`, `>=A`, `A..B`, `*..B`. A day means all of it, in UTC unless it says else. */
function instantTest(text: string, pick: (issue: Issue) => number | undefined): (issue: Issue) => boolean {
  const range = /^(.+?)\.\.(.+)$/u.exec(text);
  if (range !== null) {
    const from = range[1] === "*" ? -Infinity : spanOf(range[1] ?? "")[0];
    const to = range[2] === "*" ? Infinity : spanOf(range[2] ?? "")[1];
    return (issue) => within(pick(issue), from, to);
  }
  const [, sign = "=", instant = ""] = /^(>=|<=|>|<)?(.+)$/u.exec(text) ?? [];
  const span = spanOf(instant);
  return (issue) => {
    const at = pick(issue);
    return at !== undefined && compare(Math.floor(at / 1000) * 1000, sign, span);
  };
}

// oxlint-disable-next-line max-params -- a value and its bounds
function within(at: number | undefined, from: number, to: number): boolean {
  if (at === undefined) return false;
  const second = Math.floor(at / 1000) * 1000;
  return second >= from && second <= to;
}

// oxlint-disable-next-line max-params -- a comparison has three parts
function compare(value: number, sign: string, [from, to]: [number, number]): boolean {
  if (sign === ">") return value > to;
  if (sign === ">=") return value >= from;
  if (sign === "<") return value < from;
  if (sign === "<=") return value <= to;
  return value >= from && value <= to;
}

function spanOf(text: string): [number, number] {
  if (/^\d{4}-\d\d-\d\d$/u.test(text)) {
    const start = Date.parse(`${text}T00:00:00Z`);
    if (!Number.isNaN(start)) return [start, start + 86_400_000 - 1];
  }
  const at = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/u, "$1:$2"));
  if (/^\d{4}-\d\d-\d\dT/u.test(text) && !Number.isNaN(at)) return [at, at];
  throw new ApiError(422, "Validation Failed", [
    {
      message: `"${text}" is not a recognized date/time format. Please provide an ISO 8601 date/time value, such as YYYY-MM-DD.`,
      resource: "Search",
      field: "q",
      code: "invalid",
    },
  ]);
}

function tooLong(): ApiError {
  return new ApiError(422, "Validation Failed", [
    { message: "The search is longer than 256 characters.", resource: "Search", field: "q", code: "invalid" },
  ]);
}
