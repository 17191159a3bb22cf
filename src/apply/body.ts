import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import type { IssueRef } from "../domain/ids.ts";
import { addressOf } from "./address.ts";
import { sendOrFind } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";
import { noteWrite } from "./written.ts";

/**
 * Writes the body. What we wrote and from what is noted first, so that a crash in between leaves no edit unseen.
 * @throws when nobody knows how the write ended and somebody else has changed the text since: it is to be read anew.
 */
export async function putBody({ issue, body, base }: ChangeOf<"put-body">, deps: ApplyDeps): Promise<void> {
  const from = base ?? deps.bodyRead ?? "";
  if (body === deps.bodyRead && base === undefined) return;
  const write = { base: from, wrote: body, delivery: deps.delivery.id, planned: base ?? deps.bodyPlanned ?? from };
  await noteWrite(issue, { write, splicedFrom: [from, deps.bodyRead ?? ""] }, deps);
  await sendOrFind(
    async () => {
      await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...addressOf(issue), body });
      return true;
    },
    async () => {
      const there = await bodyNow(issue, deps);
      const isThere = isSame(there, body);
      if (!isThere && !isSame(there, from) && !isSame(there, deps.bodyRead ?? from))
        throw new Error(`${issue.owner}/${issue.repo}#${issue.number} changed while it was written`);
      // It may have arrived all the same, and somebody may be editing it: that edit would be hidden now.
      if (!isThere) await noteWrite(issue, { write, splicedFrom: [body] }, deps);
      return isThere ? true : undefined;
    },
    deps,
  );
}

const Text = z.object({ body: z.string().nullish() });

async function bodyNow(issue: IssueRef, { octokit }: Pick<ApplyDeps, "octokit">): Promise<string> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", addressOf(issue));
  return Text.parse(data).body ?? "";
}

/** Line ends, and what is blank at the end, may come back as GitHub likes them. */
function isSame(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(text: string): string {
  return text.replaceAll("\r\n", "\n").trimEnd();
}
