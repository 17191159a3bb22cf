import { z } from "zod";

import type { IssueFacts } from "../../../domain/facts.ts";
import type { Category } from "../../../domain/hotspot.ts";
import { refuse } from "../../../domain/refusal.ts";
import { defineCommand } from "../../../plan/define.ts";
import { confirmCategory } from "../confirm.ts";

export default defineCommand({
  name: "category",
  usage: ["category <category>", "category <category> also <category> …"],
  summary: "Say which hotspot it belongs to, and which others contributed.",
  needs: "triage",
  args: z.array(z.string()).min(1),
  plan(words, facts) {
    const [first = "", ...rest] = words.filter((word) => word !== "also" && word !== "and");
    const found = [first, ...rest].map((word) => categoryNamed(word, facts.categories));
    const unknown = [first, ...rest].find((_, index) => found[index] === undefined);
    if (unknown !== undefined) return refuse(`There is no such category; choose one of ${listed(facts)}.`);
    const [primary = "", ...contributing] = found.flatMap((category) => (category === undefined ? [] : [category.key]));
    const others = rest.length === 0 ? facts.postmortem.contributing : contributing;
    return confirmCategory(facts, { ...facts.postmortem, contributing: [...others] }, primary);
  },
});

function categoryNamed(word: string, categories: readonly Category[]): Category | undefined {
  const wanted = word.toLowerCase();
  return categories.find(({ key, title }) => key === wanted || title.toLowerCase() === wanted);
}

function listed(facts: Pick<IssueFacts, "categories">): string {
  return facts.categories.map(({ key }) => `\`${key}\``).join(", ");
}
