import { defined } from "./domain/defined.ts";
import { Delivery } from "./domain/delivery.ts";
import type { Event } from "./domain/event.ts";
import { issueLane, type IssueRef } from "./domain/ids.ts";
import { accept } from "./inbox/inbox.ts";
import { type Database, withInstallation } from "./store/database.ts";
import { postmortemsOfInstallation, postmortemsTrackedBy } from "./store/postmortems.ts";

/**
 * An issue was closed, reopened, moved or deleted that may track a preventive action: each postmortem that has it so gets
 * a delivery in its own lane. The id is made from the event's, so that an event that comes again tells nothing twice.
 */
export async function tellTrackers(delivery: Delivery, database: Database): Promise<void> {
  const { event, issue, installationId } = delivery;
  if (event.kind === "pull-request-merged") return tellMerge(delivery, event, database);
  const told = issue === undefined ? undefined : childEvent(event, issue);
  if (issue === undefined || told === undefined) return;
  const tracking = await withInstallation(database, installationId, (db) =>
    postmortemsTrackedBy(db, installationId, issue),
  );
  for (const { ref } of tracking) await accept(database, toldTo(ref, told, delivery));
}

/** What happened to an issue, as whoever tracks an action by it is told. */
function childEvent(event: Event, { repositoryId, owner, repo, number }: IssueRef): Event | undefined {
  const child = { repositoryId, owner, repo, number };
  switch (event.kind) {
    case "issue-closed":
      return { kind: "sub-issue-changed", child, change: "closed", ...defined({ stateReason: event.stateReason }) };
    case "issue-reopened":
      return { kind: "sub-issue-changed", child, change: "reopened" };
    case "issue-deleted":
      return { kind: "sub-issue-changed", child, change: "gone" };
    case "issue-transferred":
      return event.to && { kind: "sub-issue-changed", child: event.to, change: "moved", from: child };
    default:
      return undefined;
  }
}

type Merge = Extract<Event, { kind: "pull-request-merged" }>;

/** Heard only where the operator let the app hear of pull requests. */
async function tellMerge(delivery: Delivery, merge: Merge, database: Database): Promise<void> {
  const { installationId, repository } = delivery;
  if (repository === undefined) return;
  const name = `${repository.owner}/${repository.repo}#${merge.number}`;
  const all = await withInstallation(database, installationId, (db) => postmortemsOfInstallation(db, installationId));
  for (const { ref, actions } of all) {
    const isLinked = actions.some(({ links = [] }) => links.includes(name));
    // A pull request speaks for postmortems of its own repository only: whoever may merge there may write there.
    const places = ref.repositoryId === repository.id ? placesNamed(merge, ref.number) : [];
    const evidence = `${name} (${merge.mergeCommit.slice(0, 7)})`;
    const told = places.map((place): Event => ({ kind: "merge-told", evidence, place }));
    for (const event of isLinked ? [...told, { kind: "merge-told", evidence } as const] : told)
      await accept(database, toldTo(ref, event, delivery));
  }
}

/** `#12 action 2` in a pull request's title or text. */
function placesNamed({ title, body }: Merge, number: number): number[] {
  const named = `${title}\n${body}`.matchAll(/#(?<number>\d{1,9})[\s,:]+action\s+#?(?<place>\d{1,3})\b/giu);
  const places = [...named].flatMap(({ groups }) =>
    Number(groups?.["number"]) === number ? [Number(groups?.["place"])] : [],
  );
  return [...new Set(places)].filter((place) => place > 0);
}

function toldTo(ref: IssueRef, event: Event, cause: Delivery): Delivery {
  const place = `${ref.repositoryId}#${ref.number}`;
  const nth = event.kind === "merge-told" && event.place !== undefined ? `:${event.place}` : "";
  return Delivery.parse({
    id: `told:${cause.id.slice(0, 150)}:${place}${nth}`,
    installationId: ref.installationId,
    lane: issueLane(ref.repositoryId, ref.number),
    event,
    actor: cause.actor,
    issue: ref,
    receivedAt: cause.receivedAt,
  });
}
