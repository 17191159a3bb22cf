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

export function unreachable(value: never): never {
  throw new Error(`Not a case that exists: ${JSON.stringify(value)}`);
}
