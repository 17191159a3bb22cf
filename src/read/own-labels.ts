import type { Config } from "../domain/config.ts";
import type { Event } from "../domain/event.ts";

/** Labels that mean something to the app under a fixed name. */
const FIXED = ["restricted", "drill", "needs-owner", "overdue"];

/** GitHub does not tell labels apart by case, so neither do we: those that mean something to us are written our way. */
export function ownLabel(label: string, config: Config): string {
  const small = label.toLowerCase();
  const same = [config.label, ...FIXED].find((name) => name.toLowerCase() === small);
  if (same !== undefined) return same;
  const prefix = prefixesOf(config).find((name) => small.startsWith(name.toLowerCase()));
  return prefix === undefined ? label : prefix + small.slice(prefix.length);
}

/** As `ownLabel`, for what an event tells of labels. */
export function withOwnLabels(event: Event, config: Config): Event {
  if (event.kind === "issue-opened") return { ...event, labels: event.labels.map((label) => ownLabel(label, config)) };
  if (event.kind !== "issue-labelled" && event.kind !== "issue-unlabelled") return event;
  return { ...event, label: ownLabel(event.label, config) };
}

function prefixesOf({ labels }: Config): string[] {
  return [labels.severity, labels.stage, labels.hotspot];
}
