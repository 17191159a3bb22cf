import { createHash } from "node:crypto";

import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import { withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import { addressOf } from "./address.ts";
import type { ApplyDeps } from "./deps.ts";

const Opened = z.object({ number: z.number(), hash: z.string() });
type Opened = z.infer<typeof Opened>;

const Listed = z.array(
  z.object({ number: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }),
);

export async function setIssueState(
  { issue, state, reason }: ChangeOf<"set-issue-state">,
  deps: ApplyDeps,
): Promise<void> {
  await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...addressOf(issue),
    state,
    ...(reason === undefined ? {} : { state_reason: reason }),
  });
}

/** Opens an issue of ours once per slot; a second time it is brought up to date. Those it takes the place of are closed. */
export async function openIssue(change: ChangeOf<"open-issue">, deps: ApplyDeps): Promise<void> {
  const { owner, repo } = change;
  const body = `${deps.slots.mark(PLACE, change.slot)}\n${deps.render(change.call)}`;
  const known = (await knownIssue(change, deps)) ?? (deps.look ? await lookFor(change, deps) : undefined);
  const hash = createHash("sha256").update(body).digest("base64url");
  if (known === undefined) {
    const { data: answer } = await deps.octokit.request("POST /repos/{owner}/{repo}/issues", {
      owner,
      repo,
      title: change.title,
      body,
      labels: [...change.labels],
    });
    await remember(change, { number: z.object({ number: z.number() }).parse(answer).number, hash }, deps);
  } else {
    if (known.hash !== hash) {
      await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        owner,
        repo,
        issue_number: known.number,
        body,
      });
    }
    await remember(change, { number: known.number, hash }, deps);
  }
  for (const number of change.supersedes.filter((older) => older !== known?.number)) {
    await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
      owner,
      repo,
      issue_number: number,
      state: "closed",
      state_reason: "completed",
    });
  }
}

/** An issue of ours has no number before it is opened: its slot alone places it. */
const PLACE = { repositoryId: 0, number: 0 };

async function lookFor(change: ChangeOf<"open-issue">, deps: ApplyDeps): Promise<Opened | undefined> {
  const { owner, repo } = change;
  const { data: answer } = await deps.octokit.request("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    state: "all",
    labels: change.labels.join(","),
    per_page: 100,
  });
  const ours = Listed.parse(answer).find(
    ({ user, body }) => user?.login === deps.self.login && deps.slots.holds(body ?? "", PLACE, change.slot),
  );
  return ours === undefined ? undefined : { number: ours.number, hash: "" };
}

async function knownIssue(change: ChangeOf<"open-issue">, deps: ApplyDeps): Promise<Opened | undefined> {
  const value = await withInstallation(deps.database, deps.installationId, (db) =>
    kept(db, deps.installationId, `issue:${change.slot}`),
  );
  return value === undefined ? undefined : Opened.parse(value);
}

async function remember(change: ChangeOf<"open-issue">, value: Opened, deps: ApplyDeps): Promise<void> {
  await withInstallation(deps.database, deps.installationId, (db) =>
    keep(db, deps.installationId, { key: `issue:${change.slot}`, value, now: deps.now() }),
  );
}
