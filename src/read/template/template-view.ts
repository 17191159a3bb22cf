import type { Day } from "../../domain/preventive-action.ts";
import { address, quote } from "../../render/escape.ts";

/** What a repository's template can say about the issue. People's text in it is as they wrote it. */
export interface TemplateView {
  readonly title: string;
  readonly number: number;
  readonly author: string;
  readonly url: string;
  readonly severity: number;
  readonly date: Day;
  /** `owner/repo` */
  readonly repository: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

/** How a template may use each name: printed, or walked with `each`. The type insists that none is forgotten. */
export const VARIABLES: Readonly<Record<keyof TemplateView, "text" | "list">> = {
  title: "text",
  number: "text",
  author: "text",
  url: "text",
  severity: "text",
  date: "text",
  repository: "text",
  labels: "list",
  assignees: "list",
};

/** GitHub allows 100 labels on an issue. */
const MOST_ENTRIES = 100;

/** The view as templates see it: escaped, frozen and without a prototype, so that nothing is reachable from it. */
export function safeView(view: TemplateView): Readonly<Record<string, unknown>> {
  return Object.freeze({
    __proto__: null,
    title: quote(view.title),
    number: String(view.number),
    author: quote(view.author),
    url: address(view.url),
    severity: String(view.severity),
    date: quote(view.date),
    repository: quote(view.repository),
    labels: quoted(view.labels),
    assignees: quoted(view.assignees),
  });
}

function quoted(texts: readonly string[]): readonly string[] {
  return Object.freeze(texts.slice(0, MOST_ENTRIES).map(quote));
}
