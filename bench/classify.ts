import { classify, compileTaxonomy, type Classifier } from "../src/features/hotspots/classify.ts";
import { loadTaxonomy } from "../src/read/load-taxonomy.ts";

export interface Row {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
  readonly ok: boolean;
}

const SENTENCES = [
  "After upgrading the node pool to 1.29.4 half of the pods could not resolve internal host names.",
  "The ingress controller ran out of memory because one team's route object held forty thousand rules.",
  "We saw 502 and 504 responses at the load balancer and a rise of connection timeouts behind it.",
  "At 10:42 UTC on-call restarted the CoreDNS pods, which did not help for more than a few minutes.",
  "The disk of the logging node was full and no alert had been set for it.",
  "Customers in the second region could not log in, and support received eleven tickets.",
  "A colleague reverted the change and the error rate went back to normal within five minutes.",
  "We had not tested the fail-over of the database since spring.",
] as const;

const SIZE = 3_000;
const GOAL_PER_SECOND = 2_000;
const HOSTILE_LENGTH = 65_536;
const GOAL_HOSTILE_MS = 50;

/** Texts that are as hard on the classifier as we could make them, each 65,536 characters long. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ["one pattern's first word", "dns "],
  ["the first half of near patterns, never the second", "bug "],
  ["near patterns without a match", "certificate upgrade disk cpu "],
  ["near patterns with a match", "disk full upgrade failed because not "],
  ["no sentence end, all different words", ""],
  ["headings", "# root cause\n"],
  ["labels", "**Impact**: x\n"],
  ["code fences", "```\n"],
  ["dots and digits", "1.1.1."],
  ["apostrophes", "a'"],
  ["open comments", "<!-- "],
  ["links", "https://a.b/"],
  ["spaces before a label", "                                                    - "],
];

function hostileText(seed: string): string {
  if (seed !== "") return seed.repeat(Math.ceil(HOSTILE_LENGTH / seed.length)).slice(0, HOSTILE_LENGTH);
  let text = "";
  for (let word = 0; text.length < HOSTILE_LENGTH; word += 1) text += `w${word.toString(36)} `;
  return text.slice(0, HOSTILE_LENGTH);
}

function writeUps(count: number): { title: string; body: string }[] {
  return Array.from({ length: count }, (_, index) => {
    let body = "## Summary\n";
    for (let line = 0; body.length < SIZE; line += 1) {
      if (line % 6 === 5) body += "\n## Root cause\n";
      body += `${SENTENCES[(index + line * 3) % SENTENCES.length]} Ticket ${index * 31 + line}.\n`;
    }
    return { title: `Incident ${index}: slow responses`, body };
  });
}

/**
 * Measured in processor time, so that neighbours on a busy machine do not count.
 * Write-ups of 3 kB per second on one core, and the slowest hostile text of 65,536 characters.
 */
export async function bench(): Promise<Row[]> {
  const classifier = compileTaxonomy(await loadTaxonomy());
  const samples = writeUps(400);
  for (const sample of samples) classify(classifier, sample);
  const perSecond = Math.max(...[1, 2, 3].map(() => throughput(classifier, samples)));
  const slowest = HOSTILE.map(([name, seed]) => ({ name, ms: fastestOf(classifier, hostileText(seed)) })).reduce(
    (a, b) => (a.ms > b.ms ? a : b),
  );
  return [
    {
      name: "classify write-ups of 3 kB",
      value: `${Math.round(perSecond)} a second`,
      goal: `at least ${GOAL_PER_SECOND}`,
      ok: perSecond >= GOAL_PER_SECOND,
    },
    {
      name: `classify 65,536 hostile characters (${slowest.name})`,
      value: `${slowest.ms.toFixed(1)} ms`,
      goal: `at most ${GOAL_HOSTILE_MS} ms`,
      ok: slowest.ms <= GOAL_HOSTILE_MS,
    },
  ];
}

function throughput(classifier: Classifier, samples: readonly { title: string; body: string }[]): number {
  const start = processorMs();
  for (const sample of samples) classify(classifier, sample);
  return (1000 * samples.length) / (processorMs() - start);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function fastestOf(classifier: Classifier, body: string): number {
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = processorMs();
    classify(classifier, { title: "Incident", body });
    return processorMs() - start;
  });
  return Math.min(...times);
}

if (import.meta.main) {
  for (const row of await bench()) console.log(`${row.ok ? "ok  " : "MISS"}  ${row.name}: ${row.value} (${row.goal})`);
}
