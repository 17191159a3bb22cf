import { tzOffset } from "@date-fns/tz";

import type { WeekFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { CountLink, LinkedCount } from "../../domain/template-call.ts";
import type { Period } from "./period.ts";

/** Where the searches of a digest look: every repository it covers, `owner/name`, in order. */
export interface Scope {
  readonly webUrl: string;
  readonly label: string;
  readonly timeZone: string;
  readonly repositories: readonly string[];
}

export function scopeOf(facts: Pick<WeekFacts, "webUrl" | "config" | "timeZone" | "home" | "postmortems">): Scope {
  const covered = new Set(facts.postmortems.map(repositoryOf));
  if (covered.size === 0) covered.add(`${facts.home.owner}/${facts.home.repo}`);
  return {
    webUrl: facts.webUrl.replace(/\/+$/u, ""),
    label: facts.config.label,
    timeZone: facts.timeZone,
    repositories: [...covered].sort(),
  };
}

/**
 * A count with the searches that prove it: one where a search can name every repository, else one for each handful of
 * the repositories that have any, which add up to it. A count that would take more than six searches stands alone.
 */
export function proven(scope: Scope, terms: readonly string[], counted: readonly Postmortem[]): LinkedCount {
  const n = counted.length;
  const whole = queryFor(scope, terms, scope.repositories);
  if (scope.repositories.length === 1 || whole.length <= LONGEST) {
    return { n, url: urlFor(scope, terms, scope.repositories), parts: [] };
  }
  const perRepository = Map.groupBy(counted, repositoryOf);
  const having = scope.repositories.filter((repository) => perRepository.has(repository));
  const parts = chunks(scope, terms, having).map((repositories): CountLink => {
    const found = repositories.reduce((sum, repository) => sum + (perRepository.get(repository)?.length ?? 0), 0);
    return { n: found, url: urlFor(scope, terms, repositories) };
  });
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return { n, url: only.url, parts: [] };
  return { n, parts: parts.length > MOST_LINKS ? [] : parts };
}

/** The plain query behind a link, as GitHub's search takes it: what a test, or a doubter, can run. */
export function queryOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  const query = searchParams.get("q") ?? "";
  const [, repository] = /([^/]+\/[^/]+)\/issues$/u.exec(pathname) ?? [];
  return repository === undefined ? query : `repo:${repository} ${query}`;
}

/** `created:` or `closed:` within a period, as its first and its last second on the clocks of the zone. */
export function during(what: "created" | "closed", { from, until }: Period, zone: string): string {
  const last = new Date(Date.parse(until) - 1000).toISOString();
  return `${what}:${withOffset(from, zone)}..${withOffset(last, zone)}`;
}

export function labelled(label: string): string {
  return `label:${/^[\w./-]+$/u.test(label) ? label : `"${label.replaceAll('"', "")}"`}`;
}

/** The label of exercises: they are no incidents. */
const DRILL = "drill";
/** The label of incidents that are counted and never named. */
export const RESTRICTED = "restricted";

/** GitHub's limit for a query, which counts words but no qualifiers; kept here for the whole, so that links stay short. */
const LONGEST = 256;
const MOST_LINKS = 6;
const MINUTE_MS = 60_000;

function repositoryOf({ ref }: Postmortem): string {
  return `${ref.owner}/${ref.repo}`;
}

function queryFor(scope: Scope, terms: readonly string[], repositories: readonly string[]): string {
  return [
    ...repositories.map((repository) => `repo:${repository}`),
    "is:issue",
    labelled(scope.label),
    `-${labelled(DRILL)}`,
    ...terms,
  ].join(" ");
}

function urlFor(scope: Scope, terms: readonly string[], repositories: readonly string[]): string {
  const [only] = repositories;
  return repositories.length === 1 && only !== undefined
    ? `${scope.webUrl}/${only}/issues?q=${encodeURIComponent(queryFor(scope, terms, []))}`
    : `${scope.webUrl}/search?type=issues&q=${encodeURIComponent(queryFor(scope, terms, repositories))}`;
}

/** As many repositories to a search as it can name, and at least one. */
function chunks(scope: Scope, terms: readonly string[], repositories: readonly string[]): string[][] {
  const made: string[][] = [];
  for (const repository of repositories) {
    const last = made.at(-1);
    const fits = last !== undefined && queryFor(scope, terms, [...last, repository]).length <= LONGEST;
    if (fits) last.push(repository);
    else made.push([repository]);
  }
  return made;
}

function withOffset(at: string, zone: string): string {
  const minutes = tzOffset(zone, new Date(at));
  const wall = new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString().slice(0, 19);
  if (minutes === 0) return `${wall}Z`;
  const ahead = Math.abs(minutes);
  const clock = [Math.floor(ahead / 60), ahead % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return `${wall}${minutes < 0 ? "-" : "+"}${clock}`;
}
