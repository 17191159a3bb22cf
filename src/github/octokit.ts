import type { Octokit as Rest } from "@octokit/rest";

/** What reading and applying need of a client: the app's own, or one with a person's token on the command line. */
export type Octokit = Pick<Rest, "request">;
