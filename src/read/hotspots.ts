import { createHash } from "node:crypto";

import { type Config, DEFAULT_CONFIG } from "../domain/config.ts";
import type { Category, Classification } from "../domain/hotspot.ts";
import { putNewest } from "../domain/newest.ts";
import { classify, type Classifier, compileTaxonomy } from "../features/hotspots/classify.ts";
import { type Confirmed, learn, type Learned } from "../features/hotspots/learn.ts";
import { CustomCategories, mergeTaxonomy, type Taxonomy } from "../features/hotspots/taxonomy.ts";

/** The classifier as a repository's configuration makes it. */
export interface Hotspots {
  categories(
    config: Config,
  ): readonly (Category & { readonly advice: readonly { readonly text: string; readonly source: string }[] })[];
  classify(config: Config, writeUp: { title: string; body: string }, learned?: Learned): Classification;
  /** The weights that a team's own confirmations lead to. */
  learn(config: Config, confirmed: readonly Confirmed[]): Learned;
}

interface Compiled {
  readonly taxonomy: Taxonomy;
  readonly classifier: Classifier;
}

/** Taxonomies of repositories' own kept compiled at once. */
const MOST = 50;

export function createHotspots(builtIn: Taxonomy): Hotspots {
  const compiled = new Map<string, Compiled>();

  function of({ categories }: Config): Compiled {
    const key = createHash("sha256").update(JSON.stringify(categories)).digest("base64url");
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const taxonomy =
      categories.list.length === 0 && !categories.replace
        ? builtIn
        : mergeTaxonomy(builtIn, CustomCategories.parse(categories));
    const made = { taxonomy, classifier: compileTaxonomy(taxonomy) };
    putNewest(compiled, [key, made], MOST);
    return made;
  }

  // Compiled before the first delivery needs it.
  of(DEFAULT_CONFIG);
  return {
    categories: (config) => of(config).taxonomy.categories.map(({ key, title, advice }) => ({ key, title, advice })),
    classify: (config, writeUp, learned) => classify(of(config).classifier, writeUp, learned),
    learn: (config, confirmed) => learn(of(config).classifier, confirmed),
  };
}
