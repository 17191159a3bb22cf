import type { Issue } from "../../../domain/facts.ts";
import type { IssueRef } from "../../../domain/ids.ts";
import { defineRule } from "../../../plan/define.ts";

/** Title and address follow what GitHub shows, whoever changed them and however long ago. */
export default defineRule({
  name: "follow-title",
  when: "any",
  order: -5,
  plan({ issue, postmortem }) {
    if (postmortem === undefined || postmortem.starting) return [];
    if (postmortem.title === issue.title && postmortem.url === issue.url) return [];
    const { title, url } = issue;
    return [{ kind: "save-postmortem", postmortem: { ...postmortem, title, url, ref: refNow(postmortem.ref, issue) } }];
  },
});

/** An issue's address names its repository as it is called now. */
function refNow(ref: IssueRef, { url }: Pick<Issue, "url">): IssueRef {
  const { owner, repo } = /^https?:\/\/[^/]+\/(?<owner>[^/]+)\/(?<repo>[^/]+)\/issues\//u.exec(url)?.groups ?? {};
  return owner === undefined || repo === undefined ? ref : { ...ref, owner, repo };
}
