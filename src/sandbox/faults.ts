import type { Random } from "./random.ts";

const FAULT_KINDS = [
  "error-before",
  "applied-then-500",
  "applied-then-reset",
  "403-secondary",
  "429-secondary",
  "delay",
  "truncate",
  "stall",
  "graphql-refusal",
] as const;

type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** HTTP method; any when absent. */
  method?: string;
  /** Regular expression on the path without `/api/v3` and query. */
  path?: string;
  /** How often it strikes before it is used up; without end when absent. */
  times?: number;
  /** Chance per matching request; 1 when absent. */
  probability?: number;
  /** For `delay` and `stall`, in real milliseconds. */
  ms?: number;
  /** Seconds in `retry-after` of the secondary refusals; 60 when absent. */
  retryAfter?: number;
  /** Status of `error-before`; 502 when absent. */
  status?: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): Fault[];
  /** The fault that strikes this request, used up by one. */
  strike(method: string, path: string): Fault | undefined;
}

export function createFaults(random: Pick<Random, "chance">): Faults {
  let faults: (Fault & { pattern: RegExp; left: number })[] = [];
  return {
    add(fault) {
      if (!FAULT_KINDS.includes(fault.kind))
        throw new Error(`"${fault.kind}" is no fault: choose one of ${FAULT_KINDS.join(", ")}.`);
      faults.push({ ...fault, pattern: new RegExp(fault.path ?? ""), left: fault.times ?? Infinity });
    },
    clear() {
      faults = [];
    },
    list: () =>
      faults.map(({ pattern: _pattern, left, ...fault }) => (left === Infinity ? fault : { ...fault, times: left })),
    strike(method, path) {
      const struck = faults.find(
        (fault) =>
          fault.left > 0 &&
          (fault.method === undefined || fault.method.toUpperCase() === method) &&
          fault.pattern.test(path) &&
          random.chance(fault.probability ?? 1),
      );
      if (struck !== undefined) struck.left -= 1;
      return struck;
    },
  };
}
