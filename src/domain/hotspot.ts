/** A category as people read it; the taxonomy with its terms lives in features/hotspots. */
export interface Category {
  readonly key: string;
  readonly title: string;
}

/** The words that led to a category. `start` and `end` are offsets into the title or the body. */
export interface Evidence {
  readonly words: string;
  readonly section: string;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
  readonly category: string;
}

/** What the classifier says of a write-up. `confidence` is calibrated: of those said with 0.8, about 80 % are right. */
export interface Classification {
  readonly primary: string;
  readonly contributing: readonly string[];
  readonly confidence: number;
  readonly thin: boolean;
  readonly evidence: readonly Evidence[];
}
