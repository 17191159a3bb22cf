import { z } from "zod";
import { patternFault } from "./matcher.ts";

/** How much a part of a write-up says about the category. Order is the order of trust, most telling first. */
export const SECTIONS = [
  "title",
  "cause",
  "summary",
  "trigger",
  "mitigation",
  "actions",
  "lessons",
  "body",
  "timeline",
  "code",
  "detection",
  "impact",
  "well",
  "comment",
] as const;
export const Section = z.enum(SECTIONS);
export type Section = z.infer<typeof Section>;

const Word = z.string().trim().min(1).max(300);
const Sentence = z.string().trim().min(1).max(600);

const Pattern = Word.superRefine((source, context) => {
  const message = patternFault(source);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** One pattern with its weight, or several that weigh the same. See docs/hotspots.md for the pattern language. */
const WeightedTerms = z.union([
  z.strictObject({ term: Pattern, weight: z.number().min(-10).max(10) }),
  z.strictObject({ weight: z.number().min(-10).max(10), any: z.array(Pattern).min(1) }),
]);
type WeightedTerms = z.infer<typeof WeightedTerms>;

const Advice = z.strictObject({ text: Sentence, source: z.url() });

export const CategoryKey = z
  .string()
  .max(50)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "write a category key in small letters, digits and dashes, as in resource-pressure");

/** A category in which incidents gather, with the words that speak for it and against it. */
export const Category = z.strictObject({
  key: CategoryKey,
  title: Word,
  definition: Sentence,
  components: z.array(Pattern).default([]),
  terms: z.array(WeightedTerms).default([]),
  against: z.array(WeightedTerms).default([]),
  advice: z.array(Advice).default([]),
});
export type Category = z.infer<typeof Category>;

const PerCategory = z.record(z.string(), z.number());

/** Weights fitted on labelled incidents; every number can be read in weights.yml. */
export const Fitted = z.strictObject({
  bias: PerCategory,
  groups: z.record(z.string(), PerCategory),
  terms: z.record(z.string(), PerCategory),
  calibration: z.strictObject({ slope: z.number(), offset: z.number() }),
});
export type Fitted = z.infer<typeof Fitted>;

export const Taxonomy = z.strictObject({
  sections: z.record(Section, z.number().min(0).max(10)),
  headings: z.array(z.strictObject({ section: Section, words: z.array(Word).min(1) })),
  cues: z.strictObject({
    causeAfter: z.array(Pattern),
    causeBefore: z.array(Pattern),
    causeAround: z.array(Pattern),
    negating: z.array(Pattern),
  }),
  /** Write-ups with fewer telling words than this, and weak evidence, are too thin to tell. */
  thin: z.strictObject({ words: z.number().int().min(0), evidence: z.number().min(0) }),
  /** Share of the evidence from which a category contributed. */
  contributing: z.number().min(0).max(1),
  componentWeight: z.number().min(0).max(10),
  /** The answer when nothing speaks for any other category. */
  fallback: CategoryKey,
  categories: z.array(Category).min(1),
  fitted: Fitted.optional(),
});
export type Taxonomy = z.infer<typeof Taxonomy>;

const CustomTerm = z.union([Pattern, WeightedTerms]);

const CustomCategory = z.strictObject({
  key: CategoryKey,
  title: Word.optional(),
  definition: Sentence.optional(),
  /** Forget the built-in terms of this category instead of adding to them. */
  replace: z.boolean().default(false),
  /** Take this built-in category away. */
  remove: z.boolean().default(false),
  components: z.array(Pattern).max(500).default([]),
  terms: z.array(CustomTerm).max(1000).default([]),
  against: z.array(CustomTerm).max(1000).default([]),
  advice: z.array(Advice).max(50).default([]),
});
type CustomCategory = z.infer<typeof CustomCategory>;

/** What a repository may say about categories in its configuration file. */
export const CustomCategories = z.strictObject({
  /** Forget every built-in category. */
  replace: z.boolean().default(false),
  list: z.array(CustomCategory).max(40).default([]),
});
export type CustomCategories = z.infer<typeof CustomCategories>;

const NOTHING = { components: [], terms: [], against: [], advice: [] };

/** A custom term without a weight counts as much as a plain statement of the category's subject. */
const PLAIN_WEIGHT = 2.5;

/**
 * The taxonomy a repository sees: built-in categories, with its own added, renamed, replaced or taken away.
 * The fallback category always exists; it is empty when everything built-in was replaced and no other was given.
 */
export function mergeTaxonomy(base: Taxonomy, custom: CustomCategories): Taxonomy {
  const categories = new Map<string, Category>();
  if (!custom.replace) for (const category of base.categories) categories.set(category.key, category);
  for (const change of custom.list) {
    if (change.remove) categories.delete(change.key);
    else categories.set(change.key, changed(categories.get(change.key), change));
  }
  if (!categories.has(base.fallback)) categories.set(base.fallback, emptied(base));
  const { fitted, ...rest } = base;
  const merged = { ...rest, categories: [...categories.values()] };
  return fitted === undefined || custom.replace ? merged : { ...merged, fitted: withoutReplaced(fitted, custom) };
}

function changed(old: Category | undefined, change: CustomCategory): Category {
  const named = {
    key: change.key,
    title: change.title ?? old?.title ?? change.key,
    definition: change.definition ?? old?.definition ?? change.title ?? change.key,
  };
  const kept = change.replace || old === undefined ? { ...NOTHING, ...named } : { ...old, ...named };
  return {
    ...named,
    components: [...kept.components, ...change.components],
    terms: [...kept.terms, ...change.terms.map((term) => weighted(term, PLAIN_WEIGHT))],
    against: [...kept.against, ...change.against.map((term) => weighted(term, -PLAIN_WEIGHT))],
    advice: [...kept.advice, ...change.advice],
  };
}

function weighted(term: z.infer<typeof CustomTerm>, weight: number): WeightedTerms {
  return typeof term === "string" ? { term, weight } : term;
}

function emptied(base: Taxonomy): Category {
  const old = base.categories.find((category) => category.key === base.fallback);
  return {
    key: base.fallback,
    title: old?.title ?? "Other",
    definition: old?.definition ?? "None of these.",
    ...NOTHING,
  };
}

/** Fitted weights of a category whose words were replaced or taken away mean nothing any more. */
function withoutReplaced(fitted: Fitted, custom: CustomCategories): Fitted {
  const gone = new Set(custom.list.filter((change) => change.replace || change.remove).map((change) => change.key));
  if (gone.size === 0) return fitted;
  const keep = (weights: Record<string, number>) =>
    Object.fromEntries(Object.entries(weights).filter(([key]) => !gone.has(key)));
  const keepAll = (table: Record<string, Record<string, number>>) =>
    Object.fromEntries(Object.entries(table).map(([name, weights]) => [name, keep(weights)]));
  return {
    ...fitted,
    bias: keep(fitted.bias),
    groups: keepAll(fitted.groups),
    terms: keepAll(fitted.terms),
  };
}
