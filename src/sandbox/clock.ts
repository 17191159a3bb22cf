/** The sandbox's clock. Started with a day it stands still until moved; started without, it runs with real time. */
export interface Clock {
  now(): string;
  ms(): number;
  set(iso: string): void;
  advance(ms: number): void;
  /** Milliseconds since the start, counting both real time and advances: what replica lag is measured in. */
  lagMs(): number;
}

export function startClock(start: string | undefined): Clock {
  const begun = performance.now();
  const running = start === undefined;
  let origin = running ? Date.now() - begun : parseInstant(start);
  let advanced = 0;

  function ms(): number {
    return running ? Math.floor(origin + performance.now()) : origin;
  }

  return {
    ms,
    now: () => new Date(ms()).toISOString(),
    lagMs: () => performance.now() - begun + advanced,
    set(iso) {
      const step = parseInstant(iso) - ms();
      origin += step;
      advanced += Math.max(0, step);
    },
    advance(step) {
      origin += step;
      advanced += Math.max(0, step);
    },
  };
}

/** GitHub's time stamps have whole seconds. */
export function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function parseInstant(iso: string): number {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new Error(`"${iso}" is no instant: write it as 2026-12-01T09:00:00Z.`);
  return ms;
}
