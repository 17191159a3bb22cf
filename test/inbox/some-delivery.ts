import { Delivery } from "../../src/domain/delivery.ts";
import { InstallationId } from "../../src/domain/ids.ts";

export const NOW = "2026-11-21T07:12:00.000Z";

/** A point in time `seconds` after NOW. */
export function at(seconds: number): string {
  return new Date(Date.parse(NOW) + seconds * 1_000).toISOString();
}

export function someDelivery(
  id: string,
  { lane = "issue:1#1", installation = 1, kind = "issue-reopened" } = {},
): Delivery {
  return Delivery.parse({
    id,
    installationId: installation,
    lane,
    event: kind === "installation-changed" ? { kind, change: "unsuspended", account: "acme" } : { kind },
    receivedAt: NOW,
  });
}

export const ACME = InstallationId.parse(1);
