import type { InstallationId } from "../domain/ids.ts";
import type { Clock } from "./limits.ts";
import type { Octokit } from "./octokit.ts";

/** After this long all its budgets are full again, and whatever GitHub asked it to wait for is over: both within an hour. */
const IDLE_MS = 7_200_000;
/** Clients kept at most; the one not used for longest goes first. */
const MOST = 5_000;

interface Kept {
  readonly client: Octokit;
  usedAt: number;
}

/** The clients of installations: made when first asked for, dropped after two hours in which nobody asked. */
export function createClients(
  { now }: Pick<Clock, "now">,
  make: (installationId: InstallationId) => Octokit,
): { of(installationId: InstallationId): Octokit } {
  // In the order of their last use.
  const clients = new Map<InstallationId, Kept>();

  function dropIdle(): void {
    for (const [installationId, { usedAt }] of clients) {
      if (clients.size <= MOST && now() - usedAt < IDLE_MS) return;
      clients.delete(installationId);
    }
  }

  return {
    of(installationId) {
      const kept = clients.get(installationId) ?? { client: make(installationId), usedAt: 0 };
      kept.usedAt = now();
      clients.delete(installationId);
      clients.set(installationId, kept);
      dropIdle();
      return kept.client;
    },
  };
}
