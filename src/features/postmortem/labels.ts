import type { Config } from "../../domain/config.ts";
import { type Severity, Severity as SeveritySchema, type Stage } from "../../domain/postmortem.ts";

/** Priority schemes met in repositories, highest first. `high` is the one a postmortem gets. */
const SCHEMES: readonly { readonly ranks: readonly string[]; readonly high: number }[] = [
  {
    ranks: ["priority/critical-urgent", "priority/important-soon", "priority/important-longterm", "priority/backlog"],
    high: 0,
  },
  { ranks: ["p0", "p1", "p2", "p3", "p4"], high: 1 },
  { ranks: ["priority/p0", "priority/p1", "priority/p2", "priority/p3", "priority/p4"], high: 1 },
  { ranks: ["priority: critical", "priority: high", "priority: medium", "priority: low"], high: 1 },
  { ranks: ["priority:critical", "priority:high", "priority:medium", "priority:low"], high: 1 },
  { ranks: ["priority-critical", "priority-high", "priority-medium", "priority-low"], high: 1 },
  { ranks: ["critical priority", "high priority", "medium priority", "low priority"], high: 1 },
  { ranks: ["priority/critical", "priority/high", "priority/medium", "priority/low"], high: 1 },
];

export interface LabelStep {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

const NOTHING: LabelStep = { add: [], remove: [] };

/**
 * High priority in the scheme the repository has, else `priority/high`. A priority that is as high or higher stays,
 * a lower one is replaced; never a second scheme beside an existing one.
 */
export function priorityStep(
  issueLabels: readonly string[],
  repositoryLabels: readonly string[],
  config: Config,
): LabelStep {
  const wanted = config.labels.priority;
  if (wanted !== undefined) return issueLabels.includes(wanted) ? NOTHING : { add: [wanted], remove: [] };
  const own = SCHEMES.find(({ ranks }) => issueLabels.some((label) => rankIn(ranks, label) >= 0));
  const scheme = own ?? SCHEMES.find(({ ranks }) => repositoryLabels.some((label) => rankIn(ranks, label) >= 0));
  if (scheme === undefined) return { add: ["priority/high"], remove: [] };
  const high = scheme.ranks[scheme.high] ?? "priority/high";
  const now = issueLabels.filter((label) => rankIn(scheme.ranks, label) >= 0);
  if (now.some((label) => rankIn(scheme.ranks, label) <= scheme.high)) return NOTHING;
  return { add: [asWritten(high, repositoryLabels)], remove: now };
}

export function severityStep(issueLabels: readonly string[], severity: Severity, config: Config): LabelStep {
  const wanted = `${config.labels.severity}${severity}`;
  return replaceOne(issueLabels, wanted, config.labels.severity);
}

export function stageStep(issueLabels: readonly string[], stage: Stage, config: Config): LabelStep {
  return replaceOne(issueLabels, `${config.labels.stage}${stage}`, config.labels.stage);
}

export function hotspotStep(issueLabels: readonly string[], category: string, config: Config): LabelStep {
  return replaceOne(issueLabels, `${config.labels.hotspot}${category}`, config.labels.hotspot);
}

/** The severity that a label names: ours, or a common form of it (`sev2`, `SEV-1`, `severity: 3`). */
export function severityOfLabels(labels: readonly string[], config: Config): Severity | undefined {
  for (const label of labels) {
    const digit = label.startsWith(config.labels.severity)
      ? label.slice(config.labels.severity.length)
      : /^sev(?:erity)?[\s:/-]*([1-4])$/iu.exec(label)?.[1];
    const severity = SeveritySchema.safeParse(Number(digit));
    if (severity.success) return severity.data;
  }
  return undefined;
}

/** A severity that the text names on a line or in a row of its own: `Severity: 2`, `**Severity**: SEV-1`, `| Severity | 3 |`. */
export function severityOfText(body: string): Severity | undefined {
  const digit = /^[ \t>*_#|-]*severity[\s*_:|-]*(?:sev(?:erity)?[\s-]?)?([1-4])\b/imu.exec(body)?.[1];
  const severity = SeveritySchema.safeParse(Number(digit));
  return severity.success ? severity.data : undefined;
}

export function together(...steps: readonly LabelStep[]): LabelStep {
  return {
    add: [...new Set(steps.flatMap(({ add }) => add))],
    remove: [...new Set(steps.flatMap(({ remove }) => remove))],
  };
}

function replaceOne(issueLabels: readonly string[], wanted: string, prefix: string): LabelStep {
  return {
    add: issueLabels.includes(wanted) ? [] : [wanted],
    remove: issueLabels.filter((label) => label.startsWith(prefix) && label !== wanted),
  };
}

function rankIn(ranks: readonly string[], label: string): number {
  return ranks.indexOf(label.toLowerCase());
}

function asWritten(label: string, repositoryLabels: readonly string[]): string {
  return repositoryLabels.find((known) => known.toLowerCase() === label) ?? label;
}
