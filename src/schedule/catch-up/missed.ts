import type { Octokit } from "../../github/octokit.ts";
import { z } from "zod";

import type { Instant } from "../../domain/ids.ts";

/** One try of GitHub's to deliver a webhook that did not end with a 2xx. */
export interface MissedDelivery {
  readonly id: number;
  /** The same for every try: the id under which the inbox knows it. */
  readonly guid: string;
  readonly event: string;
  readonly at: Instant;
}

const Listed = z.array(
  z
    .object({
      id: z.number(),
      guid: z.string(),
      delivered_at: z.string(),
      status_code: z.number(),
      event: z.string(),
      action: z.string().nullish(),
    })
    .transform(({ delivered_at: at, ...rest }) => ({ ...rest, at: new Date(at).toISOString() })),
);

const Detail = z.object({ request: z.object({ payload: z.record(z.string(), z.unknown()).nullish() }) });

/** 100 at a time. The newest come first: of more than this the oldest are not seen. */
const MOST_PAGES = 500;

export interface Missed {
  readonly missed: readonly MissedDelivery[];
  /** What GitHub's clock said: ours may be ahead of it. */
  readonly asOf: Instant;
  /** False when there was more than is listed. */
  readonly isWhole: boolean;
}

/** Tries that failed since then, oldest first, one for each webhook: its newest. Costs one request per hundred. */
export async function listMissed(octokit: Octokit, since: Instant, before: () => Promise<void>): Promise<Missed> {
  const newest = new Map<string, MissedDelivery>();
  let cursor: string | undefined;
  let asOf: Instant | undefined;
  let isWhole = false;
  for (let page = 0; page < MOST_PAGES && !isWhole; page += 1) {
    await before();
    const { data: answer, headers } = await octokit.request("GET /app/hook/deliveries", {
      per_page: 100,
      status: "failure",
      ...(cursor === undefined ? {} : { cursor }),
    });
    asOf ??= instantOf(headers.date);
    const tries = Listed.parse(answer);
    for (const { guid, id, event, at } of tries.filter((one) => hasFailed(one) && one.at >= since && isNews(one))) {
      if (!newest.has(guid)) newest.set(guid, { id, guid, event, at });
    }
    cursor = nextCursor(headers.link);
    isWhole = cursor === undefined || (tries.at(-1)?.at ?? "") < since;
  }
  return { missed: [...newest.values()].toReversed(), asOf: asOf ?? since, isWhole };
}

function instantOf(date: string | undefined): Instant | undefined {
  const ms = Date.parse(date ?? "");
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** What the webhook said; undefined when GitHub does not give it out, not any more, or not as it is known here. */
export async function readMissed(octokit: Octokit, id: number): Promise<Record<string, unknown> | undefined> {
  try {
    const { data: answer } = await octokit.request("GET /app/hook/deliveries/{delivery_id}", { delivery_id: id });
    return Detail.safeParse(answer).data?.request.payload ?? undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Asks GitHub to send it once more. What is older than three days it refuses to. */
export async function sendAgain(octokit: Octokit, id: number): Promise<void> {
  try {
    await octokit.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function hasFailed({ status_code: status }: { status_code: number }): boolean {
  return status < 200 || status >= 300;
}

/**
 * Not worth a request: an issue that is opened with a label is told of by that label's own webhook too, and of the others
 * the app never heeds one.
 */
function isNews({ event, action }: { event: string; action?: string | null | undefined }): boolean {
  if (event === "pull_request") return action === "closed";
  return !["issues.opened", "label.created"].includes(`${event}.${action}`);
}

function nextCursor(link: string | undefined): string | undefined {
  const next = /<(?<url>[^>]+)>; rel="next"/u.exec(link ?? "")?.groups?.["url"];
  return next === undefined ? undefined : (new URL(next).searchParams.get("cursor") ?? undefined);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "status" in error && (error.status === 404 || error.status === 422);
}
