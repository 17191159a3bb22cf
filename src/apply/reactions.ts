import type { ChangeOf } from "../domain/change.ts";
import { statusOf } from "./address.ts";
import { again } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";

/**
 * GitHub keeps one reaction of a kind per user, however often it is asked. A comment that is gone needs none. "Seen" is a
 * courtesy, followed by the receipt: it is not asked for twice.
 */
export async function react({ issue, commentId, reaction }: ChangeOf<"react">, deps: ApplyDeps): Promise<void> {
  const { owner, repo } = issue;
  const isCourtesy = reaction === "eyes";
  async function send(): Promise<unknown> {
    const wanted = { owner, repo, comment_id: commentId, content: reaction };
    return deps.octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", wanted);
  }
  try {
    await (isCourtesy ? send() : again(send));
  } catch (error) {
    const status = statusOf(error) ?? 0;
    if (status !== 404 && !(isCourtesy && status >= 500)) throw error;
  }
}
