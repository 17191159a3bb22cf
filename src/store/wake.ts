/** How a worker hears that the inbox has something new. A lost ring costs at most one slow poll. */
export interface Wake {
  /** Tells every worker, here and in other processes. Never fails, never waits. */
  ring(): void;
  /** Calls `listener` at each ring until the returned function is called. */
  listen(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Rings within this process only: all that SQLite needs, as it belongs to one process. */
export function localWake(): Wake {
  const listeners = new Set<() => void>();
  return {
    ring() {
      for (const listener of listeners) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
