/** A sentence for the person who asked for something we won't do. A value, not an error: nothing broke. */
export interface Refusal {
  readonly kind: "refusal";
  readonly sentence: string;
}

export function refuse(sentence: string): Refusal {
  return { kind: "refusal", sentence };
}

/** Nothing will ever make this delivery work (issue deleted, app removed): buried at once with its reason. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
}

/** The same each time it is tried, but its issue is still there: whoever asked can be told. */
export class Hopeless extends PermanentFailure {
  readonly why: "refused" | "mistaken";

  constructor(message: string, options: { why: "refused" | "mistaken"; cause: unknown }) {
    super(message, { cause: options.cause });
    this.why = options.why;
  }
}

export function unreachable(value: never): never {
  throw new Error(`Not a case that exists: ${JSON.stringify(value)}`);
}
