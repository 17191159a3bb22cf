import { Octokit } from "@octokit/rest";
import { z } from "zod";

import { readEnv } from "../env.ts";
import { classifyGitHubError } from "../github/errors.ts";

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export interface TokenClient {
  readonly octokit: Octokit;
  /** Without a slash at the end. */
  readonly apiUrl: string;
}

/** GitHub as the holder of GITHUB_TOKEN sees it, at GITHUB_API_URL. Undefined without a token. */
export function clientOfToken(): TokenClient | undefined {
  const { GITHUB_TOKEN: token = "", GITHUB_API_URL } = process.env;
  if (token.trim() === "") return undefined;
  const { githubApiUrl: apiUrl } = readEnv({ GITHUB_API_URL });
  return { octokit: new Octokit({ auth: token.trim(), baseUrl: apiUrl, log: SILENT }), apiUrl };
}

const Refusal = z.object({
  name: z.literal("HttpError"),
  status: z.number(),
  message: z.string(),
  request: z.object({ url: z.string() }),
  response: z.unknown().optional(),
});
type Refusal = z.infer<typeof Refusal>;

/** What GitHub, or the way to it, has against a request of the client above, and what to do; undefined for other errors. */
export function whyGitHubRefused(error: unknown): string | undefined {
  const parsed = Refusal.safeParse(error);
  if (!parsed.success) return undefined;
  const { status, message, request, response } = parsed.data;
  const { origin, pathname } = new URL(request.url, "https://api.github.com");
  if (response === undefined) return `${origin} does not answer (${message}). Check GITHUB_API_URL and the network.`;
  const { kind, retryAfterMs = 0 } = classifyGitHubError(error);
  if (kind === "limited") return `The token has used up its requests. Try again in ${minutes(retryAfterMs)}.`;
  if (status === 401) return "GitHub does not accept the token. Set GITHUB_TOKEN to one that is in force.";
  return refusalOf(parsed.data, pathname) ?? `GitHub answered ${status} about ${subjectOf(pathname)}: ${message}`;
}

function refusalOf({ status, message }: Refusal, pathname: string): string | undefined {
  const subject = subjectOf(pathname);
  if (status === 403 && pathname.endsWith("/user"))
    return "The token belongs to nobody in particular, so say who asks with --as login.";
  if (status === 403) return `The token may not see ${subject}: ${message}`;
  if (status === 404) return `GitHub knows no ${subject}, or the token may not see it. Check the name and the token.`;
  return status === 410 ? `${subject} was deleted.` : undefined;
}

function subjectOf(pathname: string): string {
  const { owner, repo, number } =
    /\/repos\/(?<owner>[^/]+)\/(?<repo>[^/]+)(?:\/issues\/(?<number>\d+))?/u.exec(pathname)?.groups ?? {};
  const person = /\/users\/(?<login>[^/]+)$/u.exec(pathname)?.groups?.["login"];
  if (owner !== undefined) return `${owner}/${repo}${number === undefined ? "" : `#${number}`}`;
  return person === undefined ? pathname : `person ${decodeURIComponent(person)}`;
}

function minutes(ms: number): string {
  const count = Math.max(1, Math.ceil(ms / 60_000));
  return count === 1 ? "a minute" : `${count} minutes`;
}
