import { readFileSync } from "node:fs";

import { z } from "zod";

const ROOT = new URL("../", import.meta.url);

/** Licences that let anybody use and pass on the app as it is; each is in use by a runtime package. */
export const LICENCES: readonly string[] = ["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"];

const Manifest = z.object({
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
});

/** The licence that an installed package names, or undefined. `path` is its place in the lockfile. */
export function licenceOf(path: string): string | undefined {
  const manifest = readManifest(path);
  if (manifest === undefined) return undefined;
  const { license, licenses } = Manifest.parse(manifest);
  if (typeof license === "string") return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(" AND ");
}

function readManifest(path: string): unknown {
  try {
    return JSON.parse(readFileSync(new URL(`${path}/package.json`, ROOT), "utf8"));
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { packages } = z
    .object({
      packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), devOptional: z.boolean().optional() })),
    })
    .parse(JSON.parse(readFileSync(new URL("package-lock.json", ROOT), "utf8")));
  const counts = new Map<string, number>();
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (path === "" || dev === true || devOptional === true) continue;
    const licence = licenceOf(path) ?? "(not installed here)";
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  for (const [licence, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${count}\t${licence}`);
}
