import type { z } from "zod";

import { putNewest } from "../domain/newest.ts";
import type { Shelf, ShelfKey } from "../store/shelf.ts";

/** Remembers what was read for a while; a reading under way is shared, a failed one is forgotten. */
export interface Cache<Value> {
  /** What was read under the key, or is read now. */
  of(key: string, read: () => Promise<Value>): Promise<Value>;
  /** What was read under the key, if it was. */
  known(key: string): Promise<Value> | undefined;
  /** When that which would be taken now was read, in milliseconds since 1970; undefined when it would be read anew. */
  readAt(key: string): number | undefined;
  forget(key: string): void;
}

/** Keys kept at most: the oldest goes first. */
const MOST_KEYS = 10_000;

export function createCache<Value>({ ttlMs, now }: { ttlMs: number; now: () => number }): Cache<Value> {
  const entries = new Map<string, { readonly at: number; readonly value: Promise<Value> }>();
  return {
    of(key, read) {
      const known = entries.get(key);
      if (known !== undefined && isFresh(known.at, { ttlMs, now })) return known.value;
      const value = read();
      putNewest(entries, [key, { at: now(), value }], MOST_KEYS);
      value.catch(() => entries.get(key)?.value === value && entries.delete(key));
      return value;
    },
    known: (key) => entries.get(key)?.value,
    readAt(key) {
      const at = entries.get(key)?.at;
      return at !== undefined && isFresh(at, { ttlMs, now }) ? at : undefined;
    },
    forget: (key) => void entries.delete(key),
  };
}

/** The clock may have been put back: what is of a later time is not believed. */
export function isFresh(at: number, { ttlMs, now }: { ttlMs: number; now: () => number }): boolean {
  const age = now() - at;
  return age >= 0 && age < ttlMs;
}

export interface ShelvedCache<Value> {
  /** What was read under the key, by whichever process, or is read now. */
  of(key: ShelfKey, read: () => Promise<Value>): Promise<Value>;
  /** We know better than what was read, if anything was; it is believed no longer for that. */
  change(key: ShelfKey, change: (value: Value) => Value): Promise<void>;
  forget(key: ShelfKey): Promise<void>;
}

export interface ShelvedOptions<Value> {
  readonly ttlMs: number;
  readonly now: () => number;
  /** What is on the shelf may be of another version: what does not fit is read anew. */
  readonly schema: z.ZodType<Value>;
  /** Undefined keeps it in memory only. */
  readonly shelf?: Shelf | undefined;
}

interface Read<Value> {
  readonly value: Value;
  readonly at: number;
}

/** A cache with a shelf behind it. However often it changes hands, nothing is believed for longer than `ttlMs`. */
export function createShelvedCache<Value>({ ttlMs, now, schema, shelf }: ShelvedOptions<Value>): ShelvedCache<Value> {
  const cache = createCache<Read<Value>>({ ttlMs, now });

  async function find(key: ShelfKey, read: () => Promise<Value>): Promise<Read<Value>> {
    const found = await shelf?.find(key);
    const parsed = schema.safeParse(found?.value);
    if (found !== undefined && parsed.success && isFresh(found.at, { ttlMs, now }))
      return { value: parsed.data, at: found.at };
    const at = now();
    const value = await read();
    await shelf?.put(key, value, at);
    return { value, at };
  }

  return {
    async of(key, read) {
      const known = await cache.of(nameOf(key), () => find(key, read));
      if (isFresh(known.at, { ttlMs, now })) return known.value;
      cache.forget(nameOf(key));
      return (await cache.of(nameOf(key), () => find(key, read))).value;
    },
    async change(key, change) {
      const reading = cache.known(nameOf(key));
      const known = await reading;
      // Forgotten meanwhile: then nothing is known any more.
      if (known === undefined || cache.known(nameOf(key)) !== reading) return;
      const changed = { value: change(known.value), at: known.at };
      cache.forget(nameOf(key));
      await cache.of(nameOf(key), async () => changed);
      await shelf?.put(key, changed.value, changed.at);
    },
    async forget(key) {
      cache.forget(nameOf(key));
      await shelf?.forget(key, now());
    },
  };
}

function nameOf({ installationId, key }: ShelfKey): string {
  return `${installationId} ${key}`;
}
