/** Remembers what was read for a while; a reading under way is shared, a failed one is forgotten. */
export interface Cache<Value> {
  /** What was read under the key, or is read now. */
  of(key: string, read: () => Promise<Value>): Promise<Value>;
  forget(key: string): void;
}

/** Keys kept at most: the oldest goes first. */
const MOST_KEYS = 10_000;

export function createCache<Value>({ ttlMs, now }: { ttlMs: number; now: () => number }): Cache<Value> {
  const entries = new Map<string, { readonly at: number; readonly value: Promise<Value> }>();
  return {
    of(key, read) {
      const known = entries.get(key);
      if (known !== undefined && now() - known.at < ttlMs) return known.value;
      const value = read();
      entries.delete(key);
      entries.set(key, { at: now(), value });
      value.catch(() => entries.get(key)?.value === value && entries.delete(key));
      const [oldest] = entries.keys();
      if (entries.size > MOST_KEYS && oldest !== undefined) entries.delete(oldest);
      return value;
    },
    forget: (key) => void entries.delete(key),
  };
}
