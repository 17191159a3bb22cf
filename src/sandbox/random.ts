/** Seeded randomness (mulberry32): the same seed gives the same identifiers, faults and reorderings. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  chance(probability: number): boolean;
  below(limit: number): number;
  hex(length: number): string;
  guid(): string;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  function hex(length: number): string {
    let text = "";
    while (text.length < length)
      text += Math.floor(next() * 65_536)
        .toString(16)
        .padStart(4, "0");
    return text.slice(0, length);
  }

  return {
    next,
    hex,
    chance: (probability) => probability >= 1 || (probability > 0 && next() < probability),
    below: (limit) => Math.floor(next() * limit),
    guid: () => `${hex(8)}-${hex(4)}-11f1-${(8 + Math.floor(next() * 4)).toString(16)}${hex(3)}-${hex(12)}`,
  };
}
