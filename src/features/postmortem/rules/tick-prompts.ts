import type { Postmortem } from "../../../domain/postmortem.ts";
import { defineRule } from "../../../plan/define.ts";
import { confirmCategory } from "../../hotspots/confirm.ts";
import { type BoxState, clicksBetween } from "../prompts.ts";

/** A click on a box of the status comment: kept with who clicked and when, and never lost. */
export default defineRule({
  name: "tick-prompts",
  when: ["comment-edited"],
  plan(facts) {
    const { event, postmortem, actor } = facts;
    if (event.kind !== "comment-edited" || postmortem === undefined || actor.kind !== "person") return [];
    const clicks = meant(clicksBetween(event.bodyBefore, event.body));
    if (clicks.length === 0) return [];
    const ticks = { ...postmortem.ticks };
    for (const { group, key, checked } of clicks) {
      if (group === "prompt") ticks[key] = { by: actor.login, at: facts.now, checked };
    }
    const ticked: Postmortem = { ...postmortem, ticks };
    const category = clicks.find(({ group, checked }) => group === "category" && checked)?.key;
    if (category === undefined) return [{ kind: "save-postmortem", postmortem: ticked }];
    return confirmCategory({ ...facts, postmortem: ticked }, ticked, category);
  },
});

/**
 * A click changes one box. An edit that ticks one and unticks others came from a page that was loaded before those were
 * ticked: it takes back nobody's tick.
 */
function meant(changed: readonly BoxState[]): readonly BoxState[] {
  const ticked = changed.filter(({ checked }) => checked);
  return ticked.length > 0 ? ticked : changed;
}
