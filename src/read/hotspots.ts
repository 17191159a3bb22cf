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
  /** What was said of late, by a hash of title and text: of an issue that goes on, much is the same at every event. */
  readonly said: Map<string, Classification>;
}

/** Taxonomies of repositories' own kept compiled at once. */
const MOST = 50;
const MOST_SAID = 200;

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

export function createHotspots(builtIn: Taxonomy): Hotspots {
  const compiled = new Map<string, Compiled>();

  function of({ categories }: Config): Compiled {
    const key = hashOf(JSON.stringify(categories));
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const taxonomy =
      categories.list.length === 0 && !categories.replace
        ? builtIn
        : mergeTaxonomy(builtIn, CustomCategories.parse(categories));
    const made: Compiled = { taxonomy, classifier: compileTaxonomy(taxonomy), said: new Map() };
    putNewest(compiled, [key, made], MOST);
    return made;
  }

  // Compiled before the first delivery needs it.
  of(DEFAULT_CONFIG);
  return {
    categories: (config) => of(config).taxonomy.categories.map(({ key, title, advice }) => ({ key, title, advice })),
    classify(config, writeUp, learned) {
      const { classifier, said } = of(config);
      if (learned !== undefined) return classify(classifier, writeUp, learned);
      const key = hashOf(`${writeUp.title}\n${writeUp.body}`);
      const classification = said.get(key) ?? classify(classifier, writeUp);
      putNewest(said, [key, classification], MOST_SAID);
      return classification;
    },
    learn: (config, confirmed) => learn(of(config).classifier, confirmed),
  };
}
