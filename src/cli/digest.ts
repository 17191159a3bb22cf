import { parseArgs } from "node:util";

import { Octokit } from "@octokit/rest";
import { z } from "zod";

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
    options: { week: { type: "string" }, now: { type: "string" } },
  });
  const place = NAME.exec(positionals[0] ?? "")?.groups;
  const token = process.env["GITHUB_TOKEN"] ?? "";
  if (place === undefined || token === "") {
    console.error("Write it as: GITHUB_TOKEN=… npm run postmortem -- digest owner/repo [--week 2026-W47]");
    return 2;
  }
  if (flags.week !== undefined && !/^\d{4}-W\d{2}$/u.test(flags.week)) {
    console.error(`--week ${flags.week}: write the week as 2026-W47.`);
    return 2;
  }
  const { readers, render } = await createWordsAndRules(Date.now);
  const facts = await weekFacts({
    owner: place["owner"] ?? "",
    repo: place["repo"] ?? "",
    token,
    readers,
    now: flags.now ?? new Date().toISOString(),
    ...(flags.week === undefined ? {} : { week: flags.week }),
  });
  console.log(render({ template: "digest/weekly", view: compose(facts) }));
  return 0;
}

interface Asked {
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
  readonly readers: Readers;
  readonly now: string;
  readonly week?: string;
}

async function weekFacts(asked: Asked): Promise<WeekFacts> {
  const { owner, repo, readers, now } = asked;
  const apiUrl = process.env["GITHUB_API_URL"] ?? "https://api.github.com";
  const octokit = new Octokit({ auth: asked.token, baseUrl: apiUrl });
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

function showProgress(count: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} postmortems read`);
}
