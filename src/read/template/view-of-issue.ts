import type { Config } from "../../domain/config.ts";
import { dayIn } from "../../domain/day.ts";
import type { Issue } from "../../domain/facts.ts";
import { severityOfLabels, severityOfText } from "../../features/postmortem/labels.ts";
import type { TemplateView } from "./template-view.ts";

/** What there is to say of an issue at its start. `date` is the day it was opened, in the configured time zone. */
export function viewOf(issue: Issue, config: Config): TemplateView {
  const { ref, title, author, url, labels, assignees, body, createdAt } = issue;
  return {
    title,
    number: ref.number,
    author,
    url,
    severity: severityOfLabels(labels, config) ?? severityOfText(body) ?? config.severity,
    date: dayIn(config.digest.timezone, createdAt),
    repository: `${ref.owner}/${ref.repo}`,
    labels,
    assignees,
  };
}
