import { DEFAULT_CONFIG } from "./domain/config.ts";
import { Delivery } from "./domain/delivery.ts";
import type { Event } from "./domain/event.ts";
import { issueLane, type IssueRef } from "./domain/ids.ts";
import type { Postmortem } from "./domain/postmortem.ts";
import { accept } from "./inbox/inbox.ts";
import { isSameLabel, rememberLabel } from "./read/config/renamed-label.ts";
import type { ReadDeps } from "./read/deps.ts";
import { withInstallation } from "./store/database.ts";
import { postmortemsOfRepository } from "./store/postmortems.ts";

type LabelChanged = Extract<Event, { kind: "label-changed" }>;

/**
 * The label that starts postmortems was renamed, which is followed, or deleted. The latest open postmortem of the
 * repository is told, once, what to write in the configuration. Other labels cost no request.
 */
export async function followLabel(delivery: Delivery, event: LabelChanged, deps: ReadDeps): Promise<void> {
  const { repository, installationId } = delivery;
  if (repository === undefined) return;
  const known = await withInstallation(deps.database, installationId, (db) =>
    postmortemsOfRepository(db, installationId, repository.id),
  );
  if (known.length === 0 && !isSameLabel(event.before, DEFAULT_CONFIG.label)) return;
  const place = { ...repository, installationId };
  const read = await deps.config.readConfig(deps.octokit, place);
  const { label } = read.config;
  if (!isSameLabel(event.before, label)) return;
  await deps.repository.forget(place);
  const written = read.writtenLabel ?? label;
  if (event.after !== undefined) {
    await rememberLabel(deps.database, place, { read, name: event.after.name, now: deps.now });
    if (isSameLabel(event.after.name, written)) return;
  }
  const latest = latestOpen(known);
  if (latest !== undefined) await accept(deps.database, told(latest, event, delivery));
}

function latestOpen(postmortems: readonly Postmortem[]): IssueRef | undefined {
  return postmortems.findLast(({ issueState }) => issueState === "open")?.ref;
}

function told(ref: IssueRef, { before, after }: LabelChanged, cause: Delivery): Delivery {
  return Delivery.parse({
    id: `label:${cause.id.slice(0, 200)}`,
    installationId: ref.installationId,
    lane: issueLane(ref.repositoryId, ref.number),
    event: { kind: "label-told", before, after: after?.name },
    actor: cause.actor,
    issue: ref,
    receivedAt: cause.receivedAt,
  });
}
