import { defined } from "../../../domain/defined.ts";
import { defineRule } from "../../../plan/define.ts";

/** The label that starts postmortems was renamed or deleted: said once on an issue, with what to write. */
export default defineRule({
  name: "tell-label",
  when: ["label-told"],
  plan({ event, issue, postmortem }) {
    if (event.kind !== "label-told" || postmortem === undefined) return [];
    const { before, after } = event;
    const view = {
      before,
      ...defined({ after, line: after === undefined ? undefined : `label: ${JSON.stringify(after)}` }),
    };
    const slot = after === undefined ? "label.gone" : "label.renamed";
    return [
      { kind: "put-comment", issue: issue.ref, slot, once: true, call: { template: "postmortem/label-changed", view } },
    ];
  },
});
