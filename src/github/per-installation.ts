import type { InstallationId } from "../domain/ids.ts";
import type { Clock } from "./limits.ts";

/** After this long all its budgets are full again, and whatever GitHub asked it to wait for is over: both within an hour. */
const IDLE_MS = 7_200_000;
/** Installations kept at most; the one not used for longest goes first. */
const MOST = 5_000;

interface Kept<Value> {
  readonly value: Value;
  usedAt: number;
}

/** Keeps something for each installation: made when first asked for, dropped after two hours in which nobody asked. */
export function createPerInstallation<Value>(
  { now }: Pick<Clock, "now">,
  make: (installationId: InstallationId) => Value,
): (installationId: InstallationId) => Value {
  // In the order of their last use.
  const keptOnes = new Map<InstallationId, Kept<Value>>();

  function dropIdle(): void {
    for (const [installationId, { usedAt }] of keptOnes) {
      if (keptOnes.size <= MOST && now() - usedAt < IDLE_MS) return;
      keptOnes.delete(installationId);
    }
  }

  return function perInstallation(installationId) {
    const kept = keptOnes.get(installationId) ?? { value: make(installationId), usedAt: 0 };
    kept.usedAt = now();
    keptOnes.delete(installationId);
    keptOnes.set(installationId, kept);
    dropIdle();
    return kept.value;
  };
}
