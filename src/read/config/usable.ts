import type { z } from "zod";

import { Config } from "../../domain/config.ts";
import { CustomCategories } from "../../features/hotspots/taxonomy.ts";

/** GitHub takes no longer one. */
const LONGEST_LABEL = 50;

/**
 * A configuration that the app can work with: its categories have phrases that can match, and keys that fit into a label.
 * What could never work is told at once, not when it is tried.
 */
export const UsableConfig = Config.superRefine((config, context) => {
  const parsed = CustomCategories.safeParse(config.categories);
  for (const issue of parsed.error?.issues ?? []) {
    context.addIssue({ code: "custom", path: ["categories", ...issue.path], message: issue.message });
  }
  refuseLongLabels(config, context);
});

function refuseLongLabels({ labels, categories }: Config, context: z.core.$RefinementCtx): void {
  for (const [index, { key, remove }] of categories.list.entries()) {
    const length = labels.hotspot.length + key.length;
    if (remove || length <= LONGEST_LABEL) continue;
    context.addIssue({
      code: "custom",
      path: ["categories", "list", index, "key"],
      message:
        `with the prefix "${labels.hotspot}" its label has ${length} characters and GitHub takes ${LONGEST_LABEL}; ` +
        "shorten the key, or `labels.hotspot`",
    });
  }
}
