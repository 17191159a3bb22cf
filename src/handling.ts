import { createHandleOf, type HandleParts } from "./handle.ts";
import { loadFeatures } from "./plan/load-features.ts";
import { createConfigReader } from "./read/config/read-config.ts";
import type { Readers } from "./read/deps.ts";
import { createHotspots } from "./read/hotspots.ts";
import { loadTaxonomy } from "./read/load-taxonomy.ts";
import { createRepositoryReader } from "./read/repository.ts";
import { createReadRole } from "./read/role.ts";
import { createReadTeam } from "./read/team.ts";
import { createRender, readTemplate } from "./render/render.ts";
import type { HandleDeps } from "./server/start.ts";
import type { Handle } from "./server/work.ts";

/** Configuration and templates are believed this long before GitHub is asked whether they changed. */
const CONFIG_TTL_MS = 300_000;

/** Handling with everything it draws on: features from disk, templates, taxonomy, caches. */
export async function createHandle({ database, github, self, env, now }: HandleDeps): Promise<Handle> {
  return createHandleOf({
    ...(await createWordsAndRules(() => now().getTime())),
    database,
    self,
    now,
    octokitFor: (installationId) => github.octokitFor(installationId),
    webhookSecrets: env.credentials.webhookSecrets,
    webUrl: webUrlOf(env.githubApiUrl),
  });
}

/** What neither store nor credentials are needed for: the command line uses it too. */
export async function createWordsAndRules(
  clock: () => number,
): Promise<Pick<HandleParts, "registry" | "render" | "readers">> {
  const readers: Readers = {
    config: createConfigReader({ now: clock, ttlMs: CONFIG_TTL_MS }),
    template: { readTemplate: async () => ({ markdown: readTemplate("postmortem/sections.md") }) },
    repository: createRepositoryReader(clock),
    role: createReadRole(clock),
    team: createReadTeam(clock),
    hotspots: createHotspots(await loadTaxonomy()),
  };
  return { registry: await loadFeatures(), render: createRender(), readers };
}

/** Where people read what the API serves: github.com, or the host of an Enterprise Server without its `/api/v3`. */
export function webUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (url.hostname === "api.github.com") return "https://github.com";
  return `${url.origin}${url.pathname.replace(/\/api\/v3\/?$/u, "").replace(/\/$/u, "")}`;
}
