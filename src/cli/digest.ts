import { parseArgs } from "node:util";

import type { Octokit } from "@octokit/rest";
import { z } from "zod";

import { DEFAULT_CONFIG } from "../domain/config.ts";
import { dayIn } from "../domain/day.ts";
import { DeliveryId, InstallationId } from "../domain/ids.ts";
import type { WeekFacts } from "../domain/facts.ts";
import type { Postmortem } from "../domain/postmortem.ts";
import { compose } from "../features/digest/compose.ts";
import { periodOf } from "../features/digest/period.ts";
import { adoptIssue } from "../features/postmortem/adopt.ts";
import { createWordsAndRules } from "../handling.ts";
import { listPostmortems } from "../read/archive.ts";
import type { Readers } from "../read/deps.ts";
import { isoWeekOf } from "../domain/week.ts";
import { webUrlOf } from "../web/manifest.ts";
import { WrongUse } from "./exit-code.ts";
import { clientOfToken, type TokenClient } from "./github.ts";

const NAME = /^(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)$/u;
const Repo = z.object({ id: z.number(), visibility: z.enum(["public", "internal", "private"]).default("private") });
const NO_INSTALLATION = InstallationId.parse(1);

/**
 * Prints the digest that a repository's existing postmortems give, without writing anything: what you would have had.
 * Reads with GITHUB_TOKEN from GITHUB_API_URL: ⌈N/100⌉ requests for N postmortems, and three more.
 */
export async function run(args: string[]): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { week: { type: "string" } },
  });
  const place = NAME.exec(positionals[0] ?? "")?.groups;
  if (place === undefined || positionals.length > 1) throw new WrongUse("Name one repository, as owner/repo.");
  if (flags.week !== undefined) requireWeek(flags.week);
  const client = clientOfToken();
  if (client === undefined)
    throw new WrongUse("Set GITHUB_TOKEN to a token that can read the repository; nothing is written.");
  const { readers, render } = await createWordsAndRules(Date.now);
  const facts = await weekFacts({
    owner: place["owner"] ?? "",
    repo: place["repo"] ?? "",
    client,
    readers,
    now: new Date().toISOString(),
    ...(flags.week === undefined ? {} : { week: flags.week }),
  });
  console.log(render({ template: "digest/weekly", view: compose(facts) }));
  return 0;
}

interface Asked {
  readonly owner: string;
  readonly repo: string;
  readonly client: TokenClient;
  readonly readers: Readers;
  readonly now: string;
  readonly week?: string;
}

async function weekFacts(asked: Asked): Promise<WeekFacts> {
  const { owner, repo, readers, now } = asked;
  const { octokit, apiUrl } = asked.client;
  const { id, visibility } = Repo.parse((await octokit.request("GET /repos/{owner}/{repo}", { owner, repo })).data);
  const { config } = await readers.config.readConfig(octokit, { id, installationId: NO_INSTALLATION, owner, repo });
  const week = asked.week ?? isoWeekOf(dayIn(config.digest.timezone, now));
  const postmortems = await readPostmortems(octokit, { ...asked, id, config });
  return {
    kind: "week",
    now,
    delivery: { id: DeliveryId.parse("dry-run"), attempt: 1 },
    event: { kind: "digest-due", week, asked: true },
    self: { appId: 0, login: "postmortem[bot]" },
    week: { name: week, ...periodOf(week, config.digest) },
    timeZone: config.digest.timezone,
    config,
    home: { installationId: NO_INSTALLATION, repositoryId: id, owner, repo, visibility },
    webUrl: webUrlOf(apiUrl),
    postmortems,
    withheld: 0,
    categories: readers.hotspots.categories(config),
    functions: [],
    absences: [],
    previous: [],
  };
}

async function readPostmortems(
  octokit: Octokit,
  { owner, repo, readers, id, config }: Asked & { id: number; config: WeekFacts["config"] },
): Promise<Postmortem[]> {
  const issues = await listPostmortems(
    octokit,
    { installationId: NO_INSTALLATION, repositoryId: id, owner, repo, label: config.label },
    { each: showProgress },
  );
  const categories = readers.hotspots.categories(config);
  return issues.map((issue) =>
    adoptIssue(issue, {
      config,
      categories,
      classification: readers.hotspots.classify(config, { title: issue.title, body: issue.body }),
    }),
  );
}

function requireWeek(week: string): void {
  try {
    periodOf(week, DEFAULT_CONFIG.digest);
  } catch (error) {
    throw new WrongUse(`--week: ${error instanceof Error ? error.message : week}.`, { cause: error });
  }
}

function showProgress(count: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} postmortems read`);
}
