import { readFileSync } from "node:fs";

import Handlebars from "handlebars";

import type { TemplateCall, TemplateName } from "../domain/template-call.ts";
import { HELPERS } from "./helpers.ts";

export type Render = (call: TemplateCall) => string;

/** Every message the app can write. The type insists that none is forgotten. */
export const TEMPLATES: Readonly<Record<TemplateName, true>> = {
  "postmortem/status": true,
  "postmortem/held": true,
  "postmortem/lost": true,
  "postmortem/label-changed": true,
  "postmortem/stopped": true,
  "postmortem/refused": true,
  "postmortem/sorry": true,
  "postmortem/help": true,
  "postmortem/why": true,
  "postmortem/related": true,
  "postmortem/restored": true,
  "close-guard/reopened": true,
  "close-guard/warned": true,
  "preventive-actions/tracked": true,
  "preventive-actions/reminder": true,
  "preventive-actions/escalated": true,
  "digest/weekly": true,
};

const FOLDER = new URL("../../templates/", import.meta.url);
const OPTIONS = {
  strict: true,
  noEscape: true,
  preventIndent: true,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries(Object.keys(HELPERS).map((name) => [name, true])),
} as const;

/** Compiles every template once. Throws when one is missing or is not Handlebars, and when a view has a hole. */
export function createRender(): Render {
  const handlebars = Handlebars.create();
  for (const [name, helper] of Object.entries(HELPERS)) handlebars.registerHelper(name, helper);
  const compiled = new Map(
    Object.keys(TEMPLATES).map((name) => [name, handlebars.compile(readTemplate(name), OPTIONS)]),
  );
  return ({ template, view }) => {
    const print = compiled.get(template);
    if (print === undefined) throw new Error(`templates/${template}.hbs is missing`);
    return tidy(printed(template, () => print(view)));
  };
}

function printed(template: string, print: () => string): string {
  try {
    return print();
  } catch (cause) {
    throw new Error(`templates/${template}.hbs does not fit the view it was given`, { cause });
  }
}

export function readTemplate(name: string): string {
  try {
    return readFileSync(new URL(`${name}.hbs`, FOLDER), "utf8");
  } catch (cause) {
    throw new Error(`templates/${name}.hbs is missing`, { cause });
  }
}

/** Optional parts leave blank lines behind; more than one in a row says nothing. */
function tidy(text: string): string {
  return `${text.replaceAll(/\n{3,}/gu, "\n\n").trim()}\n`;
}
