import type { Generated } from "kysely";

export type DatabaseKind = "sqlite" | "postgres";

// Rules of every table: installation_id is the tenant and the fence; times are UTC ISO-8601 text;
// JSON is text, parsed by the file that owns the table; ids of GitHub are integers below 2^53.

/** One delivery and how far it got. `waiting` → `running` → `done`, back to `waiting` on failure, or `buried`. */
export interface InboxTable {
  /** Order of arrival. */
  seq: Generated<number>;
  id: string;
  installation_id: number;
  lane: string;
  kind: string;
  state: Generated<"waiting" | "running" | "done" | "buried">;
  delivery: string;
  run_at: string;
  /** How often it was handed to a worker, this round. */
  attempts: Generated<number>;
  /** Failures that count towards giving up. */
  tries: Generated<number>;
  /** How often its worker died. */
  crashes: Generated<number>;
  worker: string | null;
  lease_until: string | null;
  /** Coalescing rows: not to be put off beyond this. */
  deadline: string | null;
  /** Coalescing rows: armed again while running. */
  rearm_at: string | null;
  finished_at: string | null;
  /** Why it was buried, or what went wrong last. */
  reason: string | null;
}

export interface ParkedTable {
  installation_id: number;
  until: string;
}

export interface PostmortemsTable {
  installation_id: number;
  repository_id: number;
  number: number;
  stage: string;
  severity: number | null;
  category: string | null;
  issue_state: string;
  opened_at: string;
  closed_at: string | null;
  /** The whole postmortem. */
  state: string;
}

export interface PreventiveActionsTable {
  installation_id: number;
  repository_id: number;
  number: number;
  key: string;
  owner: string | null;
  due: string | null;
  status: string;
  tracked_by: string | null;
}

export interface SeatsTable {
  installation_id: number;
  repository_id: number;
  number: number;
  function: string;
  login: string;
  given_at: string;
}

export interface AbsencesTable {
  installation_id: number;
  repository_id: number;
  number: number;
  who: string;
  from_day: string;
  until_day: string;
}

export interface TenantsTable {
  installation_id: number;
  account: string;
  suspended_at: string | null;
  schedule: string | null;
  digest_week: string | null;
  reminders_day: string | null;
}

export interface RepositoriesTable {
  installation_id: number;
  id: number;
  owner: string;
  name: string;
  visibility: string;
  archived: number;
}

export interface OutcomesTable {
  installation_id: number;
  delivery_id: string;
  change_key: string;
  result: string;
  at: string;
}

export interface KeptTable {
  installation_id: number;
  key: string;
  value: string;
  at: string;
}

export interface Schema {
  inbox: InboxTable;
  parked: ParkedTable;
  postmortems: PostmortemsTable;
  preventive_actions: PreventiveActionsTable;
  seats: SeatsTable;
  absences: AbsencesTable;
  tenants: TenantsTable;
  repositories: RepositoriesTable;
  outcomes: OutcomesTable;
  kept: KeptTable;
}

/** Every table, children first. A test compares it with what the migrations made. */
export const TABLES = [
  "preventive_actions",
  "seats",
  "absences",
  "postmortems",
  "outcomes",
  "kept",
  "repositories",
  "parked",
  "inbox",
  "tenants",
] as const satisfies readonly (keyof Schema)[];
