import { z } from "zod";

import type { Actor, Role } from "./actor.ts";
import type { Config } from "./config.ts";
import type { Event } from "./event.ts";
import type { Category, Classification } from "./hotspot.ts";
import type { InstallationId, Instant, IssueRef } from "./ids.ts";
import type { Absence, Postmortem } from "./postmortem.ts";
import type { Day, PreventiveAction } from "./preventive-action.ts";
import type { SeenIssue } from "./seen-issue.ts";

/** An issue as GitHub shows it now; read last, so that what we write is spliced into what is there. */
export interface Issue extends SeenIssue {
  readonly ref: IssueRef;
}

export const Visibility = z.enum(["public", "internal", "private"]);
export type Visibility = z.infer<typeof Visibility>;

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly visibility: Visibility;
  /** The labels that exist in it. */
  readonly labels: readonly string[];
}

/** A function with its teams expanded to people, in the order of the configuration. */
export interface TeamFunction {
  readonly name: string;
  readonly people: readonly string[];
  readonly affinity: readonly string[];
  readonly lead?: string;
}

export interface Load {
  /** Open postmortems on which the person holds a seat, in all repositories of the installation. */
  readonly open: number;
  /** Seats given in the last 90 days. */
  readonly recent: number;
}

export interface TeamFacts {
  readonly functions: readonly TeamFunction[];
  readonly loads: ReadonlyMap<string, Load>;
  readonly absences: readonly Absence[];
}

/** An earlier action in the same category that is still open or was dropped. */
export interface EarlierAction {
  readonly postmortem: Pick<Postmortem, "ref" | "title" | "url" | "openedAt">;
  readonly action: PreventiveAction;
}

/** An earlier postmortem that reads alike, with the words in common. */
export interface RelatedPostmortem {
  readonly postmortem: Pick<Postmortem, "ref" | "title" | "url" | "actions">;
  readonly words: readonly string[];
}

/** An upstream issue that the text names, `kubernetes/kubernetes#57992`; title and state where GitHub let us read it. */
export interface UpstreamFacts {
  readonly name: string;
  readonly title?: string;
  readonly state?: "open" | "closed";
}

export interface DeliveryFacts {
  readonly id: string;
  /** 1 at the first attempt. */
  readonly attempt: number;
}

export interface Self {
  readonly appId: number;
  readonly login: string;
}

/** Another repository of the installation, and what the actor may do there. */
export interface ElsewhereFacts {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
  readonly visibility: Visibility;
  readonly role: Role;
}

/** All a plan may look at when something happened to an issue. */
export interface IssueFacts {
  readonly kind: "issue";
  readonly now: Instant;
  /** Today in the configured time zone. */
  readonly today: Day;
  readonly delivery: DeliveryFacts;
  readonly event: Event;
  readonly actor: Actor;
  /** What the actor may do in this repository; read only where a rule or command needs it. */
  readonly role: Role;
  readonly self: Self;
  readonly issue: Issue;
  readonly repository: Repository;
  readonly config: Config;
  /** One sentence when the configuration on the default branch could not be used. */
  readonly configProblem?: string;
  /** The incident template rendered for this issue. */
  readonly template: string;
  readonly postmortem?: Postmortem;
  /** The postmortem as it was read, before any rule or command of this delivery. */
  readonly stored?: Postmortem;
  readonly team: TeamFacts;
  readonly categories: readonly Category[];
  readonly classification?: Classification;
  /** Our last write of the body and the text it was spliced from. */
  readonly lastWrite?: { readonly base: string; readonly wrote: string };
  /** The body as GitHub has it, where an earlier attempt of this delivery has written it and `issue.body` is the text before. */
  readonly bodyNow?: string;
  readonly earlier: readonly EarlierAction[];
  /** The issue that tracks an action and has just changed, as it is now. */
  readonly tracker?: { readonly name: string; readonly state: "open" | "closed"; readonly stateReason?: string };
  /** Other repositories that a command of this comment names, by `owner/repo` in lower case. */
  readonly elsewhere?: ReadonlyMap<string, ElsewhereFacts>;
  /** Links of ticked actions that show a delivery, as `owner/repo#7`. */
  readonly proofs?: readonly string[];
  /** Who of those named in a reminder may be mentioned: people with a part in this repository. Lower case. */
  readonly mentionable?: readonly string[];
  readonly related: readonly RelatedPostmortem[];
  readonly upstream?: readonly UpstreamFacts[];
}

/** All a plan may look at when a week is over: the digest's facts. */
export interface WeekFacts {
  readonly kind: "week";
  readonly now: Instant;
  readonly delivery: DeliveryFacts;
  readonly event: Event;
  readonly self: Self;
  /** ISO week, `2026-W47`, with its bounds in the configured zone. */
  readonly week: { readonly name: string; readonly from: Instant; readonly until: Instant };
  readonly timeZone: string;
  readonly config: Config;
  readonly home: {
    readonly installationId: InstallationId;
    readonly repositoryId: number;
    readonly owner: string;
    readonly repo: string;
    readonly visibility: Visibility;
  };
  /** Where people read GitHub: `https://github.com`. */
  readonly webUrl: string;
  /** Only what the home's readers may know. */
  readonly postmortems: readonly Postmortem[];
  /** How many were left out because their audience is narrower. */
  readonly withheld: number;
  readonly categories: readonly (Category & {
    readonly advice: readonly { readonly text: string; readonly source: string }[];
  })[];
  readonly functions: readonly TeamFunction[];
  readonly absences: readonly Absence[];
  /** The digest issue of an earlier week that is still open. */
  readonly previous: readonly { readonly number: number; readonly url: string }[];
}

/** What concerns a whole tenant: installed, suspended, a repository renamed. */
export interface TenantFacts {
  readonly kind: "tenant";
  readonly now: Instant;
  readonly delivery: DeliveryFacts;
  readonly event: Event;
  readonly installationId: InstallationId;
  /** Read only when reminders are due. */
  readonly reminding?: RemindingFacts;
}

/** What is looked at to choose whom to remind on a day, across all repositories of a tenant. */
export interface RemindingFacts {
  readonly postmortems: readonly Postmortem[];
  /** By repository id; one that could not be read is left out, and nobody is reminded there today. */
  readonly settings: ReadonlyMap<number, { readonly config: Config; readonly functions: readonly TeamFunction[] }>;
}

export type Facts = IssueFacts | WeekFacts | TenantFacts;
