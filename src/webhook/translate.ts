import { type Actor, GHOST } from "../domain/actor.ts";
import { defined } from "../domain/defined.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Event } from "../domain/event.ts";
import { DeliveryId, issueLane } from "../domain/ids.ts";
import { commentEvent, type IsOurs, issueEvent, type IssueEvent, subIssueEvent } from "./issue-event.ts";
import { Envelope, NewComment, type Repository, type User } from "./payloads.ts";
import {
  installationEvent,
  installedRepositories,
  labelEvent,
  ownerEvent,
  pullRequestEvent,
  repositoryEvent,
} from "./surroundings-event.ts";

/** A webhook as it came in, and who we are. */
export interface Webhook {
  /** `X-GitHub-Delivery`: the same again when GitHub sends it again. */
  readonly id: string;
  /** `X-GitHub-Event`. */
  readonly name: string;
  readonly payload: unknown;
  readonly selfAppId?: number | undefined;
  /** Our login on GitHub, `name[bot]`. */
  readonly selfLogin?: string | undefined;
  readonly receivedAt: string;
  /** Told why a webhook is nothing to us. */
  readonly because?: (reason: string) => void;
}

/** GitHub's payload in our words, or undefined when it is nothing to us. Never throws, whatever comes in. */
export function translate(webhook: Webhook): Delivery | undefined {
  return translateAll(webhook)[0];
}

/** As `translate`; more than one only when repositories are added to or taken from an installation together. */
export function translateAll(webhook: Webhook): readonly Delivery[] {
  const id = DeliveryId.safeParse(webhook.id);
  const envelope = Envelope.safeParse(webhook.payload);
  if (!id.success || !envelope.success) return nothing(webhook, "it has no action, installation or readable sender");
  const actor = actorOf(envelope.data.sender, webhook);
  if (actor.kind === "self") return nothing(webhook, "we did it ourselves");
  const base = {
    id: id.data,
    installationId: envelope.data.installation.id,
    lane: `installation:${envelope.data.installation.id}`,
    actor,
    receivedAt: webhook.receivedAt,
  };
  if (webhook.name === "installation_repositories") return perRepository(base, webhook.payload);
  const delivery = single(base, webhook, envelope.data);
  return delivery === undefined ? nothing(webhook, "this action is nothing to us") : [delivery];
}

type Base = Omit<Delivery, "event" | "issue" | "repository">;

function single(base: Base, webhook: Webhook, { action, repository }: Envelope): Delivery | undefined {
  if (webhook.name === "installation" || webhook.name === "installation_target") {
    const event = (webhook.name === "installation" ? installationEvent : ownerEvent)(action, webhook.payload);
    return event && { ...base, event };
  }
  if (repository === undefined) return undefined;
  const ofIssue = issueEventOf(webhook, action, repository);
  if (ofIssue !== undefined) return inIssue(base, ofIssue, repository);
  const event = repositoryEventOf(webhook, action, repository);
  return event && { ...base, event, repository: plain(repository) };
}

function issueEventOf(webhook: Webhook, action: string, repository: Repository): IssueEvent | undefined {
  if (webhook.name === "issues") return issueEvent(action, webhook.payload);
  if (webhook.name === "issue_comment") return commentEvent(action, webhook.payload, oursFor(webhook));
  return webhook.name === "sub_issues" ? subIssueEvent(action, webhook.payload, repository) : undefined;
}

function repositoryEventOf(webhook: Webhook, action: string, repository: Repository): Event | undefined {
  if (webhook.name === "pull_request") return pullRequestEvent(action, webhook.payload);
  if (webhook.name === "repository") return repositoryEvent(action, repository, webhook.payload);
  return webhook.name === "label" ? labelEvent(action, webhook.payload) : undefined;
}

function inIssue(base: Base, { event, number, shows, asOf }: IssueEvent, repository: Repository): Delivery {
  const { installationId } = base;
  const { id: repositoryId, owner, repo } = repository;
  const issue = { installationId, repositoryId, owner, repo, number };
  return {
    ...base,
    lane: issueLane(repositoryId, number),
    event,
    issue,
    repository: plain(repository),
    ...defined({ shows, asOf }),
  };
}

/** One webhook names many repositories: each gets a delivery of its own, with an id that comes out the same again. */
function perRepository(base: Base, payload: unknown): Delivery[] {
  const deliveries: Delivery[] = [];
  for (const { event, repository } of installedRepositories(payload)) {
    const id = deliveries.length === 0 ? base.id : DeliveryId.parse(`${base.id.slice(0, 200)}:${repository.id}`);
    deliveries.push({ ...base, id, event, repository: plain(repository) });
  }
  return deliveries;
}

function plain({ id, owner, repo }: Repository): { id: number; owner: string; repo: string } {
  return { id, owner, repo };
}

/** Who did it. Our own comment is known by its app even before we know our login. */
function actorOf(sender: User | null | undefined, webhook: Webhook): Actor {
  if (!sender) return GHOST;
  const { id, login, type } = sender;
  if (login === webhook.selfLogin || isOwnComment(webhook)) return { id, login, kind: "self" };
  return { id, login, kind: type === "Bot" || login.endsWith("[bot]") ? "bot" : "person" };
}

/** Only of a new comment: in an edited one the mark says who wrote it, not who edited it. */
function isOwnComment({ name, payload, selfAppId }: Webhook): boolean {
  if (name !== "issue_comment" || selfAppId === undefined) return false;
  return NewComment.safeParse(payload).data?.comment.performed_via_github_app?.id === selfAppId;
}

function oursFor({ selfAppId, selfLogin }: Webhook): IsOurs {
  return ({ user, performed_via_github_app: mark }) =>
    (mark !== null && mark !== undefined && mark.id === selfAppId) ||
    (user?.login !== undefined && user.login === selfLogin);
}

function nothing(webhook: Webhook, reason: string): [] {
  webhook.because?.(reason);
  return [];
}
