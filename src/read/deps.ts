import type { Octokit } from "../github/octokit.ts";

import type { Slots } from "../apply/slot.ts";
import type { Config } from "../domain/config.ts";
import type { Issue, Self } from "../domain/facts.ts";
import type { InstallationId, Instant } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import type { Archive } from "./archive.ts";
import type { ConfigReader } from "./config/read-config.ts";
import type { Hotspots } from "./hotspots.ts";
import type { RepositoryReader } from "./repository.ts";
import type { ReadRole } from "./role.ts";
import type { ReadTeam } from "./team.ts";
import type { ReadUpstream } from "./upstream.ts";

/** What lives as long as the app: caches of what was read. */
export interface Readers {
  readonly config: ConfigReader;
  readonly template: TemplateReader;
  readonly repository: RepositoryReader;
  readonly role: ReadRole;
  readonly team: ReadTeam;
  readonly hotspots: Hotspots;
  readonly archive: Archive;
  readonly upstream: ReadUpstream;
}

/** What reading for one delivery may draw on. */
export interface ReadDeps extends Readers {
  readonly octokit: Octokit;
  readonly database: Database;
  readonly installationId: InstallationId;
  readonly self: Self;
  readonly slots: Slots;
  readonly now: Instant;
  /** Where people read GitHub, without a slash at the end. */
  readonly webUrl: string;
  /** GitHub is asked for the issue, whatever is known of it. */
  readonly mustLook?: boolean;
}

/** Gives the incident template of a repository, rendered for one issue. */
export interface TemplateReader {
  readTemplate(
    octokit: Octokit,
    repository: { readonly repositoryId: number; readonly owner: string; readonly repo: string },
    view: { readonly issue: Issue; readonly config: Config },
  ): Promise<{ readonly markdown: string; readonly problem?: string }>;
}
