import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { licenceOf, LICENCES } from "./licences.ts";

const ROOT = new URL("../", import.meta.url);

/** More than these, and somebody should ask whether all of them are needed. */
export const MOST_PACKAGES = 125;

const Entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  optional: z.boolean().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const Lockfile = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), Entry) });
export type Lockfile = z.infer<typeof Lockfile>;

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Where it lies, `node_modules/pino`. */
  readonly path: string;
  readonly optional: boolean;
}

export interface Chain {
  /** What `npm ci --omit=dev` installs, once per name and version. */
  readonly runtime: readonly Package[];
  readonly faults: readonly string[];
}

export function readLockfile(url: URL = new URL("package-lock.json", ROOT)): Lockfile {
  return Lockfile.parse(JSON.parse(readFileSync(url, "utf8")));
}

/**
 * Looks through the lockfile: every package has a checksum and comes from a registry, and none that runs with the app
 * brings a script of its own to run at installation. `licence` tells the licence of an installed package.
 */
export function checkChain({ packages }: Lockfile, licence: (path: string) => string | undefined): Chain {
  const all = Object.entries(packages).filter(([path]) => path !== "");
  const faults = all.flatMap(([path, entry]) => sourceFaults(path, entry));
  const runtime = new Map<string, Package>();
  for (const [path, entry] of all) {
    if (entry.dev === true || entry.devOptional === true) continue;
    const name = path.split("node_modules/").at(-1) ?? path;
    const version = entry.version ?? "?";
    runtime.set(`${name}@${version}`, { name, version, path, optional: entry.optional === true });
    if (entry.hasInstallScript === true) faults.push(`${name}@${version} runs a script when it is installed`);
    const found = licence(path);
    // An optional package may not be installed here.
    if (found === undefined && entry.optional === true) continue;
    if (found === undefined || !LICENCES.includes(found))
      faults.push(`${name}@${version} has the licence ${found ?? "none that we could read"}, which is not on the list`);
  }
  if (runtime.size > MOST_PACKAGES) faults.push(`${runtime.size} runtime packages, more than ${MOST_PACKAGES}`);
  return { runtime: [...runtime.values()], faults };
}

function sourceFaults(path: string, { integrity, resolved, link }: z.infer<typeof Entry>): string[] {
  if (link === true) return [`${path} is a link, not a package`];
  return [
    ...(integrity?.startsWith("sha512-") === true ? [] : [`${path} has no sha512 checksum`]),
    ...(resolved === undefined || resolved.startsWith("https://") ? [] : [`${path} does not come over https`]),
  ];
}

/** Packages that hold types only: nothing of them runs. */
export function isTypesOnly({ name }: Package): boolean {
  return (
    name.startsWith("@types/") ||
    ["@octokit/types", "@octokit/openapi-types", "@octokit/openapi-webhooks-types"].includes(name)
  );
}

/**
 * The bill of materials of what runs, as CycloneDX, made by npm from the lockfile. Returns `name@version` of each component.
 * npm's own `--omit=dev` also leaves out what both the app and a tool need, `zod` and `yaml` among them; so npm is given a
 * lockfile that holds nothing but the runtime packages.
 */
export function writeSbom(to: URL): string[] {
  const folder = mkdtempSync(join(tmpdir(), "sbom-"));
  try {
    writeRuntimeOnly(folder);
    const text = execFileSync("npm", ["sbom", "--package-lock-only", "--sbom-format=cyclonedx"], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
    mkdirSync(new URL("./", to), { recursive: true });
    writeFileSync(to, text);
    return Bom.parse(JSON.parse(text)).components.map(({ purl }) => decodeURIComponent(purl.replace("pkg:npm/", "")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const Bom = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string(),
  components: z.array(z.object({ purl: z.string() })),
});

function writeRuntimeOnly(folder: string): void {
  const manifest = Loose.parse(JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")));
  const lockfile = Loose.parse(JSON.parse(readFileSync(new URL("package-lock.json", ROOT), "utf8")));
  const packages = z.record(z.string(), Loose).parse(lockfile["packages"]);
  const kept = Object.entries(packages)
    .filter(([, entry]) => entry["dev"] !== true && entry["devOptional"] !== true)
    .map(([path, entry]) => [path, { ...entry, devDependencies: undefined }]);
  const files = {
    "package.json": { ...manifest, devDependencies: undefined },
    "package-lock.json": { ...lockfile, packages: Object.fromEntries(kept) },
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
}

const Loose = z.record(z.string(), z.unknown());

if (import.meta.main) {
  const { runtime, faults } = checkChain(readLockfile(), licenceOf);
  const optional = runtime.filter((one) => one.optional).length;
  const types = runtime.filter(isTypesOnly).length;
  console.log(`${runtime.length} runtime packages: ${optional} optional, ${types} with types only, the rest run`);
  console.log(`${writeSbom(new URL("out/sbom.cdx.json", ROOT)).length} components in out/sbom.cdx.json (CycloneDX)`);
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? "no fault" : `${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
