import { defined } from "./domain/defined.ts";
import { InstallationId } from "./domain/ids.ts";
import type { ConfiguredEnv } from "./env.ts";
import type { GitHub, Self } from "./github/client.ts";
import { createHandleOf, type HandleParts } from "./handle.ts";
import { createNotify } from "./notify/notify.ts";
import { loadFeatures } from "./plan/load-features.ts";
import { createArchive } from "./read/archive.ts";
import { createConfigReader, type LastGood } from "./read/config/read-config.ts";
import { withRenamedLabels } from "./read/config/renamed-label.ts";
import type { Readers } from "./read/deps.ts";
import { createHotspots } from "./read/hotspots.ts";
import { loadTaxonomy } from "./read/load-taxonomy.ts";
import { createRepositoryReader } from "./read/repository.ts";
import { createReadRole } from "./read/role.ts";
import { createReadTeam } from "./read/team.ts";
import { createReadUpstream } from "./read/upstream.ts";
import { createTemplateReader } from "./read/template/read-template.ts";
import { createRender } from "./render/render.ts";
import type { Log } from "./server/log.ts";
import type { Handle } from "./server/work.ts";
import { type Database, queryInstallation, withInstallation } from "./store/database.ts";
import { keep, kept } from "./store/kept.ts";
import { createShelf, type Shelf } from "./store/shelf.ts";
import { webUrlOf } from "./web/manifest.ts";

/** Configuration and templates are believed this long before GitHub is asked whether they changed. */
const CONFIG_TTL_MS = 300_000;

/** What the work on a delivery may draw on. */
export interface HandleDeps {
  readonly database: Database;
  readonly github: GitHub;
  readonly self: () => Promise<Self>;
  readonly env: ConfiguredEnv;
  readonly log: Log;
  readonly now: () => Date;
}

/** Handling with everything it draws on: features from disk, templates, taxonomy, caches. */
export async function createHandle(
  { database, github, self, env, now, log }: HandleDeps,
  others: Pick<HandleParts, "breaker" | "notify"> = {},
): Promise<Handle> {
  const { readers, ...words } = await createWordsAndRules(() => now().getTime(), {
    lastGood: lastGoodIn(database, now),
    shelf: createShelf(database),
  });
  return createHandleOf({
    ...words,
    readers: { ...readers, config: withRenamedLabels(readers.config, database) },
    database,
    self,
    now,
    octokitFor: (installationId) => github.octokitFor(installationId),
    webhookSecrets: env.credentials.webhookSecrets,
    webUrl: webUrlOf(env.githubApiUrl),
    notify: createNotify(env, { log, now }),
    ...others,
  });
}

/** What neither store nor credentials are needed for: the command line uses it too. */
export async function createWordsAndRules(
  clock: () => number,
  { lastGood, shelf }: { readonly lastGood?: LastGood; readonly shelf?: Shelf } = {},
): Promise<Pick<HandleParts, "registry" | "render" | "readers">> {
  const readers: Readers = {
    config: createConfigReader({ now: clock, ttlMs: CONFIG_TTL_MS, shelf, ...defined({ lastGood }) }),
    template: createTemplateReader({ now: clock, ttlMs: CONFIG_TTL_MS }),
    repository: createRepositoryReader(clock, shelf),
    role: createReadRole(clock, shelf),
    team: createReadTeam(clock),
    hotspots: createHotspots(await loadTaxonomy()),
    archive: createArchive(clock),
    upstream: createReadUpstream(clock),
  };
  return { registry: await loadFeatures(), render: createRender(), readers };
}

/** The last configuration that could be used outlives a restart. */
function lastGoodIn(database: Database, now: () => Date): LastGood {
  return {
    kept: ({ installationId, id }) => {
      const tenant = InstallationId.parse(installationId);
      return queryInstallation(database, tenant, (db) => kept(db, tenant, `config:${id}`));
    },
    keep: ({ installationId, id }, value) => {
      const tenant = InstallationId.parse(installationId);
      return withInstallation(database, tenant, (db) =>
        keep(db, tenant, { key: `config:${id}`, value, now: now().toISOString() }),
      );
    },
  };
}
