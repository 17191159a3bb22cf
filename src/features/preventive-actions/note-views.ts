import type { IssueFacts } from "../../domain/facts.ts";
import type { Postmortem } from "../../domain/postmortem.ts";
import type { StatusView } from "../../domain/template-call.ts";
import { notes } from "./blameless/notes.ts";
import type { ParsedAction } from "./parse/parsed-action.ts";
import { parsedBody } from "./track.ts";

/** More than these are not read. */
const MOST_NOTES = 10;
const MOST_WORDS = 80;

/**
 * Remarks on wording for the status comment, unless the configuration or `/postmortem notes off` says no. A missing due
 * day is no remark: severity supplies one.
 */
export function noteViews(facts: Pick<IssueFacts, "issue" | "config">, postmortem: Postmortem): StatusView["notes"] {
  if (!facts.config.notes || postmortem.notesOff === true || postmortem.stage === "closed") return [];
  const { body } = facts.issue;
  const actions = parsedBody(body);
  const remarks = notes(body, actions)
    .filter(({ kind }) => kind !== "no-due")
    .map(({ words, suggestion }) => ({ words: clipped(words), suggestion }));
  return [...oneKindOnly(actions), ...remarks].slice(0, MOST_NOTES);
}

const OTHER_KINDS = {
  prevent: "All actions prevent: what would tell you sooner, should it happen all the same?",
  detect: "All actions detect: what would keep it from happening?",
  mitigate: "All actions mitigate: what would keep it from happening, or tell you sooner?",
} as const;

/** Two actions or more that are all of one kind leave the other kinds out. */
function oneKindOnly(actions: readonly ParsedAction[]): StatusView["notes"] {
  const [kind, ...others] = [...new Set(actions.map(({ type }) => type))];
  if (kind === undefined || others.length > 0 || actions.length < 2) return [];
  return [{ words: kind, suggestion: OTHER_KINDS[kind] }];
}

function clipped(words: string): string {
  return words.length <= MOST_WORDS ? words : `${words.slice(0, MOST_WORDS - 1).trimEnd()}…`;
}
