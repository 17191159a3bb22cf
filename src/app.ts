import type { Probot } from "probot";

import type { Delivery } from "./domain/delivery.ts";
import type { Log } from "./server/log.ts";
import type { Metrics } from "./server/metrics.ts";
import { translateAll } from "./webhook/translate.ts";

/**
 * The webhooks we hear. `app.yml` subscribes to the same ones, but for those GitHub always sends (`ALWAYS_SENT`) and those
 * that need a permission which is not asked for by default (`WHERE_GRANTED`).
 */
export const HEARD = [
  "installation",
  "installation_repositories",
  "installation_target",
  "issue_comment",
  "issues",
  "label",
  "pull_request",
  "repository",
  "sub_issues",
] as const;

/** GitHub sends these to every app, asked or not, and refuses a manifest that names them. */
export const ALWAYS_SENT: readonly string[] = ["installation", "installation_repositories", "installation_target"];

/** An operator who grants `pull_requests: read` can subscribe to these too: a merge is told at once. */
export const WHERE_GRANTED: readonly string[] = ["pull_request"];

export function isHeard(name: string): name is (typeof HEARD)[number] {
  return HEARD.some((heard) => heard === name);
}

export interface AppDeps {
  /** Keeps a delivery durably. False when it was here already. Rejects when it could not be kept. */
  readonly accept: (delivery: Delivery) => Promise<boolean>;
  /** Who we are on GitHub, as far as known by now. */
  readonly whoami: () => { readonly appId: number; readonly login?: string | undefined };
  readonly now: () => Date;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The Probot function: each webhook we hear goes straight into the inbox, in our own words. */
export function createApp(deps: AppDeps): (probot: Probot) => void {
  return function app(probot) {
    probot.on([...HEARD], async ({ id, name, payload }) => {
      const { appId, login } = deps.whoami();
      const receivedAt = deps.now().toISOString();
      const deliveries = translateAll({ id, name, payload, selfAppId: appId, selfLogin: login, receivedAt });
      if (deliveries.length === 0) deps.metrics.count("deliveries", { outcome: "ignored" });
      for (const delivery of deliveries) {
        const isNew = await deps.accept(delivery);
        deps.metrics.count("deliveries", { outcome: isNew ? "accepted" : "duplicate" });
        deps.log.debug({ delivery: delivery.id, event: delivery.event.kind, isNew }, "delivery accepted");
      }
    });
  };
}
