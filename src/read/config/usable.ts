import { Config } from "../../domain/config.ts";
import { CustomCategories } from "../../features/hotspots/taxonomy.ts";

/** A configuration whose categories the classifier can work with: a phrase that could never match is told at once. */
export const UsableConfig = Config.superRefine(({ categories }, context) => {
  const parsed = CustomCategories.safeParse(categories);
  for (const issue of parsed.error?.issues ?? []) {
    context.addIssue({ code: "custom", path: ["categories", ...issue.path], message: issue.message });
  }
});
