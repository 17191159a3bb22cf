import { readFileSync, readdirSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { licenceOf } from "../../scripts/licences.ts";
import { checkChain, isTypesOnly, readLockfile, writeSbom } from "../../scripts/supply-chain.ts";

const ROOT = new URL("../../", import.meta.url);
const mit = (): string => "MIT";

describe("the supply chain", () => {
  it("has no fault: checksums, licences, no install scripts, not too many packages", () => {
    const { runtime, faults } = checkChain(readLockfile(), licenceOf);

    const code = runtime.filter((one) => !one.optional && !isTypesOnly(one));
    console.log(`${runtime.length} runtime packages, ${code.length} of them hold code that is always installed`);
    expect(faults).toEqual([]);
  });

  it("sees a package without checksum, with a script, with another licence, or from elsewhere", () => {
    const entry = { version: "1.0.0", integrity: "sha512-x" };
    const lockfile = {
      lockfileVersion: 3 as const,
      packages: {
        "": {},
        "node_modules/a": { version: "1.0.0" },
        "node_modules/b": { ...entry, hasInstallScript: true },
        "node_modules/c": { ...entry, resolved: "git+ssh://git@example.com/c.git" },
        "node_modules/tool": { ...entry, dev: true, hasInstallScript: true },
        "node_modules/linked": { link: true },
      },
    };

    const { faults, runtime } = checkChain(lockfile, (path) => (path.endsWith("c") ? "GPL-3.0" : mit()));

    expect(runtime.map(({ name }) => name)).toEqual(["a", "b", "c", "linked"]);
    expect(faults).toHaveLength(5);
  });

  it("is written down whole as CycloneDX", () => {
    const { runtime } = checkChain(readLockfile(), mit);

    const components = writeSbom(new URL("out/sbom.cdx.json", ROOT));

    expect(components.toSorted()).toEqual(runtime.map(({ name, version }) => `${name}@${version}`).toSorted());
  }, 60_000);

  it("installs without scripts and without tools where the app runs", () => {
    expect(readFileSync(new URL("Dockerfile", ROOT), "utf8")).toMatch(/npm ci [^\n]*--omit=dev[^\n]*--ignore-scripts/u);
  });
});

interface Workflow {
  permissions?: unknown;
  on: Record<string, unknown>;
  jobs: Record<
    string,
    {
      permissions?: Record<string, string>;
      "timeout-minutes"?: number;
      steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
    }
  >;
}

describe("every workflow", () => {
  const folder = new URL(".github/workflows/", ROOT);
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/u.test(name));

  it.each(files)("%s pins by hash, starts from no permission and trusts no pull request", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const { permissions, on, jobs } = parse(text) as Workflow;

    expect(permissions).toEqual({});
    expect(Object.keys(on)).not.toContain("pull_request_target");
    for (const job of Object.values(jobs)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
      expect(job.permissions).toBeDefined();
      const uses = job.steps.flatMap((step) => step.uses ?? []);
      expect(uses.filter((action) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/u.test(action))).toEqual([]);
      const keeping = job.steps.filter((step) => step.uses?.startsWith("actions/checkout") === true);
      expect(keeping.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
      expect(job.steps.map(({ run }) => run ?? "").join("\n")).not.toMatch(/\$\{\{\s*github\.(?:event|head_ref)/u);
    }
  });
});
