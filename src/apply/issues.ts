import { createHash } from "node:crypto";

import { z } from "zod";

import type { ChangeOf } from "../domain/change.ts";
import { withInstallation } from "../store/database.ts";
import { keep, kept } from "../store/kept.ts";
import { addressOf, statusOf } from "./address.ts";
import { findSettled } from "./again.ts";
import type { ApplyDeps } from "./deps.ts";

const Opened = z.object({ number: z.number(), hash: z.string() });
type Opened = z.infer<typeof Opened>;

const Made = z.object({ number: z.number() });

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
  const look = async (): Promise<Opened | undefined> => lookFor(change, deps);
  const known = (await knownIssue(change, deps)) ?? (deps.look ? await findSettled(look, deps) : undefined);
  const hash = createHash("sha256").update(body).digest("base64url");
  const isThere = known !== undefined && (known.hash === hash || (await update(change, { known, body }, deps)));
  const number = isThere ? known.number : await create(change, body, deps);
  await remember(change, { number, hash }, deps);
  for (const older of change.supersedes.filter((one) => one !== number)) {
    await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
      owner,
      repo,
      issue_number: older,
      state: "closed",
      state_reason: "completed",
    });
  }
}

async function create(change: ChangeOf<"open-issue">, body: string, deps: ApplyDeps): Promise<number> {
  const { owner, repo, title, labels } = change;
  const { data: answer } = await deps.octokit.request("POST /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    title,
    body,
    labels: [...labels],
  });
  return Made.parse(answer).number;
}

/** False when a person deleted it: another one takes its place. */
async function update(
  { owner, repo }: ChangeOf<"open-issue">,
  { known, body }: { known: Opened; body: string },
  deps: ApplyDeps,
): Promise<boolean> {
  try {
    const place = { owner, repo, issue_number: known.number };
    await deps.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...place, body });
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 410) throw error;
    return false;
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
    kept(db, deps.installationId, keyOf(change)),
  );
  return value === undefined ? undefined : Opened.parse(value);
}

async function remember(change: ChangeOf<"open-issue">, value: Opened, deps: ApplyDeps): Promise<void> {
  await withInstallation(deps.database, deps.installationId, (db) =>
    keep(db, deps.installationId, { key: keyOf(change), value, now: deps.now() }),
  );
}

/** Numbers are a repository's own: the same slot in another one is another issue. */
function keyOf({ owner, repo, slot }: ChangeOf<"open-issue">): string {
  return `issue:${owner}/${repo}:${slot}`.toLowerCase();
}
