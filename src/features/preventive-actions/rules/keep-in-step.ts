import { defineRule } from "../../../plan/define.ts";
import { keepInStep } from "../keep-in-step.ts";

/** An action and the issue that tracks it say the same, whichever of the two was changed. */
export default defineRule({
  name: "keep-in-step",
  when: "any",
  phase: "after",
  order: 7,
  plan: keepInStep,
});
