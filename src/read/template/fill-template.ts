import Handlebars from "handlebars";

import { checkTemplate, type TemplateProblem } from "./check-template.ts";
import { safeView, type TemplateView } from "./template-view.ts";

export interface TemplateJob {
  /** The name that problems carry. */
  readonly file: string;
  readonly source: string;
  readonly view: TemplateView;
}

export type Filled = { readonly markdown: string } | { readonly problems: readonly TemplateProblem[] };

/** GitHub takes 65,536 characters in a body, and the author's text has to fit beside it. */
export const MOST_OUTPUT = 60_000;

const OPTIONS = {
  strict: true,
  noEscape: true,
  preventIndent: true,
  knownHelpersOnly: true,
  knownHelpers: { if: true, each: true },
} as const;

/** Checks a template and fills it in. Runs in the worker: a hostile template can take all the time there is. */
export function fillTemplate({ file, source, view }: TemplateJob): Filled {
  const problems = checkTemplate(source, file);
  if (problems.length > 0) return { problems };
  const handlebars = Handlebars.create();
  for (const name of Object.keys(handlebars.helpers))
    if (!(name in OPTIONS.knownHelpers)) handlebars.unregisterHelper(name);
  const markdown = withoutMarkers(handlebars.compile(source, OPTIONS)(safeView(view)));
  if (markdown.length <= MOST_OUTPUT) return { markdown };
  const message = `the text has ${markdown.length} characters; ${MOST_OUTPUT} are the most that fit into an issue`;
  return { problems: [{ file, line: 1, column: 1, message }] };
}

const MARKER = /<!--[\s\p{Cf}]*(?:postmortem|pm)[\s\p{Cf}]*:(?:(?!-->)[\s\S])*(?:-->|$)/giu;

/** Takes out comments in our own form: only we say where our block begins and what a check box stands for. */
export function withoutMarkers(text: string): string {
  let calm = text;
  // Taking one out can join the halves of another; the text gets shorter each time, so this ends.
  for (let before = ""; before !== calm;) {
    before = calm;
    calm = calm.replaceAll(MARKER, "");
  }
  return calm;
}
