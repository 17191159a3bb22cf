import type { Octokit } from "../../github/octokit.ts";
import { z } from "zod";

import { Delivery } from "../../domain/delivery.ts";
import type { Instant } from "../../domain/ids.ts";
import { accept } from "../../inbox/inbox.ts";
import type { Database } from "../../store/database.ts";

const Installations = z.array(z.object({ id: z.number(), suspended_at: z.string().nullish() }));

/**
 * Away for longer than GitHub keeps webhooks: every installation is asked to look at its repositories, by a delivery of
 * the app's own in the same inbox. Its id names the day, so that however often it is asked for, it is done once.
 */
export async function askForReconcile(
  { octokit, database, now }: { octokit: Octokit; database: Database; now: () => Instant },
  since: Instant,
  before: () => Promise<void>,
): Promise<number> {
  let asked = 0;
  for (let page = 1; ; page += 1) {
    await before();
    const { data: answer } = await octokit.request("GET /app/installations", { per_page: 100, page });
    const installations = Installations.parse(answer);
    for (const { id, suspended_at: suspendedAt } of installations) {
      if (typeof suspendedAt === "string") continue;
      const delivery = reconcileOf({ installationId: id, since, receivedAt: now() });
      if (await accept(database, delivery)) asked += 1;
    }
    if (installations.length < 100) return asked;
  }
}

function reconcileOf({
  installationId,
  since,
  receivedAt,
}: {
  installationId: number;
  since: Instant;
  receivedAt: Instant;
}): Delivery {
  const lane = `reconcile:${installationId}`;
  return Delivery.parse({
    id: `${lane}:${since}`,
    installationId,
    lane,
    event: { kind: "reconcile-due", since },
    receivedAt,
  });
}
