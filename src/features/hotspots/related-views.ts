import type { IssueFacts } from "../../domain/facts.ts";
import { isSettled } from "../../domain/preventive-action.ts";
import type { RelatedView } from "../../domain/template-call.ts";

/** Earlier postmortems that read alike, with the words in common and what became of their actions. */
export function relatedViews({ related }: Pick<IssueFacts, "related">): RelatedView[] {
  return related.map(({ postmortem, words }) => {
    const open = postmortem.actions.filter((action) => !isSettled(action)).length;
    const outcome =
      postmortem.actions.length === 0
        ? "no preventive actions"
        : `${postmortem.actions.length - open} of ${postmortem.actions.length} actions settled`;
    return { title: postmortem.title, url: postmortem.url, words, outcome };
  });
}
