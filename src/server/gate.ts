/** Lets requests in as long as neither the whole nor one address has too many at once. */
export interface Gate {
  /** Undefined when let in: call `leave` once afterwards. Otherwise the status to answer. */
  enter(address: string): 429 | 503 | undefined;
  leave(address: string): void;
}

export interface GateLimits {
  readonly atOnce: number;
  readonly atOncePerAddress: number;
}

export function createGate({ atOnce, atOncePerAddress }: GateLimits): Gate {
  const inside = new Map<string, number>();
  let total = 0;
  return {
    enter(address) {
      const here = inside.get(address) ?? 0;
      if (here >= atOncePerAddress) return 429;
      if (total >= atOnce) return 503;
      inside.set(address, here + 1);
      total += 1;
      return undefined;
    },
    leave(address) {
      const here = inside.get(address) ?? 0;
      if (here <= 1) inside.delete(address);
      else inside.set(address, here - 1);
      total -= 1;
    },
  };
}
