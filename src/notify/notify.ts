import type { ChangeOf } from "../domain/change.ts";
import type { Env } from "../env.ts";
import { createSlack } from "./slack.ts";
import { createWebhook } from "./webhook.ts";
import type { Tell, TellDeps } from "./tell.ts";

/** Everywhere that whoever runs the app wants to be told; undefined when that is nowhere. */
export function createNotify(
  { slackWebhookUrl, notifyWebhook }: Pick<Env, "slackWebhookUrl" | "notifyWebhook">,
  deps: TellDeps & { readonly now: () => Date },
): Tell | undefined {
  const places = [
    ...(slackWebhookUrl === undefined ? [] : [createSlack({ url: slackWebhookUrl, ...deps })]),
    ...(notifyWebhook === undefined ? [] : [createWebhook({ ...notifyWebhook, ...deps })]),
  ];
  if (places.length === 0) return undefined;
  return async (told: ChangeOf<"notify">) => void (await Promise.all(places.map(async (tell) => tell(told))));
}
