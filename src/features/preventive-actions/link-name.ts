import type { Issue } from "../../domain/facts.ts";

/** The issues and pull requests that an action's line links, as `owner/repo#7`, each once. */
export function linkNames(links: readonly string[], { ref, url }: Pick<Issue, "ref" | "url">): string[] {
  const here = { owner: ref.owner, repo: ref.repo, url };
  return [...new Set(links.flatMap((link) => linkName(link, here) ?? []))];
}

/**
 * A link of an action as `owner/repo#7`: from `#7`, `owner/repo#7`, or the address of an issue or pull request on the
 * same GitHub. Undefined for any other link.
 */
function linkName(
  link: string,
  here: { readonly owner: string; readonly repo: string; readonly url: string },
): string | undefined {
  const short = /^(?:(?<place>[\w.-]+\/[\w.-]+))?#(?<number>\d{1,9})$/u.exec(link)?.groups;
  if (short !== undefined) return `${short["place"] ?? `${here.owner}/${here.repo}`}#${short["number"]}`;
  const origin = /^https?:\/\/[^/]+/u.exec(here.url)?.[0] ?? "";
  if (origin === "" || !link.startsWith(`${origin}/`)) return undefined;
  const path = /^\/(?<place>[\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(?<number>\d{1,9})(?:[#?/].*)?$/u.exec(
    link.slice(origin.length),
  )?.groups;
  return path === undefined ? undefined : `${path["place"]}#${path["number"]}`;
}
