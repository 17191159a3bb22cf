import type { ChangeOf } from "../domain/change.ts";
import { statusOf } from "./address.ts";
import { again } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";

/** GitHub keeps one reaction of a kind per user, however often it is asked. A comment that is gone needs none. */
export async function react({ issue, commentId, reaction }: ChangeOf<"react">, deps: ApplyDeps): Promise<void> {
  const { owner, repo } = issue;
  try {
    const wanted = { owner, repo, comment_id: commentId, content: reaction };
    await again(() =>
      deps.octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", wanted),
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
