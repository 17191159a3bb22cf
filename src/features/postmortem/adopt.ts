import type { Config } from "../../domain/config.ts";
import { dayIn } from "../../domain/day.ts";
import { defined } from "../../domain/defined.ts";
import type { Issue, IssueFacts } from "../../domain/facts.ts";
import type { Category, Classification } from "../../domain/hotspot.ts";
import { BLOCK_BEGIN, Postmortem, type Stage } from "../../domain/postmortem.ts";
import { trackActions } from "../preventive-actions/track.ts";
import { severityOfLabels, severityOfText } from "./labels.ts";

export interface Adoption {
  readonly config: Config;
  readonly categories: readonly Category[];
  readonly classification: Classification | undefined;
}

/**
 * A postmortem as an existing issue tells of it, without anything being written: for a repository that had postmortems
 * before it had the app.
 */
export function adoptIssue(issue: Issue, adoption: Adoption): Postmortem {
  const postmortem = { ...postmortemOf(issue, adoption), handsOff: true };
  return { ...postmortem, actions: trackActions(factsOf(issue, adoption.config), postmortem) };
}

/** What an issue says of itself, before anybody has taken it up. The category is the label's, else the classifier's when it is sure. */
export function postmortemOf(issue: Issue, { config, categories, classification }: Adoption): Postmortem {
  const labelled = categories.find(({ key }) => issue.labels.includes(`${config.labels.hotspot}${key}`))?.key;
  const isSure =
    classification !== undefined && !classification.thin && classification.confidence >= config["label-threshold"];
  const category = labelled ?? (isSure ? classification.primary : undefined);
  return Postmortem.parse({
    ref: issue.ref,
    title: issue.title,
    author: issue.author,
    url: issue.url,
    stage: stageOf(issue, config),
    contributing: isSure && labelled === undefined ? [...classification.contributing] : [],
    issueState: issue.state,
    openedAt: issue.createdAt,
    startedAt: issue.createdAt,
    startedBy: issue.author,
    restricted: issue.labels.includes("restricted"),
    drill: issue.labels.includes("drill"),
    ...defined({
      severity: severityOfLabels(issue.labels, config) ?? severityOfText(issue.body),
      category,
      categoryBy: categoryBy(category, labelled),
      closedAt: issue.closedAt,
    }),
  });
}

/** Did the app look after this issue before? Its block may have been removed by a person, its stage label stays. */
export function wasTakenUp({ body, labels }: Pick<Issue, "body" | "labels">, config: Config): boolean {
  return body.includes(BLOCK_BEGIN) || labels.some((label) => label.startsWith(config.labels.stage));
}

function categoryBy(category: string | undefined, labelled: string | undefined): Postmortem["categoryBy"] {
  if (category === undefined) return undefined;
  return labelled === undefined ? "classifier" : "person";
}

function stageOf(issue: Issue, config: Config): Stage {
  if (issue.state === "closed") return "closed";
  const said = (["in-review", "reviewed"] as const).find((stage) =>
    issue.labels.includes(`${config.labels.stage}${stage}`),
  );
  return said ?? "draft";
}

/** Actions of old postmortems count from the day the issue was opened. */
function factsOf(issue: Issue, config: Config): Pick<IssueFacts, "issue" | "config" | "today" | "now"> {
  return {
    issue,
    config,
    now: issue.closedAt ?? issue.createdAt,
    today: dayIn(config.digest.timezone, issue.createdAt),
  };
}
