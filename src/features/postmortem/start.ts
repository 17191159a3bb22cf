import type { Change } from "../../domain/change.ts";
import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem, Severity } from "../../domain/postmortem.ts";
import { chooseTeam } from "../team/choose.ts";
import {
  hotspotStep,
  priorityStep,
  severityOfLabels,
  severityOfText,
  severityStep,
  stageStep,
  together,
} from "./labels.ts";
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

function newPostmortem(facts: IssueFacts): Postmortem {
  const { issue, classification, config } = facts;
  const sure =
    classification !== undefined && !classification.thin && classification.confidence >= config["label-threshold"];
  const labelled = categoryOfLabels(facts);
  const category = labelled ?? (sure ? classification.primary : undefined);
  const postmortem: Postmortem = {
    ref: issue.ref,
    title: issue.title,
    author: issue.author,
    url: issue.url,
    stage: issue.state === "closed" ? "closed" : "draft",
    severity: severityOf(facts),
    ...(category === undefined ? {} : { category, categoryBy: labelled === undefined ? "classifier" : "person" }),
    contributing: sure && labelled === undefined ? [...classification.contributing] : [],
    issueState: issue.state,
    openedAt: issue.createdAt,
    startedAt: facts.now,
    startedBy: facts.actor.login,
    ...(issue.closedAt === undefined ? {} : { closedAt: issue.closedAt }),
    team: [],
    handsOff: false,
    dropped: [],
    ticks: {},
    actions: [],
    absences: [],
    guarded: 0,
    restricted: issue.labels.includes("restricted"),
    drill: issue.labels.includes("drill"),
    starting: true,
  };
  return { ...postmortem, team: chooseTeam({ ...facts, postmortem }) };
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

function severityOf(facts: IssueFacts): Severity {
  const fallback = facts.config.severity;
  return severityOfLabels(facts.issue.labels, facts.config) ?? severityOfText(facts.issue.body) ?? asSeverity(fallback);
}

function asSeverity(n: number): Severity {
  if (n === 1 || n === 2 || n === 4) return n;
  return 3;
}

function categoryOfLabels(facts: IssueFacts): string | undefined {
  const prefix = facts.config.labels.hotspot;
  return facts.categories.find(({ key }) => facts.issue.labels.includes(`${prefix}${key}`))?.key;
}
