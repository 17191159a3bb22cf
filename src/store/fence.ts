import { type Kysely, sql } from "kysely";

/** The PostgreSQL role the app works as: it can neither log in nor see a row without naming its tenant. */
export const TENANT_ROLE = "postmortem_tenant";

/**
 * Makes the role that row-level security binds. Superusers and owners are not bound by it, so the app never works as
 * them: its connections start as this role. Where the login may not create roles it is no superuser either, and
 * `force row level security` binds it as the owner.
 */
export async function createTenantRole(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    begin
      create role postmortem_tenant nologin;
    exception when duplicate_object or unique_violation or insufficient_privilege then null;
    end $$`.execute(db);
  await sql`
    do $$
    begin
      if exists (select 1 from pg_roles where rolname = 'postmortem_tenant')
        and not pg_has_role(current_user, 'postmortem_tenant', 'member') then
        execute format('grant postmortem_tenant to %I', current_user);
      end if;
    exception when insufficient_privilege then null;
    end $$`.execute(db);
}

/** Rows of `table` are seen by their own tenant, and by the inbox and the clock, which go across on their own path. */
export async function fenceTable(db: Kysely<unknown>, table: string): Promise<void> {
  const name = sql.table(table);
  await sql`alter table ${name} enable row level security`.execute(db);
  await sql`alter table ${name} force row level security`.execute(db);
  await sql`create policy tenant on ${name}
    using (installation_id = nullif(current_setting('app.installation_id', true), '')::bigint)`.execute(db);
  await sql`create policy across on ${name} using (current_setting('app.across', true) = 'on')`.execute(db);
}

/** Lets the tenant role reach the tables of the current schema; which rows is the policies' matter. */
export async function grantTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    begin
      if exists (select 1 from pg_roles where rolname = 'postmortem_tenant') then
        execute format('grant usage on schema %I to postmortem_tenant', current_schema());
        execute format('grant select, insert, update, delete on all tables in schema %I to postmortem_tenant',
          current_schema());
        execute format('grant usage on all sequences in schema %I to postmortem_tenant', current_schema());
      end if;
    end $$`.execute(db);
}
