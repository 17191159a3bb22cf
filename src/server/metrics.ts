/** What is counted, with its help line. Names are printed with `postmortem_` before and `_total` behind. */
const COUNTERS = {
  deliveries: "Deliveries by outcome: accepted, duplicate, ignored, failed.",
  webhook_requests: "Webhook requests by the status answered.",
  jobs: "Deliveries worked on, by outcome: done, failed, buried.",
  github_requests: "Requests to the GitHub API by method and status; 0 when there was no answer.",
  github_waits: "Times a request was held back or refused because a budget was used up, by budget.",
} as const;

type Counter = keyof typeof COUNTERS;
type Labels = Readonly<Record<string, string>>;

/** Figures that are read together, at the moment they are asked for: they fit each other. */
interface Gauges<Name extends string> {
  /** What each figure says, by its name. */
  readonly helps: Readonly<Record<Name, string>>;
  /** When it rejects, the figures are left out. */
  readonly read: () => Promise<Readonly<Record<Name, number>>>;
}

export interface Metrics {
  count(counter: Counter, labels: Labels): void;
  /** Adds gauges, read on each print. */
  watch<Name extends string>(gauges: Gauges<Name>): void;
  /** How often a counter was counted with exactly these labels. */
  counted(counter: Counter, labels: Labels): number;
  /** The text format Prometheus reads. */
  print(): Promise<string>;
}

export function createMetrics(): Metrics {
  const counts = new Map<Counter, Map<string, number>>();
  const watched: Gauges<string>[] = [];
  return {
    count(counter, labels) {
      const series = counts.get(counter) ?? new Map<string, number>();
      const key = labelText(labels);
      series.set(key, (series.get(key) ?? 0) + 1);
      counts.set(counter, series);
    },
    watch: (gauges) => void watched.push(gauges),
    counted: (counter, labels) => counts.get(counter)?.get(labelText(labels)) ?? 0,
    async print() {
      const printed = await Promise.all(watched.map(async (gauges) => printGauges(gauges)));
      return `${[...printCounters(counts), ...printed.flat()].join("\n")}\n`;
    },
  };
}

function printCounters(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  const lines: string[] = [];
  for (const [counter, help] of Object.entries(COUNTERS)) {
    const name = `postmortem_${counter}_total`;
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
    for (const [labels, value] of counts.get(counter) ?? []) lines.push(`${name}${labels} ${value}`);
  }
  return lines;
}

async function printGauges({ helps, read }: Gauges<string>): Promise<string[]> {
  const values = await read().catch((): Record<string, number> => ({}));
  return Object.entries(helps).flatMap(([name, help]) => {
    const head = [`# HELP postmortem_${name} ${help}`, `# TYPE postmortem_${name} gauge`];
    const value = values[name];
    return value === undefined ? head : [...head, `postmortem_${name} ${value}`];
  });
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replaceAll(/[\\"\n]/gu, "_")}"`);
  return pairs.length === 0 ? "" : `{${pairs.sort().join(",")}}`;
}
