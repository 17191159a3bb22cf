import { createHmac } from "node:crypto";

import type { ChangeOf } from "../domain/change.ts";
import { createTell, type Letter, NotTold, type Tell, type TellDeps } from "./tell.ts";

export interface WebhookDeps extends TellDeps {
  /** The operator's, from the environment and from nowhere else. */
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly now: () => Date;
}

/**
 * Sends notices as JSON to an address of the operator's, signed as Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks) describes it: libraries in many languages check it. A notice
 * has the same `webhook-id` whichever process tells it.
 */
export function createWebhook({ url, secret, now, ...deps }: WebhookDeps): Tell {
  return createTell("the notification webhook", (told) => letterOf(told, { url, secret, now: now() }), deps);
}

function letterOf(
  { installationId, notice }: ChangeOf<"notify">,
  { url, secret, now }: { readonly url: string; readonly secret: string; readonly now: Date },
): Letter {
  const { type, heading, lines, link } = notice;
  const body = JSON.stringify({ type, timestamp: now.toISOString(), data: { heading, lines, link } });
  const id = `${installationId}.${notice.slot}`;
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/u, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    url: allowed(url),
    headers: { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` },
    body,
  };
}

function allowed(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "https:" || parsed.username !== "" || parsed.password !== "")
    throw new NotTold("NOTIFY_WEBHOOK_URL is not an https address without a password");
  return parsed;
}
