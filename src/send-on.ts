import type { Applied } from "./apply/apply.ts";
import type { Change, ChangeOf } from "./domain/change.ts";
import { Delivery } from "./domain/delivery.ts";
import type { Instant } from "./domain/ids.ts";
import { accept, acceptLater } from "./inbox/inbox.ts";
import type { Database } from "./store/database.ts";

/** Bursts of clicks end in one write: this long after the last of them, and no later than this after the first. */
const QUIET_MS = 4_000;
const AT_MOST_MS = 30_000;

/** What a plan asks of the inbox: its own deliveries, and a look at the status comment once it is quiet. */
export async function sendOn(
  changes: readonly Change[],
  { dropped, tracked }: Applied,
  { database, now }: { database: Database; now: Instant },
): Promise<void> {
  for (const change of changes) {
    if (change.kind === "send") await accept(database, change.delivery);
    const refreshed =
      change.kind === "refresh-later"
        ? change.issue
        : dropped.length + tracked.length > 0 && change.kind === "save-postmortem"
          ? change.postmortem.ref
          : undefined;
    if (refreshed !== undefined)
      await acceptLater(database, refreshOf(refreshed, now), {
        now,
        quietMs: QUIET_MS,
        atMostMs: AT_MOST_MS,
      });
  }
}

function refreshOf(issue: ChangeOf<"refresh-later">["issue"], now: Instant): Delivery {
  const place = `${issue.repositoryId}#${issue.number}`;
  return Delivery.parse({
    id: `refresh:${issue.installationId}:${place}`,
    installationId: issue.installationId,
    lane: `issue:${place}`,
    event: { kind: "refresh-due" },
    issue,
    receivedAt: now,
  });
}
