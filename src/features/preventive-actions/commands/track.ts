import { z } from "zod";

import { allows } from "../../../domain/actor.ts";
import { defined } from "../../../domain/defined.ts";
import type { ElsewhereFacts, Visibility } from "../../../domain/facts.ts";
import type { PreventiveAction } from "../../../domain/preventive-action.ts";
import { type Refusal, refuse } from "../../../domain/refusal.ts";
import { type CommandFacts, defineCommand, type Planned } from "../../../plan/define.ts";
import { actionNamed, trackActions } from "../track.ts";

/** GitHub takes no more sub-issues than this, closed ones included. */
const MOST_SUB_ISSUES = 100;
/** GitHub takes 256 characters; what is to be done comes first. */
const MOST_TITLE = 250;
const MOST_TEXT = 150;

export default defineCommand({
  name: "track",
  usage: ["track <n> [owner/repo]"],
  summary: "Make an action an issue of its own, here or in the repository that owns it, and keep the two in step.",
  needs: "triage",
  args: z.array(z.string()).min(1).max(2),
  plan([which = "", target], facts) {
    const actions = trackActions(facts, facts.postmortem);
    const action = actionNamed(which, actions);
    if (action === undefined)
      return refuse("There is no action of that number: the status comment counts them from 1.");
    if (action.trackedBy !== undefined) return refuse(`${action.trackedBy} tracks that action already.`);
    if (action.status !== "open") return refuse("That action is settled: there is nothing to track.");
    const home = target === undefined ? hereOf(facts) : placeOf(target, facts);
    if ("kind" in home) return home;
    return planned(facts, { action, actions, home });
  },
});

function planned(
  facts: CommandFacts,
  { action, actions, home }: { action: PreventiveAction; actions: readonly PreventiveAction[]; home: Home },
): Planned {
  const { issue, postmortem, actor, call } = facts;
  const isSameOwner = home.owner.toLowerCase() === issue.ref.owner.toLowerCase();
  const attach = isSameOwner && (issue.subIssues ?? 0) < MOST_SUB_ISSUES;
  const parent = `${issue.ref.owner}/${issue.ref.repo}#${issue.ref.number}`;
  const view = {
    text: action.text,
    parent,
    title: issue.title,
    ...defined({ owner: action.owner, due: action.due }),
  };
  return [
    {
      kind: "track-action",
      issue: issue.ref,
      key: action.key,
      repositoryId: home.id,
      owner: home.owner,
      repo: home.repo,
      title: titleOf(action, facts, home),
      call: { template: "preventive-actions/tracked", view },
      attach,
      asked: { who: actor.login, commentId: call.commentId },
    },
    { kind: "save-postmortem", postmortem: { ...postmortem, actions: [...actions] } },
  ];
}

type Home = Pick<ElsewhereFacts, "id" | "owner" | "repo">;

function hereOf({ issue }: CommandFacts): Home {
  return { id: issue.ref.repositoryId, owner: issue.ref.owner, repo: issue.ref.repo };
}

const RANK: Readonly<Record<Visibility, number>> = { public: 0, internal: 1, private: 2 };

/** Asking the app must open no door: who may not file issues there may not have them filed, nor tell a wider audience. */
function placeOf(target: string, facts: CommandFacts): Home | Refusal {
  if (!/^[\w.-]+\/[\w.-]+$/u.test(target))
    return refuse("Write the repository as owner/name: `/postmortem track 2 acme/shop`.");
  const own = `${facts.issue.ref.owner}/${facts.issue.ref.repo}`.toLowerCase();
  if (facts.postmortem.restricted && target.toLowerCase() !== own)
    return refuse(
      "This postmortem is restricted: its words stay here. Open the issue there yourself, in words fit for them.",
    );
  const there = facts.elsewhere?.get(target.toLowerCase());
  if (there === undefined || !allows(there.role, "triage"))
    return refuse("The app has to be installed in that repository, and you need triage access to it.");
  if (RANK[there.visibility] < RANK[facts.repository.visibility])
    return refuse(
      "More people can read that repository than this one: open the issue there yourself, in words fit for them.",
    );
  return { id: there.id, owner: there.owner, repo: there.repo };
}

/** `Alert on snapshot age (from postmortem #12: etcd snapshots too old)`: it can be understood where it stands alone. */
function titleOf({ text }: PreventiveAction, { issue }: CommandFacts, home: Home): string {
  const { owner, repo, number } = issue.ref;
  const isHere = home.owner === owner && home.repo === repo;
  const title = `${cut(text, MOST_TEXT)} (from postmortem ${isHere ? "" : `${owner}/${repo}`}#${number}: ${issue.title}`;
  return `${cut(title, MOST_TITLE)})`;
}

function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}
