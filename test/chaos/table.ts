import type { ChaosResult } from "./run.ts";

/** Side by side, as Markdown. */
export function printTable(rows: readonly (readonly [string, ChaosResult])[]): string {
  const head = [
    "",
    "events",
    "kills",
    "lost",
    "surplus comments",
    "surplus assignees",
    "entries twice",
    "calls/event",
    "faults met",
    "webhooks undelivered",
    "ack p50/p99 ms",
    "slowest first job ms",
    "seconds",
  ];
  const lines = rows.map(([name, result]) => [
    name,
    result.events,
    result.kills,
    result.lost,
    result.surplusComments,
    result.surplusAssignees,
    result.surplusEntries,
    result.callsPerEvent.toFixed(2),
    result.faults,
    result.undelivered,
    `${Math.round(result.ackP50)} / ${Math.round(result.ackP99)}`,
    result.kills === 0 ? "–" : result.slowestFirstJobMs,
    `${result.seconds}${result.settled ? "" : " (not settled)"}`,
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Where the calls went, each run's in calls per event. */
export function printRoutes(rows: readonly (readonly [string, ChaosResult])[]): string {
  const routes = new Set(rows.flatMap(([, { routes }]) => [...routes.keys()]));
  const lines = [...routes]
    .toSorted()
    .map((route) => [
      route,
      ...rows.map(([, result]) => ((result.routes.get(route) ?? 0) / Math.max(1, result.events)).toFixed(2)),
    ]);
  const head = ["calls per event", ...rows.map(([name]) => name)];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
