import { parseArgs } from "node:util";

import type { Octokit } from "@octokit/rest";
import { z } from "zod";

import { type Slots, trustingSlots } from "../apply/slot.ts";
import type { Change } from "../domain/change.ts";
import { Delivery } from "../domain/delivery.ts";
import { InstallationId, issueLane } from "../domain/ids.ts";
import { readAndPlan } from "../handle.ts";
import { createWordsAndRules } from "../handling.ts";
import type { Readers } from "../read/deps.ts";
import { issueOf } from "../read/issue.ts";
import { describe } from "../render/describe.ts";
import type { Render } from "../render/render.ts";
import { openDatabase } from "../store/database.ts";
import { webUrlOf } from "../web/manifest.ts";
import { WrongUse } from "./exit-code.ts";
import { clientOfToken, type TokenClient } from "./github.ts";

const NAME = /^(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)#(?<number>\d+)$/u;
const Me = z.object({ login: z.string(), id: z.number() });
const Repo = z.object({ id: z.number() });

/** Nobody is asked who we are: a dry run acts for no installation. */
const NO_INSTALLATION = 1;

/**
 * Shows what the app would do with an issue as it is now (start it, or bring it up to date), or if somebody said `--say`. Reads with
 * GITHUB_TOKEN from GITHUB_API_URL, writes nothing anywhere.
 */
export async function run(args: string[]): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      say: { type: "string" },
      as: { type: "string" },
      json: { type: "boolean" },
      app: { type: "string", default: "postmortem" },
    },
  });
  const place = NAME.exec(positionals[0] ?? "")?.groups;
  if (place === undefined || positionals.length > 1) throw new WrongUse("Name one issue, as owner/repo#7.");
  const client = clientOfToken();
  if (client === undefined)
    throw new WrongUse("Set GITHUB_TOKEN to a token that can read the repository; a dry run writes nothing.");
  const { changes, render } = await dryRun(place, client, flags);
  if (flags.json === true) console.log(JSON.stringify(changes, undefined, 2));
  else if (changes.length === 0)
    console.log("Nothing: all is as it should be, or the issue is none of the app's business.");
  else for (const change of changes) console.log(describe(change, render));
  return 0;
}

interface Flags {
  readonly app: string;
  readonly say?: string;
  readonly as?: string;
}

async function dryRun(
  place: Record<string, string>,
  { octokit, apiUrl }: TokenClient,
  flags: Flags,
): Promise<{ changes: readonly Change[]; render: Render }> {
  const database = await openDatabase({ memory: true });
  const { registry, render, readers } = await createWordsAndRules(Date.now);
  const delivery = await deliveryOf(octokit, place, { flags, readers });
  const deps = {
    ...readers,
    // Whoever runs it may see what a maintainer would get; `--as` asks for somebody in particular.
    ...(flags.as === undefined ? { role: async () => "maintain" as const } : {}),
    octokit,
    database,
    installationId: delivery.installationId,
    self: { appId: 0, login: `${flags.app}[bot]` },
    slots: slotsFor(delivery.installationId),
    now: delivery.receivedAt,
    webUrl: webUrlOf(apiUrl),
  };
  try {
    const planned = await readAndPlan(delivery, ATTEMPT, { deps, registry });
    return { changes: planned?.changes ?? [], render };
  } finally {
    await database.close();
  }
}

/** A postmortem that a comment tells of is this run's, whatever installation wrote it. */
function slotsFor(installationId: InstallationId): Slots {
  const slots = trustingSlots();
  return {
    ...slots,
    unseal: (text) => {
      const sealed = slots.unseal(text);
      return sealed && { ...sealed, ref: { ...sealed.ref, installationId } };
    },
  };
}

/** A missing issue is believed at once: nobody sent us a webhook that is ahead of the API. */
const ATTEMPT = 3;

async function deliveryOf(
  octokit: Octokit,
  place: Record<string, string>,
  { flags, readers }: { flags: Flags; readers: Readers },
): Promise<Delivery> {
  const { owner = "", repo = "", number = "" } = place;
  const installationId = InstallationId.parse(NO_INSTALLATION);
  const repository = Repo.parse((await octokit.request("GET /repos/{owner}/{repo}", { owner, repo })).data);
  const route = flags.as === undefined ? "GET /user" : `GET /users/${encodeURIComponent(flags.as)}`;
  const actor = Me.parse((await octokit.request(route)).data);
  const { config } = await readers.config.readConfig(octokit, {
    id: repository.id,
    installationId: NO_INSTALLATION,
    owner,
    repo,
  });
  const issue = issueOf(
    { installationId, repositoryId: repository.id, owner, repo, number: Number(number) },
    (await octokit.request(`GET /repos/${owner}/${repo}/issues/${number}`)).data,
  );
  const said =
    flags.say?.replace(/^\/(?!pm\b|postmortem\b)/u, "/postmortem ") ??
    (issue.labels.includes(config.label) ? undefined : "/postmortem start");
  return Delivery.parse({
    id: "dry-run",
    installationId: NO_INSTALLATION,
    lane: issueLane(repository.id, Number(number)),
    event: said === undefined ? { kind: "refresh-due" } : { kind: "comment-created", commentId: 0, body: said },
    actor: { ...actor, kind: "person" },
    issue: { installationId: NO_INSTALLATION, repositoryId: repository.id, owner, repo, number: Number(number) },
    repository: { id: repository.id, owner, repo },
    receivedAt: new Date().toISOString(),
  });
}
