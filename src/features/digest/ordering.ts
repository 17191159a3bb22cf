type Key = string | number;

/** A total order by several keys, one after the other, that knows no locale: the same on every machine. */
export function byKeys<T>(keysOf: (one: T) => readonly Key[]): (a: T, b: T) => number {
  return (a, b) => {
    const others = keysOf(b);
    for (const [index, key] of keysOf(a).entries()) {
      const other = others[index] ?? key;
      if (key < other) return -1;
      if (key > other) return 1;
    }
    return 0;
  };
}
