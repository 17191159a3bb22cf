import { readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

import { WEBHOOK_PATH } from "../server/front.ts";

const MANIFEST_FILE = new URL("../../app.yml", import.meta.url);

/** `app.yml`: the fields GitHub's manifest takes that do not depend on where the app runs. */
export const Manifest = z.strictObject({
  name: z.string().max(34),
  description: z.string(),
  url: z.url(),
  public: z.boolean(),
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  single_file_name: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

export function readManifest(): Manifest {
  return Manifest.parse(parse(readFileSync(MANIFEST_FILE, "utf8")));
}

/** The manifest as GitHub wants it posted. Addresses come without a slash at the end. */
export function manifestFor(
  manifest: Manifest,
  { publicUrl, localUrl }: { publicUrl: string; localUrl: string },
): string {
  return JSON.stringify({
    ...manifest,
    hook_attributes: { url: `${publicUrl}${WEBHOOK_PATH}`, active: true },
    redirect_url: `${localUrl}/setup/callback`,
  });
}

/**
 * Where people click, told from where programs ask: github.com, a GitHub Enterprise Server (`/api/v3`), or a
 * company's own corner of github (`api.acme.ghe.com`).
 */
export function webUrlOf(githubApiUrl: string): string {
  const url = new URL(githubApiUrl);
  const isCloud = url.hostname === "api.github.com" || url.hostname.endsWith(".ghe.com");
  const host = isCloud ? url.host.replace(/^api\./u, "") : url.host;
  return `${url.protocol}//${host}`;
}
