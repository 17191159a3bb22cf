import type { LogEntry } from "../../src/sandbox/front.ts";
import type { Delivery } from "../../src/sandbox/hook-sender.ts";
import type { SandboxProcess } from "./sandbox-process.ts";

export interface Happened {
  /** Requests of everybody, in order. */
  readonly log: readonly LogEntry[];
  /** GitHub's tries to deliver webhooks. */
  readonly deliveries: readonly Delivery[];
}

/**
 * Whatever concerns one issue (`owner/name#1`), a line each, in order: who asked GitHub for what, and what became of each
 * webhook. For whoever has to find out why something was lost.
 */
export async function storyOf(place: string, happened: Happened, sandbox: SandboxProcess): Promise<string[]> {
  const [repository = "", number = ""] = place.split("#");
  const { repositories } = await sandbox.state();
  const id = repositories.find(({ name }) => name === repository)?.id;
  const asked = happened.log
    .filter(({ path }) => new RegExp(`^/repos/${repository}/issues/(?:${number}\\b|comments/)`, "u").test(path))
    .map(({ at, actor, method, path, status, fault }) => [at, `${actor} ${method} ${path} ${status} ${fault ?? ""}`]);
  const told: string[][] = [];
  for (const { id: delivery, guid, event, action, statusCode, deliveredAt } of happened.deliveries.filter(
    ({ repositoryId }) => repositoryId === id,
  )) {
    const { body } = (await sandbox.press("GET", `/deliveries/${delivery}`)) as { body: string };
    const payload = JSON.parse(body) as { issue?: { number: number }; sender?: { login: string } };
    if (String(payload.issue?.number) !== number) continue;
    told.push([
      deliveredAt,
      `webhook ${event}.${action} by ${payload.sender?.login} ${statusCode} ${guid} try ${delivery}`,
    ]);
  }
  return [...asked, ...told]
    .toSorted(([a = ""], [b = ""]) => Date.parse(a) - Date.parse(b))
    .map((line) => line.join(" "));
}
