import type { IssueRef } from "../domain/ids.ts";

/** An issue as the routes of GitHub's API name it. */
export function addressOf({ owner, repo, number }: Pick<IssueRef, "owner" | "repo" | "number">): {
  owner: string;
  repo: string;
  issue_number: number;
} {
  return { owner, repo, issue_number: number };
}

/** The HTTP status an error of the client carries. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}
