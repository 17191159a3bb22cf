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

/** A figure read at the moment it is asked for. Undefined when it cannot be had now. */
interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => Promise<number | undefined>;
}

export interface Metrics {
  count(counter: Counter, labels: Labels): void;
  /** Adds a gauge, read on each print. */
  watch(gauge: Gauge): void;
  /** How often a counter was counted with exactly these labels. */
  counted(counter: Counter, labels: Labels): number;
  /** The text format Prometheus reads. */
  print(): Promise<string>;
}

export function createMetrics(): Metrics {
  const counts = new Map<Counter, Map<string, number>>();
  const gauges: Gauge[] = [];
  return {
    count(counter, labels) {
      const series = counts.get(counter) ?? new Map<string, number>();
      const key = labelText(labels);
      series.set(key, (series.get(key) ?? 0) + 1);
      counts.set(counter, series);
    },
    watch: (gauge) => void gauges.push(gauge),
    counted: (counter, labels) => counts.get(counter)?.get(labelText(labels)) ?? 0,
    async print() {
      const printed = await Promise.all(gauges.map(async (gauge) => printGauge(gauge)));
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

async function printGauge({ name, help, read }: Gauge): Promise<string[]> {
  const value = await read().catch(() => undefined);
  const head = [`# HELP postmortem_${name} ${help}`, `# TYPE postmortem_${name} gauge`];
  return value === undefined ? head : [...head, `postmortem_${name} ${value}`];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replaceAll(/[\\"\n]/gu, "_")}"`);
  return pairs.length === 0 ? "" : `{${pairs.sort().join(",")}}`;
}
