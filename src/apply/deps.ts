import type { Octokit } from "../github/octokit.ts";

import type { DeliveryFacts, Self } from "../domain/facts.ts";
import type { InstallationId, Instant } from "../domain/ids.ts";
import type { Tell } from "../notify/tell.ts";
import type { Render } from "../render/render.ts";
import type { Database } from "../store/database.ts";
import type { Slots } from "./slot.ts";

/** What apply needs to carry changes out. */
export interface ApplyDeps {
  readonly octokit: Octokit;
  readonly database: Database;
  readonly installationId: InstallationId;
  readonly delivery: DeliveryFacts;
  readonly render: Render;
  readonly slots: Slots;
  readonly self: Self;
  readonly now: () => Instant;
  /** Ours may be on GitHub without our knowing: an attempt before this one was cut short, or the store is new. */
  readonly look: boolean;
  /** The body as it was read in this delivery: what put-body was spliced from. */
  readonly bodyRead: string | undefined;
  /** The text the plan was made from: without what an earlier attempt of this delivery had added. */
  readonly bodyPlanned: string | undefined;
  /** Labels that exist in the repository, so that a new one is made with its colour. */
  readonly knownLabels: readonly string[];
  /** Tells whoever runs the app; undefined where they set no address. */
  readonly notify?: Tell | undefined;
  /** How long a copy of GitHub may lag behind a write; undefined for the usual. */
  readonly settlesAfterMs?: number | undefined;
  readonly madeLabel: (label: string) => Promise<void>;
}
