import { defineRule } from "../../../plan/define.ts";
import { mergeEdit } from "../merge-edit.ts";

/**
 * A person's edit fell between our reading and our writing of the body, and our write hid it: their event tells.
 * Both edits are joined; where they touch the same words, the person's text is given back in a comment.
 */
export default defineRule({
  name: "give-back",
  when: ["issue-edited"],
  order: -20,
  plan({ event, issue, lastWrite, actor, delivery }) {
    if (event.kind !== "issue-edited" || lastWrite === undefined) return [];
    const { base } = lastWrite;
    if (event.bodyBefore !== base || event.bodyAfter === base) return [];
    const words = addedLines(base, event.bodyAfter);
    const now = new Set(linesOf(issue.body));
    if (words.length > 0 && words.every((line) => now.has(line))) return [];
    const merged = mergeEdit(base, issue.body, event.bodyAfter);
    if (merged !== undefined) return [{ kind: "put-body", issue: issue.ref, body: merged, base: event.bodyAfter }];
    if (words.length === 0) return [];
    const slot = `restored.${delivery.id.toLowerCase().replaceAll(/[^a-z0-9.-]/gu, "")}`;
    const view = { who: actor.login, lost: event.bodyAfter };
    return [
      { kind: "put-comment", issue: issue.ref, slot, once: true, call: { template: "postmortem/restored", view } },
    ];
  },
});

function addedLines(before: string, after: string): string[] {
  const known = new Set(linesOf(before));
  return linesOf(after).filter((line) => !known.has(line));
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/u);
}
