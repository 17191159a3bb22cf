import type { Change } from "../../domain/change.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem, Severity } from "../../domain/postmortem.ts";
import { chooseTeam } from "../team/choose.ts";
import { postmortemOf } from "./adopt.ts";
import { hotspotStep, priorityStep, severityStep, stageStep, together } from "./labels.ts";
import { withSections } from "./template.ts";

export const NEEDS_OWNER = "needs-owner";

/** Everything a start leads to. Nothing when the issue is under care already: starting twice equals starting once. */
export function startPostmortem(facts: IssueFacts): Change[] {
  const begun = facts.postmortem;
  if (begun !== undefined && !begun.starting) return [];
  const postmortem = { ...(begun ?? newPostmortem(facts)), starting: false };
  return [
    ...bodyChange(facts),
    labelChange(facts, postmortem),
    assigneeChange(facts, postmortem),
    { kind: "save-postmortem", postmortem },
  ];
}

/** Goes on from where a stop left it: the same team, ticks and category, and the labels that say so. */
export function resumePostmortem(facts: IssueFacts, postmortem: Postmortem): Change[] {
  return [labelChange(facts, postmortem), { kind: "save-postmortem", postmortem }];
}

function newPostmortem(facts: IssueFacts): Postmortem {
  const { config, categories, classification } = facts;
  const said = postmortemOf(facts.issue, { config, categories, classification });
  const postmortem: Postmortem = {
    ...said,
    severity: said.severity ?? asSeverity(config.severity),
    startedAt: facts.now,
    startedBy: facts.actor.login,
    starting: true,
  };
  // Quiet mode assigns nobody, so nobody is to be counted or shown as having a seat.
  return config.mode === "quiet" ? postmortem : { ...postmortem, team: chooseTeam({ ...facts, postmortem }) };
}

function bodyChange(facts: IssueFacts): Change[] {
  const body = withSections(facts.issue.body, facts.template);
  return body === facts.issue.body ? [] : [{ kind: "put-body", issue: facts.issue.ref, body }];
}

function labelChange(facts: IssueFacts, postmortem: Postmortem): Change {
  const { config, issue, repository } = facts;
  const step = together(
    { add: issue.labels.includes(config.label) ? [] : [config.label], remove: [] },
    priorityStep(issue.labels, repository.labels, config),
    postmortem.severity === undefined
      ? { add: [], remove: [] }
      : severityStep(issue.labels, postmortem.severity, config),
    stageStep(issue.labels, postmortem.stage, config),
    postmortem.category === undefined
      ? { add: [], remove: [] }
      : hotspotStep(issue.labels, postmortem.category, config),
    { add: postmortem.team.some(({ vacant }) => vacant !== undefined) ? [NEEDS_OWNER] : [], remove: [] },
  );
  return {
    kind: "set-labels",
    issue: issue.ref,
    add: step.add.filter((label) => !issue.labels.includes(label)),
    remove: step.remove,
  };
}

function assigneeChange(facts: IssueFacts, postmortem: Postmortem): Change {
  const add = postmortem.team.flatMap(({ login }) => (login === undefined ? [] : [login]));
  return {
    kind: "set-assignees",
    issue: facts.issue.ref,
    add: add.filter((login) => !facts.issue.assignees.includes(login)),
    remove: [],
  };
}

function asSeverity(n: number): Severity {
  if (n === 1 || n === 2 || n === 4) return n;
  return 3;
}
