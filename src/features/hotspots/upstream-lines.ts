import type { IssueFacts } from "../../domain/facts.ts";
import { findUpstream } from "./upstream.ts";

/** Each upstream issue that a body names in a line, with what is known of it, and the versions said to hold the fix. */
export function upstreamLines({ issue, upstream: known = [] }: Pick<IssueFacts, "issue" | "upstream">): string[] {
  const { issues, fixedIn } = findUpstream(issue.body);
  const own = `${issue.ref.owner}/${issue.ref.repo}#`.toLowerCase();
  const lines = issues
    .map(({ owner, repository, number }) => `${owner}/${repository}#${number}`)
    .filter((name) => !name.toLowerCase().startsWith(own))
    .map((name) => ({ name, state: known.find((one) => one.name.toLowerCase() === name.toLowerCase())?.state }))
    .map(({ name, state }) => (state === undefined ? name : `${name} (${state})`));
  const versions = fixedIn.map(({ version }) => version);
  return versions.length === 0 ? lines : [...lines, `fixed in ${versions.join(", ")}`];
}
