import { z } from "zod";

import { InstallationId, type Instant } from "../../domain/ids.ts";
import { type Database, queryInstallation, withInstallation } from "../../store/database.ts";
import { keep, kept } from "../../store/kept.ts";
import type { ConfigReader, ReadConfig, RepositoryPlace } from "./read-config.ts";

/** The label that starts postmortems, as the configuration writes it, and what it was renamed to in a repository. */
const RenamedLabel = z.object({ written: z.string(), now: z.string() });

type Place = Pick<RepositoryPlace, "id" | "installationId">;

/** Reads configurations with the label as it is called now, until they name another one themselves. */
export function withRenamedLabels(reader: ConfigReader, database: Database): ConfigReader {
  return {
    ...reader,
    async readConfig(octokit, repository) {
      const [read, renamed] = await Promise.all([
        reader.readConfig(octokit, repository),
        renamedLabel(database, repository),
      ]);
      const { config } = read;
      if (renamed === undefined || !isSameLabel(renamed.written, config.label)) return read;
      return { ...read, config: { ...config, label: renamed.now }, writtenLabel: config.label };
    },
  };
}

/** From now on the label of this configuration goes by another name here; by its own again, if that is it. */
export async function rememberLabel(
  database: Database,
  { id, installationId }: Place,
  { read, name, now }: { read: ReadConfig; name: string; now: Instant },
): Promise<void> {
  const tenant = InstallationId.parse(installationId);
  const written = read.writtenLabel ?? read.config.label;
  const value = isSameLabel(written, name) ? undefined : { written, now: name };
  await withInstallation(database, tenant, (db) => keep(db, tenant, { key: keyOf(id), value, now }));
}

/** GitHub does not tell labels apart by case. */
export function isSameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

async function renamedLabel(
  database: Database,
  { id, installationId }: Place,
): Promise<z.infer<typeof RenamedLabel> | undefined> {
  const tenant = InstallationId.parse(installationId);
  const value = await queryInstallation(database, tenant, (db) => kept(db, tenant, keyOf(id)));
  return RenamedLabel.safeParse(value).data;
}

function keyOf(repositoryId: number): string {
  return `label:${repositoryId}`;
}
